"""What came in by mail, as people of the shop look at it: how much of what, and why something is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from storage.database import Tx
from storage.mail import ANSWER, NOTE, SOURCE, noted
from storage.tables import identities, inbox


@dataclass(frozen=True, slots=True)
class Came:
    """A mail that was no answer, or that nobody could read. `what` is its note without what all notes begin with."""

    at: datetime
    what: str


async def counts(tx: Tx, since: datetime) -> dict[str, int]:
    """How many mails came to what since then: `answer`, `auto-reply`, `hard`, ...; `unreadable` were put aside."""
    found = await tx.execute(_COUNTS, {"since": since})
    return {_what(row.state, row.note): row.number for row in found}


_COUNTS = (
    select(inbox.c.state, func.min(inbox.c.note).label("note"), func.count().label("number"))
    .where(inbox.c.source == SOURCE, inbox.c.received_at >= bindparam("since", type_=inbox.c.received_at.type))
    .where(inbox.c.state != "new")
    .group_by(inbox.c.state, inbox.c.note)
)


async def closed(tx: Tx, since: datetime) -> dict[str, int]:
    """How many addresses were closed since then, by why: `bounced`, `refused`, `full`, `complaint`, ..."""
    found = await tx.execute(_CLOSED, {"since": since})
    return {row.closed_reason: row.number for row in found}


_CLOSED = (
    select(identities.c.closed_reason, func.count().label("number"))
    .where(
        identities.c.kind == "email", identities.c.closed_at >= bindparam("since", type_=identities.c.closed_at.type)
    )
    .group_by(identities.c.closed_reason)
)


async def newest(tx: Tx, limit: int) -> Sequence[Came]:
    """The newest mails that were no answer, newest first."""
    return [Came(row.received_at, _what(row.state, row.note)) for row in await tx.execute(_NEWEST, {"most": limit})]


_NEWEST = (
    select(inbox.c.received_at, inbox.c.state, inbox.c.note)
    .where(inbox.c.source == SOURCE, inbox.c.state != "new")
    .where(or_(inbox.c.state == "quarantined", inbox.c.note != noted(ANSWER)))
    .order_by(inbox.c.id.desc())
    .limit(bindparam("most"))
)


def _what(state: str, note: str | None) -> str:
    return "unreadable" if state == "quarantined" else (note or "").removeprefix(NOTE)
