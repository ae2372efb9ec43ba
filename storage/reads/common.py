"""What the questions share: windows of time, cursors, the main barrier of an answer, searching in words."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, FromClause, and_, or_, text

from storage.tables import answers

T = TypeVar("T")

TURN: Final = 500
"""Rows looked at in one go."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time in UTC, from `since` up to but without `until`."""

    since: datetime
    until: datetime


def ever(now: datetime) -> Window:
    """All time up to now."""
    return Window(datetime(2000, 1, 1, tzinfo=UTC), now + timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list ended: the moment it is ordered by, and the row's number among equals."""

    at: datetime
    id: int

    def __str__(self) -> str:
        """As it stands in an address."""
        return f"{self.at.isoformat()}~{self.id}"


def read_cursor(text: str) -> Cursor | None:
    """A cursor from an address; None for anything that is none."""
    moment, mark, number = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if not mark or at.tzinfo is None or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return Cursor(at, int(number))


def main_barrier(table: FromClause) -> ColumnElement[str | None]:
    """The barrier an answer counts for: the first it names; null for an answer to a later question."""
    barrier: ColumnElement[str | None] = table.c.barriers[0].as_string()
    return barrier


def counts(table: FromClause) -> ColumnElement[bool]:
    """An answer that names a barrier and was not taken back."""
    return and_(table.c.superseded_at.is_(None), main_barrier(table).is_not(None))


MAIN_BARRIER: ColumnElement[str | None] = main_barrier(answers)
"""The barrier of a row of answers."""

COUNTS: ColumnElement[bool] = counts(answers)
"""That a row of answers counts."""


NAMES_ANY: ColumnElement[bool] = and_(answers.c.superseded_at.is_(None), text("answers.barriers <> '[]'"))
"""The same as COUNTS in the words of the index ix_answers_naming: where nothing else of a row is asked for."""


async def by_turns(rows: Iterable[T]) -> AsyncIterator[T]:
    """Row after row of many; every few hundred, whoever else waits in this process goes first."""
    for number, row in enumerate(rows, 1):
        if number % TURN == 0:
            await asyncio.sleep(0)
        yield row


def within(column: ColumnElement[Any], window: Window) -> ColumnElement[bool]:
    """The moment lies in the window."""
    return and_(column >= window.since, column < window.until)


def after(at: ColumnElement[Any], row_id: ColumnElement[Any], cursor: Cursor, *, rising: bool) -> ColumnElement[bool]:
    """Behind the cursor in the list's order. The first half alone lets an index find the place."""
    if rising:
        return and_(at >= cursor.at, or_(at > cursor.at, row_id > cursor.id))
    return and_(at <= cursor.at, or_(at < cursor.at, row_id < cursor.id))


def holds(column: ColumnElement[Any], words: str) -> ColumnElement[bool]:
    """The text holds these words as they stand, in whatever case; `%` and `_` are only signs."""
    return column.icontains(words, autoescape=True)
