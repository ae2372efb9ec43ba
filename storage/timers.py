"""The one table for "later": conversations that are to be woken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, select, update

from storage.database import Tx
from storage.dialects import Insert
from storage.many import many, whether_any
from storage.tables import conversations, timers


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose moment has come."""

    id: int
    conversation_id: int
    name: str
    turn: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A timer to be set; `turn` is the one that sets it."""

    conversation_id: int
    name: str
    turn: int
    due_at: datetime


async def due(tx: Tx, now: datetime, limit: int) -> list[Due]:
    """Timers that are due, oldest first; they and their conversations are locked until the transaction ends.

    Conversations first, as a turn does that sets a timer. One whose turn is being taken is left alone.
    """
    found = (await tx.execute(_DUE, {"now": now, "most": limit})).scalars().all()
    return await _held(tx, found, now)


async def again(tx: Tx, timer: Due, now: datetime) -> list[Due]:
    """This timer, if it is due still; it and its conversation are locked until the transaction ends."""
    await tx.execute(_HOLD, {"conversation": timer.conversation_id})
    return await _held(tx, [timer.id], now)


async def _held(tx: Tx, rows: Sequence[int], now: datetime) -> list[Due]:
    return [Due(*row) for row in await tx.execute(_HELD, {"rows": rows, "now": now})] if rows else []


_DUE = (
    select(timers.c.id)
    .join(conversations, conversations.c.id == timers.c.conversation_id)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=conversations, skip_locked=True)
)
_HOLD = select(conversations.c.id).where(conversations.c.id == bindparam("conversation")).with_for_update()
_HELD = (
    select(timers.c.id, timers.c.conversation_id, timers.c.name, timers.c.turn, timers.c.attempts)
    .where(timers.c.id.in_(bindparam("rows", expanding=True)), timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.id)
    .with_for_update()
)


async def has_due(tx: Tx, now: datetime) -> bool:
    """Whether any timer is due: a look that locks nothing."""
    return await _ANY_DUE(tx, {"now": now})


_ANY_DUE = whether_any(select(timers.c.id).where(timers.c.due_at <= bindparam("now")).limit(1))


async def set_timer(tx: Tx, conversation_id: int, name: str, turn: int, due_at: datetime) -> None:
    """Set a timer; one with the same name is replaced."""
    await set_timers(tx, [Wanted(conversation_id, name, turn, due_at)])


async def set_timers(tx: Tx, wanted: Sequence[Wanted]) -> None:
    """Set these timers, each name once for a conversation; ones with the same name are replaced."""
    await _SET(
        tx,
        [
            {"conversation_id": one.conversation_id, "name": one.name, "turn": one.turn, "due_at": one.due_at}
            | {"attempts": 0}
            for one in wanted
        ],
    )


def _set(insert: Insert) -> Any:
    row = insert(timers)
    given = {name: row.excluded[name] for name in ("turn", "due_at", "attempts")}
    return row.on_conflict_do_update(index_elements=["conversation_id", "name"], set_=given)


_SET = many(_set)


async def cancel(tx: Tx, *conversation_ids: int) -> None:
    """Take away every timer of these conversations, but not an erasure that was asked for."""
    if conversation_ids:
        await tx.execute(_CANCEL, {"conversations": list(conversation_ids)})


_CANCEL = delete(timers).where(
    timers.c.conversation_id.in_(bindparam("conversations", expanding=True)), timers.c.name != "erase"
)


async def fired(tx: Tx, dealt_with: Sequence[Due]) -> None:
    """These timers have been dealt with. One set anew under the same name in the meantime stays."""
    await _FIRED(tx, [{"row": timer.id, "of_turn": timer.turn, "called": timer.name} for timer in dealt_with])


_FIRED = many(
    lambda _: delete(timers).where(
        timers.c.id == bindparam("row"), timers.c.turn == bindparam("of_turn"), timers.c.name == bindparam("called")
    )
)


async def failed(tx: Tx, timer: Due, now: datetime) -> None:
    """Dealing with it failed: try again later, ever more slowly."""
    wait = timedelta(seconds=min(3600, 5 * 4**timer.attempts))
    await tx.execute(
        update(timers).where(timers.c.id == timer.id).values(due_at=now + wait, attempts=timers.c.attempts + 1)
    )


async def next_due(tx: Tx) -> datetime | None:
    """When the next timer is due, or None."""
    return (await tx.execute(select(timers.c.due_at).order_by(timers.c.due_at).limit(1))).scalar_one_or_none()


async def waiting(tx: Tx) -> int:
    """How many timers are set."""
    return (await tx.execute(select(func.count()).select_from(timers))).scalar_one()
