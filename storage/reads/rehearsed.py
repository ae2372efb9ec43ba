"""What a rehearsal looks at: what still waits, who wants a person, what became of everybody. Small worlds, read whole.

People go by the shop's id of them (`external_id`). Statements are built once: a rehearsal asks at every step.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, literal, select, union_all

from storage.database import Record, Tx
from storage.dialects import among, asked_step
from storage.outbox import LIVE
from storage.reads.exporting import known_as
from storage.tables import answers, conversations, grants, inbox, outbox, purchases, timers


def _count(name: str, query: Select[Any]) -> Select[str, int]:
    return select(literal(name).label("name"), func.count().label("n")).select_from(query.subquery())


_WAITING: Final = union_all(
    _count("inbox", select(inbox.c.id).where(inbox.c.state == "new")),
    _count("failed", select(inbox.c.id).where(inbox.c.state == "quarantined")),
    _count("outbox", select(outbox.c.id).where(outbox.c.state.in_(LIVE))),
    _count("timers", select(timers.c.id)),
    _count("live", select(conversations.c.id).where(conversations.c.ended_at.is_(None))),
)


async def waiting(tx: Tx) -> dict[str, int]:
    """What is not done: rows of the `inbox`, `failed` ones put aside, the `outbox`, `timers`, `live` conversations."""
    return {row.name: int(row.n) for row in await tx.execute(_WAITING)}


_NEXT: Final = union_all(
    select(func.min(timers.c.due_at).label("at")),
    # The rows that live have an index of their own, which only this condition finds.
    select(func.min(outbox.c.not_before)).where(among(outbox.c.state, LIVE), outbox.c.state == "ready"),
)


async def next_moment(tx: Tx) -> datetime | None:
    """When the next timer is due or the next message may go out; None when nothing is to come."""
    return min((row.at for row in await tx.execute(_NEXT) if row.at is not None), default=None)


_TRIED: Final = select(inbox.c.id).where(inbox.c.state == "new", inbox.c.attempts > 0)
_GIVEN_UP: Final = select(inbox.c.id).where(inbox.c.state == "quarantined")
_FAILING: Final = select(func.count()).select_from(
    union_all(_TRIED, _GIVEN_UP, select(timers.c.id).where(timers.c.attempts > 0)).subquery()
)


async def failing(tx: Tx) -> int:
    """How many inputs and timers had to be tried again, or were given up: none, where nothing fails."""
    return int((await tx.execute(_FAILING)).scalar_one())


_WANTING: Final = (
    select(
        conversations.c.uid,
        conversations.c.language,
        conversations.c.needs_person,
        conversations.c.needs_since,
        known_as("external", conversations.c.prospect_id),
    )
    .where(conversations.c.needs_person.is_not(None), conversations.c.held_by.is_(None))
    .order_by(conversations.c.id)
)


async def wanting(tx: Tx) -> Sequence[Record]:
    """Conversations that want a person whom nobody is: uid, language, external_id, needs_person, needs_since."""
    return (await tx.execute(_WANTING)).all()


_TALKS: Final = select(
    known_as("external", conversations.c.prospect_id), conversations.c.outcome, conversations.c.barrier
).order_by(conversations.c.id)


async def talks(tx: Tx) -> Sequence[Record]:
    """Every conversation: external_id, outcome (None while it goes on), barrier."""
    return (await tx.execute(_TALKS)).all()


_SAID: Final = (
    select(
        known_as("external", outbox.c.prospect_id),
        outbox.c.conversation_id,
        outbox.c.channel,
        outbox.c.proactive,
        outbox.c.sent_at,
        outbox.c.visit,
        asked_step(outbox.c.message).label("step"),
    )
    .where(outbox.c.state == "sent", outbox.c.kind != "edit")
    .order_by(outbox.c.id)
)


async def said(tx: Tx) -> Sequence[Record]:
    """Messages that went out, no edits: external_id, conversation_id, channel, proactive, sent_at, visit, step."""
    return (await tx.execute(_SAID)).all()


_ANSWERED: Final = (
    select(known_as("external", answers.c.prospect_id), answers.c.conversation_id, answers.c.step)
    .where(answers.c.superseded_at.is_(None))
    .order_by(answers.c.id)
)


async def answered(tx: Tx) -> Sequence[Record]:
    """Answers that stand: external_id, conversation_id, step."""
    return (await tx.execute(_ANSWERED)).all()


_GIVEN: Final = select(
    grants.c.prospect_id,
    known_as("external", grants.c.prospect_id),
    grants.c.offer,
    grants.c.code,
    grants.c.value,
    grants.c.redeemed_at,
).order_by(grants.c.id)


async def given(tx: Tx) -> Sequence[Record]:
    """Grants: prospect_id and external_id (None after an erasure), offer, code, value, redeemed_at."""
    return (await tx.execute(_GIVEN)).all()


_BOUGHT: Final = select(known_as("external", purchases.c.prospect_id)).select_from(purchases).order_by(purchases.c.id)


async def bought(tx: Tx) -> Sequence[Record]:
    """Purchases: external_id (None after an erasure)."""
    return (await tx.execute(_BOUGHT)).all()
