"""Figures that take seconds to count, kept as they were counted: who looks at them waits for nobody's counting.

A look asks for them; whoever counts in the background takes one at a time (`claim`) and puts the figures down (`keep`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, delete, func, literal, or_, select, update

from storage.database import Record, Tx
from storage.dialects import insert
from storage.reads.common import Window, within
from storage.tables import conversations, grants, snapshots

GIVEN_UP: Final = timedelta(minutes=15)
"""Whoever began to count so long ago was killed: another takes it up."""

AGAIN: Final = timedelta(minutes=2)
"""After a failure the next try waits so long."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted: for which page, of which campaign (None: all), in which window (None: ever), and for whom."""

    page: str
    campaign: str | None = None
    window: Window | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same few signs for the same."""
        days = [self.window.since.timestamp(), self.window.until.timestamp()] if self.window else []
        document = json.dumps([self.page, self.campaign, days, sorted(self.filters.items())])
        return hashlib.sha256(document.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept: the figures (None: not counted yet), as of when, whether to be counted, and whether that failed."""

    figures: Any
    at: datetime | None
    wanted: bool
    failed: bool


async def get(tx: Tx, subject: Subject) -> Kept | None:
    """What is kept of this subject; None when nobody ever asked."""
    row = (await tx.execute(select(snapshots).where(snapshots.c.key == subject.key))).one_or_none()
    if row is None:
        return None
    return Kept(row.figures, row.computed_at, row.wanted_at is not None, row.failed_at is not None)


async def want(tx: Tx, subject: Subject, now: datetime, asked_at: datetime | None = None) -> None:
    """This shall be counted, again if it was before. `asked_at`: when somebody looked at it last, if not now."""
    window = subject.window
    row = insert(tx, snapshots).values(
        key=subject.key, page=subject.page, campaign=subject.campaign, filters=dict(subject.filters),
        asked_at=asked_at or now,
        wanted_at=now, since=window.since if window else None, until=window.until if window else None,
    )  # fmt: skip
    later = case((snapshots.c.asked_at > row.excluded.asked_at, snapshots.c.asked_at), else_=row.excluded.asked_at)
    change = {"wanted_at": func.coalesce(snapshots.c.wanted_at, row.excluded.wanted_at), "asked_at": later}
    await tx.execute(row.on_conflict_do_update(index_elements=["key"], set_=change))


async def want_again(tx: Tx, key: str, now: datetime) -> bool:
    """What has this key shall be counted again; False when nothing has it."""
    change = {"wanted_at": func.coalesce(snapshots.c.wanted_at, literal(now, snapshots.c.wanted_at.type))}
    found = await tx.execute(update(snapshots).where(snapshots.c.key == key).values(**change, asked_at=now))
    return bool(found.rowcount)


async def is_wanted(tx: Tx, now: datetime) -> bool:
    """Whether there is anything to count."""
    return (await tx.execute(select(snapshots.c.key).where(*_free(now)).limit(1))).first() is not None


async def claim(tx: Tx, now: datetime) -> Subject | None:
    """Take what waits longest, for nobody else to count; None when nothing waits."""
    waiting = select(snapshots).where(*_free(now)).order_by(snapshots.c.wanted_at, snapshots.c.key).limit(1)
    row = (await tx.execute(waiting.with_for_update(skip_locked=True))).one_or_none()
    if row is None:
        return None
    await tx.execute(update(snapshots).where(snapshots.c.key == row.key).values(begun_at=now))
    return _subject(row)


def _free(now: datetime) -> list[Any]:
    c = snapshots.c
    return [
        c.wanted_at.is_not(None),
        or_(c.begun_at.is_(None), c.begun_at < now - GIVEN_UP),
        or_(c.failed_at.is_(None), c.failed_at < now - AGAIN),
    ]


def _subject(row: Record) -> Subject:
    window = Window(row.since, row.until) if row.since is not None and row.until is not None else None
    return Subject(row.page, row.campaign, window, row.filters)


async def keep(tx: Tx, subject: Subject, figures: Any, at: datetime, seconds: float) -> None:
    """Put down what was counted (plain JSON), as of a moment, in so many seconds."""
    done = {"wanted_at": None, "begun_at": None, "failed_at": None}
    values = {"figures": figures, "computed_at": at, "seconds": seconds, **done}
    await tx.execute(update(snapshots).where(snapshots.c.key == subject.key).values(**values))


async def give_up(tx: Tx, subject: Subject, now: datetime) -> None:
    """Counting failed: it is tried again after a while, and who looks is told."""
    await tx.execute(update(snapshots).where(snapshots.c.key == subject.key).values(begun_at=None, failed_at=now))


async def put_back(tx: Tx, subject: Subject | None = None) -> None:
    """Counting was broken off: it may be taken up at once. Without a subject: all of it, as nobody else is there."""
    which = [snapshots.c.key == subject.key] if subject is not None else []
    await tx.execute(update(snapshots).where(snapshots.c.begun_at.is_not(None), *which).values(begun_at=None))


async def drop(tx: Tx, subject: Subject) -> None:
    """There is nothing to count any more, such as a campaign that is gone."""
    await tx.execute(delete(snapshots).where(snapshots.c.key == subject.key))


async def clear(tx: Tx, before: datetime) -> None:
    """Forget what nobody looked at since then."""
    await tx.execute(delete(snapshots).where(snapshots.c.asked_at < before))


async def looked_at(tx: Tx, since: datetime) -> Sequence[Record]:
    """What somebody looked at since then: page and campaign, and when that was last (`asked_at`)."""
    what = (snapshots.c.page, snapshots.c.campaign)
    query = select(*what, func.max(snapshots.c.asked_at).label("asked_at")).where(snapshots.c.asked_at >= since)
    return (await tx.execute(query.group_by(*what))).all()


async def many_talks(tx: Tx, window: Window | None, most: int) -> bool:
    """Whether more conversations than this began in the window."""
    return await _are_many(tx, conversations.c.created_at, window, most)


async def many_given(tx: Tx, window: Window | None, most: int) -> bool:
    """Whether more offers than this were given in the window."""
    return await _are_many(tx, grants.c.granted_at, window, most)


async def _are_many(tx: Tx, at: ColumnElement[datetime], window: Window | None, most: int) -> bool:
    """Looks into an index, no further than it must."""
    some = select(literal(1)).where(*([within(at, window)] if window else [])).limit(most + 1)
    return int((await tx.execute(select(func.count()).select_from(some.subquery()))).scalar_one()) > most
