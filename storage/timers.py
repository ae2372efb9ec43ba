"""The one table for "later": conversations that are to be woken."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from storage.database import Tx
from storage.dialects import insert
from storage.tables import timers


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose moment has come."""

    id: int
    conversation_id: int
    name: str
    turn: int
    attempts: int


async def due(tx: Tx, now: datetime, limit: int) -> list[Due]:
    """Timers that are due, oldest first, locked until the transaction ends."""
    rows = await tx.execute(
        select(timers.c.id, timers.c.conversation_id, timers.c.name, timers.c.turn, timers.c.attempts)
        .where(timers.c.due_at <= now)
        .order_by(timers.c.due_at, timers.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Due(*row) for row in rows]


async def has_due(tx: Tx, now: datetime) -> bool:
    """Whether any timer is due: a look that locks nothing."""
    return (
        await tx.execute(select(timers.c.id).where(timers.c.due_at <= now).limit(1))
    ).scalar_one_or_none() is not None


async def set_timer(tx: Tx, conversation_id: int, name: str, turn: int, due_at: datetime) -> None:
    """Set a timer; one with the same name is replaced."""
    statement = insert(tx, timers).values(
        conversation_id=conversation_id, name=name, turn=turn, due_at=due_at, attempts=0
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id", "name"], set_={"turn": turn, "due_at": due_at, "attempts": 0}
        )
    )


async def cancel(tx: Tx, conversation_id: int) -> None:
    """Take away every timer of a conversation, but not an erasure that was asked for."""
    await tx.execute(delete(timers).where(timers.c.conversation_id == conversation_id, timers.c.name != "erase"))


async def fired(tx: Tx, timer: Due) -> None:
    """This timer has been dealt with. One set anew under the same name in the meantime stays."""
    await tx.execute(
        delete(timers).where(timers.c.id == timer.id, timers.c.turn == timer.turn, timers.c.name == timer.name)
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
