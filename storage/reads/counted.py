"""Answers counted from the sums that turns keep (storage.answer_counts), where these can tell people apart."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from storage.database import Tx
from storage.reads.common import COUNTS, MAIN_BARRIER, Window, within
from storage.tables import answer_counts, answers

APART: Final = ("campaign", "product", "language", "source", "channel")
"""What counts are kept apart by. Each is also the whole: the sum over all its names."""

Counted = dict[tuple[str | None, str], int]
"""(name, barrier) -> people; the name is None for unknown."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A window cut into whole UTC days (`first` up to but without `behind`) and what sticks out at its ends."""

    first: str
    behind: str
    rest: tuple[Window, ...]
    touched: tuple[str, str]


async def rows(tx: Tx, window: Window, by: str, name: str = "") -> Counted | None:
    """How many people in the window named each barrier, told apart `by` one of APART, or only those of one `name`.

    None when the sums cannot tell: somebody answered more than once, and has to be counted once. One statement.
    """
    cut = _cut(window)
    parts = [_days(cut, by, name), _again(cut), *(_edge(one, by, name) for one in cut.rest)]
    found: Counter[tuple[str | None, str]] = Counter()
    for kind, known, barrier, number in await tx.execute(union_all(*parts)):
        if kind == "again":
            return None
        found[known or None, barrier] += int(number)
    return dict(found)


def _days(cut: _Cut, by: str, name: str) -> Select[Any]:
    """The sums of whole days."""
    kept = answer_counts.c
    days = [kept.by == by, kept.day >= cut.first, kept.day < cut.behind]
    if name:
        days.append(kept.name == name)
    summed = select(literal("days"), kept.name, kept.barrier, func.sum(kept.n)).where(*days)
    return summed.group_by(kept.name, kept.barrier)


def _again(cut: _Cut) -> Select[Any]:
    """A row when anybody answered more than once on the days the window touches."""
    kept = answer_counts.c
    found = select(literal("again"), literal(""), literal(""), kept.n)
    return found.where(kept.by == "again", kept.day.between(*cut.touched))


def _edge(window: Window, by: str, name: str) -> Select[Any]:
    """The same from the answers themselves, for the hours that are no whole day."""
    column = answers.c[by]
    only: list[ColumnElement[bool]] = [COUNTS, within(answers.c.answered_at, window)]
    if name:
        only.append(column == name)
    if by in APART:
        counted = select(literal("hours"), column, MAIN_BARRIER, func.count()).where(*only)
        return counted.group_by(column, MAIN_BARRIER)
    return (
        select(literal("hours"), column, literal(""), func.count()).where(*only, column.is_not(None)).group_by(column)
    )


def _cut(window: Window) -> _Cut:
    first, last = _midnight_after(window.since), _midnight_before(window.until)
    touched = (_day(window.since), _day(window.until))
    if first > last:
        return _Cut(_day(first), _day(first), (window,), touched)
    ends = (Window(window.since, first), Window(last, window.until))
    return _Cut(_day(first), _day(last), tuple(one for one in ends if one.since < one.until), touched)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _midnight_before(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def _midnight_after(moment: datetime) -> datetime:
    before = _midnight_before(moment)
    return before if before == moment else before + timedelta(days=1)
