"""Conversations: finding them and opening new ones. How they change is in storage/turns."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from flows.codec import encode_state
from flows.state import State
from storage.database import Record, Tx
from storage.ids import new_uid
from storage.many import many
from storage.tables import conversations, outbox


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new conversation is opened with. `product` and `source` are copied for reports.

    `arm` is the group by `lot` (flows.evidence.lot), `segment` the learning segment the prospect is in now, if known.
    """

    prospect_id: int
    campaign: str
    state: State
    product: str | None = None
    source: str | None = None
    outcome: str | None = None
    arm: str = "offer"
    segment: str | None = None
    lot: str | None = None
    uid: str = field(default_factory=new_uid)


async def open_new(tx: Tx, opening: Opening, now: datetime) -> int:
    """A new conversation.

    Returns its row id. With an `outcome` it is over at once (the control group nobody writes to).
    """
    return int((await tx.execute(_OPEN, _row(opening, now))).scalar_one())


async def open_all(tx: Tx, openings: Sequence[Opening], now: datetime) -> list[int]:
    """As `open_new` for each of these, with two statements. Returns their row ids, in order."""
    rows = [_row(opening, now) for opening in openings]
    await _OPEN_ALL(tx, rows)
    ids = {row.uid: row.id for row in await tx.execute(_IDS, {"uids": [row["uid"] for row in rows]})}
    return [ids[row["uid"]] for row in rows]


def _row(opening: Opening, now: datetime) -> dict[str, Any]:
    state = opening.state
    return {
        "uid": opening.uid,
        "prospect_id": opening.prospect_id,
        "campaign": opening.campaign,
        "flow": state.flow,
        "flow_version": state.version,
        "state": encode_state(state),
        "status": "ended" if opening.outcome else state.status,
        "outcome": opening.outcome,
        "turn": state.turn,
        "language": state.language,
        "product": opening.product,
        "source": opening.source,
        "created_at": now,
        "updated_at": now,
        "ended_at": now if opening.outcome else None,
        "unread": False,
        "arm": opening.arm,
        "segment": opening.segment,
        "lot": opening.lot,
    }


_OPEN = insert(conversations).returning(conversations.c.id)
_OPEN_ALL = many(lambda _: insert(conversations))
_IDS = select(conversations.c.uid, conversations.c.id).where(conversations.c.uid.in_(bindparam("uids", expanding=True)))


async def live(tx: Tx, prospect_id: int) -> int | None:
    """The prospect's conversation that is not over, if there is one."""
    return (await tx.execute(_LIVE, {"prospect": prospect_id})).scalar_one_or_none()


_LIVE = select(conversations.c.id).where(
    conversations.c.prospect_id == bindparam("prospect"), conversations.c.ended_at.is_(None)
)


async def latest(tx: Tx, prospect_id: int) -> int | None:
    """The live conversation, else the newest one."""
    row = await newest(tx, prospect_id)
    return row.id if row is not None else None


async def newest(tx: Tx, prospect_id: int) -> Record | None:
    """The live conversation, else the newest one: id, outcome, ended_at."""
    return (await tx.execute(_NEWEST, {"prospect": prospect_id})).one_or_none()


_NEWEST = (
    select(conversations.c.id, conversations.c.outcome, conversations.c.ended_at)
    .where(conversations.c.prospect_id == bindparam("prospect"))
    .order_by(conversations.c.ended_at.is_(None).desc(), conversations.c.id.desc())
    .limit(1)
)


async def latest_of(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, int]:
    """Of each of these prospects the live conversation, else the newest one; who has none is left out."""
    found: dict[int, int] = {}
    for row in await tx.execute(_LATEST_OF, {"people": list(prospect_ids)}):
        found[row.prospect_id] = row.id
    return found


_LATEST_OF = (
    select(conversations.c.prospect_id, conversations.c.id)
    .where(conversations.c.prospect_id.in_(bindparam("people", expanding=True)))
    .order_by(conversations.c.ended_at.is_(None), conversations.c.id)
)


async def by_uid(tx: Tx, uid: str) -> Record | None:
    """The conversation with this public id."""
    return (await tx.execute(select(conversations).where(conversations.c.uid == uid))).one_or_none()


async def get(tx: Tx, conversation_id: int) -> Record | None:
    """The conversation with this row id."""
    return (await tx.execute(_GET, {"row": conversation_id})).one_or_none()


_GET = select(conversations).where(conversations.c.id == bindparam("row"))


async def by_nonces(tx: Tx, nonces: Sequence[str]) -> dict[str, Record]:
    """The outbox rows whose buttons carry these nonces: id, prospect_id, conversation_id, message."""
    return {row.nonce: row for row in await tx.execute(_BY_NONCES, {"nonces": list(nonces)})}


_BY_NONCES = select(
    outbox.c.nonce, outbox.c.id, outbox.c.prospect_id, outbox.c.conversation_id, outbox.c.message
).where(outbox.c.nonce.in_(bindparam("nonces", expanding=True)))


async def past_of(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, list[Record]]:
    """All conversations of these prospects, oldest first: campaign, outcome, created_at, first_contact_at, ended_at.

    Who has none is left out.
    """
    found: defaultdict[int, list[Record]] = defaultdict(list)
    for row in await tx.execute(_PAST, {"people": list(prospect_ids)}):
        found[row.prospect_id].append(row)
    return found


_PAST = (
    select(
        *(conversations.c[name] for name in ("prospect_id", "campaign", "outcome", "created_at", "first_contact_at")),
        conversations.c.ended_at,
    )
    .where(conversations.c.prospect_id.in_(bindparam("people", expanding=True)))
    .order_by(conversations.c.id)
)


async def resting(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, int]:
    """Of these prospects the conversations (prospect -> row id) that stand at a step which waits."""
    return {row.prospect_id: row.id for row in await tx.execute(_RESTING, {"people": list(prospect_ids)})}


_RESTING = select(conversations.c.prospect_id, conversations.c.id).where(
    conversations.c.prospect_id.in_(bindparam("people", expanding=True)),
    conversations.c.ended_at.is_(None),
    conversations.c.status == "resting",
)


async def mark(tx: Tx, conversation_id: int, **flags: Any) -> None:
    """Change what staff see: `needs_person`, `needs_since`, `unread`."""
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(**flags))
