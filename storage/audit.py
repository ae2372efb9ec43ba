"""Who did what: logins, views of transcripts, exports, codes revealed, erasures. Rows are only added."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from storage.database import Record, Tx
from storage.tables import audit


async def note(tx: Tx, actor: str, action: str, subject: str, now: datetime) -> None:
    """Add a row: `actor` is a member of staff or the command line, `subject` the uid or name of what it was done to."""
    await tx.execute(insert(audit).values(at=now, actor=actor, action=action, subject=subject))


async def newest(tx: Tx, limit: int) -> Sequence[Record]:
    """The last rows (at, actor, action, subject), newest first."""
    return (await tx.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))).all()


async def with_action(tx: Tx, action: str, limit: int) -> Sequence[Record]:
    """The last rows of one kind (at, actor, action, subject), newest first."""
    query = select(audit).where(audit.c.action == action).order_by(audit.c.id.desc())
    return (await tx.execute(query.limit(limit))).all()
