"""Raw input that could not be processed and was put aside: what a person does with it. Nothing of it is deleted."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from storage.database import Record, Tx
from storage.dialects import among
from storage.inbox import QUOTA
from storage.tables import inbox

FOR_GOOD = "put aside for good"
"""How the note of a row begins that nobody wants to see processed any more."""


async def newest(tx: Tx, limit: int) -> Sequence[Record]:
    """The newest rows put aside: id, source, received_at, done_at, attempts, note. Not what they say."""
    columns = (inbox.c.id, inbox.c.source, inbox.c.received_at, inbox.c.done_at, inbox.c.attempts, inbox.c.note)
    return (await tx.execute(select(*columns).where(_ASIDE).order_by(inbox.c.id.desc()).limit(limit))).all()


async def count(tx: Tx) -> int:
    """How many rows are put aside."""
    return int((await tx.execute(select(func.count()).where(_ASIDE))).scalar_one())


async def get(tx: Tx, row_id: int) -> Record | None:
    """A row put aside, with its lane and what it says; None when it is not (any more)."""
    return (await tx.execute(select(inbox).where(inbox.c.id == row_id, _ASIDE))).one_or_none()


async def again(tx: Tx, row_id: int) -> bool:
    """Try it again, as often as something new. False when it is not put aside (any more)."""
    anew = {"state": "new", "attempts": 0, "lease_until": None, "done_at": None, "worker": None}
    return (await tx.execute(update(inbox).where(inbox.c.id == row_id, _ASIDE).values(anew))).rowcount == 1


async def for_good(tx: Tx, row_id: int) -> bool:
    """Nobody wants to see it processed any more; what it says is kept. False when it is not put aside (any more)."""
    note = (FOR_GOOD + ": " + func.coalesce(inbox.c.note, "")).label("note")
    done = update(inbox).where(inbox.c.id == row_id, _ASIDE).values(state="done", note=func.substr(note, 1, 500))
    return (await tx.execute(done)).rowcount == 1


async def crowded(tx: Tx, limit: int) -> Sequence[Record]:
    """Senders of whom more waits than is taken at once, the longest line first: lane, waiting, since."""
    waiting = func.count().label("waiting")
    query = (
        select(inbox.c.lane, waiting, func.min(inbox.c.received_at).label("since"))
        .where(inbox.c.state == "new")
        .group_by(inbox.c.lane)
        .having(waiting > QUOTA)
        .order_by(waiting.desc())
        .limit(limit)
    )
    return (await tx.execute(query)).all()


_ASIDE = among(inbox.c.state, ("quarantined",))
