"""Answers counted from the sums that turns keep (storage.answer_counts), where these can tell people apart."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, or_, select

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

    None when the sums cannot tell: somebody answered more than once, and has to be counted once.
    """
    cut = _cut(window)
    again = select(func.count()).where(answer_counts.c.by == "again", answer_counts.c.day.between(*cut.touched))
    if (await tx.execute(again)).scalar_one():
        return None
    found: Counter[tuple[str | None, str]] = Counter()
    days = [answer_counts.c.by == by, answer_counts.c.day >= cut.first, answer_counts.c.day < cut.behind]
    if name:
        days.append(answer_counts.c.name == name)
    summed = select(answer_counts.c.name, answer_counts.c.barrier, func.sum(answer_counts.c.n))
    for known, barrier, number in await tx.execute(
        summed.where(*days).group_by(answer_counts.c.name, answer_counts.c.barrier)
    ):
        found[known or None, barrier] += int(number)
    for known, barrier, number in await tx.execute(_edges(cut.rest, by, name)) if cut.rest else ():
        found[known, barrier] += int(number)
    return dict(found)


def _edges(rest: tuple[Window, ...], by: str, name: str) -> Any:
    """The same from the answers themselves, for the hours that are no whole day."""
    column = answers.c[by]
    only: list[ColumnElement[bool]] = [COUNTS, or_(*(within(answers.c.answered_at, one) for one in rest))]
    if name:
        only.append(column == name)
    if by in APART:
        return select(column, MAIN_BARRIER, func.count()).where(*only).group_by(column, MAIN_BARRIER)
    return select(column, literal(""), func.count()).where(*only, column.is_not(None)).group_by(column)


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
