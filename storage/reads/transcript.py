"""One conversation, whole: exactly what was said on both sides, what happened, and what is still to come."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from flows.codec import decode_message
from flows.messages import Message
from storage.database import Record, Tx
from storage.tables import answers, conversations, inbox, journal, notes, outbox, prospects, timers

MOST = 400
"""So many of the newest rows of each kind are shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message of ours as it was, or will be, sent. `edited`: its buttons are gone by now."""

    id: int
    at: datetime
    message: Message
    channel: str
    state: str
    reason: str | None
    sent_at: datetime | None
    not_before: datetime
    edited: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What the prospect wrote or tapped. `superseded`: they answered again later. `mail`: the whole mail it is from."""

    id: int
    at: datetime
    text: str
    channel: str | None
    note: str
    superseded: bool
    mail: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A private note of staff."""

    id: int
    at: datetime
    staff: str
    text: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened without a word of the prospect. `event` is the event's kind, `note` what it led to."""

    id: int
    at: datetime
    event: str
    note: str
    actor: str | None


@dataclass(frozen=True, slots=True)
class Coming:
    """What staff did that has not been carried out yet: `take`, `say` or `release`."""

    at: datetime
    action: str
    staff: str
    text: str | None


Item = Told | Heard | Noted | Happened

_RANK = {Heard: 0, Happened: 1, Told: 2, Noted: 3}


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything that was said, in order; what was typed and not taken yet; and the timers set."""

    items: Sequence[Item]
    coming: Sequence[Coming]
    timers: Sequence[Record]
    shortened: bool


async def head(tx: Tx, uid: str) -> Record | None:
    """The conversation with the person's facts beside it, or None."""
    query = (
        select(
            conversations,
            prospects.c.uid.label("person_uid"),
            prospects.c.first_name,
            prospects.c.last_name,
            prospects.c.timezone,
            prospects.c.country,
            prospects.c.city,
            prospects.c.product_name,
            prospects.c.product_url,
            prospects.c.price,
            prospects.c.cart_value,
            prospects.c.currency,
            prospects.c.medium,
            prospects.c.company,
            prospects.c.tags,
            prospects.c.interest,
        )
        .join(prospects, prospects.c.id == conversations.c.prospect_id)
        .where(conversations.c.uid == uid)
    )
    return (await tx.execute(query)).one_or_none()


async def read(tx: Tx, conversation_id: int, uid: str) -> Transcript:
    """The whole conversation."""
    told = await _told(tx, conversation_id)
    heard = await _heard(tx, conversation_id)
    noted = await tx.execute(
        select(notes.c.id, notes.c.at, notes.c.staff, notes.c.text)
        .where(notes.c.conversation_id == conversation_id)
        .order_by(notes.c.id.desc())
        .limit(MOST)
    )
    items: list[Item] = [*told, *heard, *(Noted(*row) for row in noted)]
    items.sort(key=lambda item: (item.at, _RANK[type(item)], item.id))
    due = select(timers.c.name, timers.c.due_at).where(timers.c.conversation_id == conversation_id)
    return Transcript(
        items=items,
        coming=await _coming(tx, uid),
        timers=(await tx.execute(due.order_by(timers.c.due_at))).all(),
        shortened=len(told) >= MOST or len(heard) >= MOST,
    )


async def _told(tx: Tx, conversation_id: int) -> list[Told]:
    rows = (
        await tx.execute(
            select(outbox)
            .where(outbox.c.conversation_id == conversation_id)
            .order_by(outbox.c.id.desc())
            .limit(2 * MOST)
        )
    ).all()
    edited = {row.edits for row in rows if row.edits is not None}
    return [
        Told(
            id=row.id,
            at=row.created_at,
            message=decode_message(row.message),
            channel=row.channel,
            state=row.state,
            reason=row.reason,
            sent_at=row.sent_at,
            not_before=row.not_before,
            edited=row.id in edited,
        )
        for row in rows
        if row.edits is None
    ][:MOST]


async def _heard(tx: Tx, conversation_id: int) -> list[Heard | Happened]:
    gone = await tx.execute(
        select(answers.c.answered_at).where(
            answers.c.conversation_id == conversation_id, answers.c.superseded_at.is_not(None)
        )
    )
    superseded = set(gone.scalars())
    rows = await tx.execute(
        select(journal).where(journal.c.conversation_id == conversation_id).order_by(journal.c.id.desc()).limit(MOST)
    )
    return [_entry(row, superseded) for row in rows]


def _entry(row: Record, superseded: set[datetime]) -> Heard | Happened:
    if row.said is None or row.actor is not None or row.note in ("stale", "not offered"):
        return Happened(row.id, row.at, row.event, row.note, row.actor)
    return Heard(row.id, row.at, row.said, row.channel, row.note, row.at in superseded, row.data.get("mail"))


async def _coming(tx: Tx, uid: str) -> list[Coming]:
    rows = await tx.execute(
        select(inbox.c.payload, inbox.c.received_at)
        .where(inbox.c.lane == f"conversation:{uid}", inbox.c.state == "new", inbox.c.source == "staff")
        .order_by(inbox.c.id)
    )
    found = [(json.loads(row.payload), row.received_at) for row in rows]
    return [Coming(at, act["action"], act["staff"], act.get("text")) for act, at in found]


async def pulse(tx: Tx, conversation_id: int, uid: str) -> str:
    """A short text that changes whenever the transcript does: cheap to ask every few seconds."""
    said = await tx.execute(
        select(journal.c.id).where(journal.c.conversation_id == conversation_id).order_by(journal.c.id.desc()).limit(1)
    )
    told = await tx.execute(
        select(outbox.c.id, outbox.c.state, outbox.c.attempts)
        .where(outbox.c.conversation_id == conversation_id)
        .order_by(outbox.c.id.desc())
        .limit(20)
    )
    noted = await tx.execute(
        select(notes.c.id).where(notes.c.conversation_id == conversation_id).order_by(notes.c.id.desc()).limit(1)
    )
    states = ".".join(f"{row.id}{row.state}{row.attempts}" for row in told)
    coming = len(await _coming(tx, uid))
    return f"{said.scalar_one_or_none()}|{states}|{noted.scalar_one_or_none()}|{coming}"
