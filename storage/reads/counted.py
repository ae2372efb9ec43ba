"""People counted from the sums that turns keep (storage.answer_counts): the same figures as from their answers."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from storage.database import Tx
from storage.reads.common import COUNTS, MAIN_BARRIER, Window, counts, main_barrier
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


async def rows(tx: Tx, window: Window, by: str, name: str = "", *, apart: bool = True) -> Counted:
    """How many people in the window named each barrier, told apart `by` one of APART, or only those of one `name`.

    `by` = `sub_code`: how many gave each finer reason, all under an empty barrier. Not `apart`: all names together,
    under None. One statement.
    """
    days = cut(window)
    wanted = {"by": by, "name": name, "first": days.first, "behind": days.behind, **_ends("whole", days.whole)}
    for number, rest in enumerate(days.rest):
        wanted |= _ends(f"rest{number}", rest)
    found: Counter[tuple[str | None, str]] = Counter()
    shape = _Shape(by, bool(name), apart, len(days.rest), days.whole is not None)
    for kind, known, barrier, number in await tx.execute(_statement(shape), wanted):
        found[known or None, barrier] += int(number)
        if kind == "named" and by in APART:
            found[known or None, ""] -= int(number)
    return dict(found)


class _Shape(NamedTuple):
    """What one statement differs by from another: the rest of it are values."""

    by: str
    one_name: bool
    apart: bool
    rests: int
    has_whole: bool


_EDGES: Final = ("named", "anything")


@cache
def _statement(shape: _Shape) -> CompoundSelect[Any]:
    edges = _EDGES if shape.by in APART else _EDGES[:1]
    return union_all(_days(shape), *(_edges(shape, of) for of in edges if shape.rests))


def _days(shape: _Shape) -> Select[Any]:
    """The sums of whole days: whoever is counted on two of them counts on the first."""
    kept = answer_counts.c
    first = bindparam("first", type_=kept.day.type)
    days = [kept.by == bindparam("by"), kept.day >= first, kept.day < bindparam("behind"), kept.former < first]
    if shape.one_name:
        days.append(kept.name == bindparam("name"))
    # By the barrier alone there is less to sort.
    known = (kept.name, kept.barrier) if shape.apart else (kept.barrier,)
    summed = select(literal("days"), _named(shape, kept.name), kept.barrier, func.sum(kept.n)).where(*days)
    return summed.group_by(*known)


def _edges(shape: _Shape, of: str) -> Select[Any]:
    """From the answers themselves, for the hours that are no whole day: who is not counted on the whole days already.

    `of`: those who `named` each barrier (or gave each finer reason), or `anything` at all.
    """
    earlier, name = answers.alias("within"), answers.c[shape.by]
    same = [earlier.c.conversation_id == answers.c.conversation_id, counts(earlier)]
    same.append(earlier.c[shape.by].is_not_distinct_from(name))
    barrier: ColumnElement[Any] = literal("")
    if of == "named" and shape.by in APART:
        barrier = MAIN_BARRIER
        same.append(main_barrier(earlier) == MAIN_BARRIER)
    only = [COUNTS, or_(*(_inside(answers, f"rest{number}") for number in range(shape.rests)))]
    if shape.one_name:
        only.append(name == bindparam("name"))
    if shape.by not in APART:
        only.append(name.is_not(None))
    if shape.has_whole:
        only.append(~exists().where(*same, _inside(earlier, "whole")))
    people = func.count(answers.c.conversation_id.distinct())
    known = (name, barrier) if shape.apart else (barrier,)
    return select(literal(of), _named(shape, name), barrier, people).where(*only).group_by(*known)


def _named(shape: _Shape, name: ColumnElement[Any]) -> ColumnElement[Any]:
    return name if shape.apart else literal("")


def _inside(table: FromClause, which: str) -> ColumnElement[bool]:
    """Answered in the window whose ends are given as `which`_since and `which`_until."""
    at = table.c.answered_at
    return and_(at >= bindparam(f"{which}_since", type_=at.type), at < bindparam(f"{which}_until", type_=at.type))


def _ends(which: str, window: Window | None) -> dict[str, datetime]:
    return {} if window is None else {f"{which}_since": window.since, f"{which}_until": window.until}


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
