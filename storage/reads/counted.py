"""People counted from the sums that turns keep (storage.answer_counts): the same figures as from their answers."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, union_all

from storage.database import Tx
from storage.reads.common import COUNTS, MAIN_BARRIER, Window, counts, main_barrier, within
from storage.tables import answer_counts, answers

APART: Final = ("campaign", "product", "language", "source", "channel")
"""What counts are kept apart by. Each is also the whole: the sum over all its names."""

Counted = dict[tuple[str | None, str], int]
"""(name, barrier) -> people; the name is None for unknown.

An empty barrier corrects the sum of a name's barriers to its people: who named two barriers is one person.
"""


@dataclass(frozen=True, slots=True)
class Cut:
    """A window cut into whole UTC days (`first` up to but without `behind`) and what sticks out at its ends."""

    first: str
    behind: str
    whole: Window | None
    rest: tuple[Window, ...]


async def rows(tx: Tx, window: Window, by: str, name: str = "") -> Counted:
    """How many people in the window named each barrier, told apart `by` one of APART, or only those of one `name`.

    `by` = `sub_code`: how many gave each finer reason, all under an empty barrier. One statement.
    """
    days = cut(window)
    parts = [_days(days, by, name), *(_edges(days, by, name, of) for of in _EDGES if days.rest)]
    if by not in APART:
        parts = parts[:2]
    found: Counter[tuple[str | None, str]] = Counter()
    for kind, known, barrier, number in await tx.execute(union_all(*parts)):
        found[known or None, barrier] += int(number)
        if kind == "named" and by in APART:
            found[known or None, ""] -= int(number)
    return dict(found)


_EDGES: Final = ("named", "anything")


def _days(of: Cut, by: str, name: str) -> Select[Any]:
    """The sums of whole days: whoever is counted on two of them counts on the first."""
    kept = answer_counts.c
    days = [kept.by == by, kept.day >= of.first, kept.day < of.behind, kept.former < of.first]
    if name:
        days.append(kept.name == name)
    summed = select(literal("days"), kept.name, kept.barrier, func.sum(kept.n)).where(*days)
    return summed.group_by(kept.name, kept.barrier)


def _edges(days: Cut, by: str, name: str, of: str) -> Select[Any]:
    """From the answers themselves, for the hours that are no whole day: who is not counted on the whole days already.

    `of`: those who `named` each barrier (or gave each finer reason), or `anything` at all.
    """
    earlier = answers.alias("within")
    same = [earlier.c.conversation_id == answers.c.conversation_id, counts(earlier)]
    same.append(earlier.c[by].is_not_distinct_from(answers.c[by]))
    barrier: ColumnElement[Any] = literal("")
    if of == "named" and by in APART:
        barrier = MAIN_BARRIER
        same.append(main_barrier(earlier) == MAIN_BARRIER)
    only = [COUNTS, or_(*(within(answers.c.answered_at, one) for one in days.rest))]
    if name:
        only.append(answers.c[by] == name)
    if by not in APART:
        only.append(answers.c[by].is_not(None))
    if days.whole is not None:
        only.append(~exists().where(*same, within(earlier.c.answered_at, days.whole)))
    people = func.count(answers.c.conversation_id.distinct())
    return select(literal(of), answers.c[by], barrier, people).where(*only).group_by(answers.c[by], barrier)


def cut(window: Window) -> Cut:
    """The window as whole UTC days and the rest."""
    first, last = _midnight_after(window.since), _midnight_before(window.until)
    if first > last:
        return Cut(_day(first), _day(first), None, (window,))
    ends = (Window(window.since, first), Window(last, window.until))
    whole = Window(first, last) if first < last else None
    return Cut(_day(first), _day(last), whole, tuple(one for one in ends if one.since < one.until))


def touched(window: Window) -> tuple[str, str]:
    """The first and the last UTC day (ISO) that the window has any part of."""
    return _day(window.since), _day(window.until - timedelta(microseconds=1))


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _midnight_before(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def _midnight_after(moment: datetime) -> datetime:
    before = _midnight_before(moment)
    return before if before == moment else before + timedelta(days=1)
