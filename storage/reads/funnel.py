"""The funnel from its history: who became known in a span, how far they have come since, and how long it took.

Everything is read from `stage_changes`, which is only ever added to: a cohort's numbers grow, and are never rewritten.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, Literal, get_args

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, literal, select

from flows.audience.profile import STAGES, Stage
from storage.database import Tx
from storage.dialects import epoch, utc_day
from storage.reads.common import Window, within
from storage.tables import stage_changes

By = Literal["segment", "source", "product", "week"]
"""What people can be told apart by: as they were when they became known, and the week (from Monday, UTC) of that."""

BYS: Final[tuple[By, ...]] = get_args(By)


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose funnel is asked for: those who became known in the window. Empty texts ask for all."""

    window: Window
    segment: str = ""
    source: str = ""
    product: str = ""


@dataclass(slots=True)
class Cohort:
    """A group (its name None for unknown): how many reached each stage, and the hours each stage took, by how many."""

    name: str | None
    reached: dict[Stage, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    took: dict[Stage, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def median_hours(self, stage: Stage) -> int | None:
        """Whole hours from the stage before in which half of those who reached this one came; None when nobody did."""
        return median(self.took.get(stage, Counter()))


def median(hours: Mapping[int, int]) -> int | None:
    """The lower median of values that occur so often."""
    left = (sum(hours.values()) + 1) // 2
    for value, number in sorted(hours.items()):
        left -= number
        if left <= 0:
            return value
    return None


async def cohorts(tx: Tx, sought: Sought, by: By | None = None) -> list[Cohort]:
    """Everybody who became known in the window, told apart; the largest first, weeks in their order."""
    people = _people(sought)
    group = _group(people, by)
    found: dict[str | None, Cohort] = {}
    counts = select(group, func.count(), *(func.count(people.c[f"{stage}_at"]) for stage in STAGES[1:]))
    for name, *numbers in await tx.execute(counts.group_by(people.c[by] if by else None)):
        one = found.setdefault(_named(name, by), Cohort(_named(name, by)))
        for stage, number in zip(STAGES, numbers, strict=True):
            one.reached[stage] += int(number)
    for former, stage in pairwise(STAGES):
        for name, hours, number in await tx.execute(_took(people, group, by, former, stage)):
            found[_named(name, by)].took[stage][max(0, int(hours))] += int(number)
    if by == "week":
        return sorted(found.values(), key=lambda one: one.name or "")
    return sorted(found.values(), key=lambda one: (-one.reached["informed"], one.name or ""))


def _group(people: Any, by: By | None) -> ColumnElement[Any]:
    column: ColumnElement[Any] = people.c[by] if by else literal("")
    return column


def _named(name: Any, by: By | None) -> str | None:
    """The group's name; a day is the Monday of its week."""
    if by != "week" or name is None:
        return None if name is None else str(name)
    day = date.fromisoformat(name)
    return (day - timedelta(days=day.weekday())).isoformat()


def _people(sought: Sought) -> Any:
    """A row for everybody who became known in the window, with the moment they reached each later stage."""
    first, later = stage_changes.alias("first"), stage_changes.alias("later")
    chosen: list[ColumnElement[bool]] = [first.c.stage == "informed", within(first.c.at, sought.window)]
    chosen += [
        first.c[name] == wanted for name in ("segment", "source", "product") if (wanted := getattr(sought, name))
    ]
    columns = (first.c.prospect_id, first.c.segment, first.c.source, first.c.product, first.c.at)
    query: Select[Any] = (
        select(
            first.c.segment,
            first.c.source,
            first.c.product,
            utc_day(first.c.at).label("week"),
            first.c.at.label("informed_at"),
            *(func.min(case((later.c.stage == stage, later.c.at))).label(f"{stage}_at") for stage in STAGES[1:]),
        )
        .join(later, later.c.prospect_id == first.c.prospect_id)
        .where(*chosen)
        .group_by(*columns)
    )
    return query.subquery("people")


def _took(people: Any, group: ColumnElement[Any], by: By | None, former: Stage, stage: Stage) -> Select[Any]:
    """How many took so many whole hours from one stage to the next."""
    begun, done = people.c[f"{former}_at"], people.c[f"{stage}_at"]
    hours = cast((epoch(done) - epoch(begun)) / 3600, BigInteger)
    taken = select(group.label("name"), hours.label("hours")).where(done.is_not(None), begun.is_not(None)).subquery()
    names = (taken.c.name, taken.c.hours) if by else (taken.c.hours,)
    return select(taken.c.name if by else literal(""), taken.c.hours, func.count()).group_by(*names)


async def moved(tx: Tx, window: Window) -> dict[Stage, int]:
    """How many people reached each stage in the window, whenever they became known."""
    people = func.count(stage_changes.c.prospect_id.distinct())
    query = select(stage_changes.c.stage, people).where(within(stage_changes.c.at, window))
    found = {stage: int(number) for stage, number in await tx.execute(query.group_by(stage_changes.c.stage))}
    return {stage: found.get(stage, 0) for stage in STAGES}


async def choices(tx: Tx, name: Literal["segment", "source", "product"], window: Window) -> list[str]:
    """What occurs among those who became known in the window, for a list to choose from: the most frequent first."""
    column = stage_changes.c[name]
    query = select(column).where(stage_changes.c.stage == "informed", within(stage_changes.c.at, window))
    query = query.where(column.is_not(None)).group_by(column).order_by(func.count().desc(), column).limit(50)
    return list((await tx.execute(query)).scalars())
