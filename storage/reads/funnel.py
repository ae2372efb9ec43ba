"""The funnel: who became known in a span, how far they have come since, and how long it took.

Counted from the sums that go with the history (storage.stage_counts) where these are told apart so, else from the
history itself (`stage_changes`, which is only ever added to): the same figures. Everybody counts once, in the span in
which they first became known.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, or_, select

from flows.audience.profile import STAGES, Stage
from storage.columns import UTCDateTime
from storage.database import Tx
from storage.dialects import epoch, utc_day
from storage.reads.common import Window, within
from storage.reads.counted import cut, touched
from storage.stage_counts import APART, MOVED
from storage.tables import stage_changes, stage_counts

By = Literal["segment", "source", "product", "week"]
"""What people can be told apart by: as they were when they became known, and the week (from Monday, UTC) of that."""

BYS: Final[tuple[By, ...]] = get_args(By)

TIMED: Final = 1200
"""How long it took is the median of everybody, or of so many people taken evenly over the span."""

PLACES: Final = 12
"""They are taken at so many places, as far from each other; of each of many weeks at two, LEAST at a place."""

LEAST: Final = 12


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose funnel is asked for: those who became known in the window. Empty texts ask for all."""

    window: Window
    segment: str = ""
    source: str = ""
    product: str = ""

    @property
    def named(self) -> dict[str, str]:
        """What is asked for, without what asks for all."""
        return {name: wanted for name in APART if (wanted := getattr(self, name))}


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
    apart = set(sought.named) | ({by} if by in APART else set())
    count = _summed if len(apart) <= 1 else _counted
    found: dict[str | None, Cohort] = {}
    for name, stage, number in await count(tx, sought, by):
        found.setdefault(name, Cohort(name)).reached[stage] += number
    found = {name: one for name, one in found.items() if one.reached["informed"]}
    await _time(tx, sought, by, found)
    if by == "week":
        return sorted(found.values(), key=lambda one: one.name or "")
    return sorted(found.values(), key=lambda one: (-one.reached["informed"], one.name or ""))


Numbers = list[tuple[str | None, Stage, int]]
"""How many of a group reached a stage; a group may occur more than once."""


async def _summed(tx: Tx, sought: Sought, by: By | None) -> Numbers:
    """From the sums: whole days, and from the history the hours that are no whole day."""
    days = cut(sought.window)
    kept, named = stage_counts.c, sought.named
    apart = by if by in APART else next(iter(named), APART[0])
    only = [kept.by == apart, kept.day >= days.first, kept.day < days.behind]
    only += [kept.name == wanted for wanted in named.values()]
    name = kept.name if by in APART else kept.day
    query = select(name, kept.stage, func.sum(kept.n)).where(*only).group_by(name, kept.stage)
    found: Numbers = [(_group(value, by), stage, int(number)) for value, stage, number in await tx.execute(query)]
    return found + (await _counted(tx, sought, by, days.rest) if days.rest else [])


async def _counted(tx: Tx, sought: Sought, by: By | None, windows: Sequence[Window] = ()) -> Numbers:
    """From the history: those who became known in these windows (else in the one that is asked for)."""
    people = _people(_known(sought, windows or (sought.window,)).subquery()).subquery()
    name = people.c[by] if by in APART else people.c.day
    stages = [func.count(people.c[stage]) for stage in STAGES]
    rows = await tx.execute(select(name, *stages).group_by(name))
    return [
        (_group(value, by), stage, int(number))
        for value, *numbers in rows
        for stage, number in zip(STAGES, numbers, strict=True)
    ]


def _group(value: str | None, by: By | None) -> str | None:
    """The group's name: nothing when nobody is told apart; of a day, the Monday of its week."""
    if by in APART:
        return value or None
    return _monday(date.fromisoformat(str(value))).isoformat() if by == "week" else ""


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _known(sought: Sought, windows: Sequence[Window]) -> Select[Any]:
    """Who became known in these windows: joined people, who became known twice, the first time only."""
    earlier = stage_changes.alias("earlier")
    before = or_(
        earlier.c.at < stage_changes.c.at, (earlier.c.at == stage_changes.c.at) & (earlier.c.id < stage_changes.c.id)
    )
    mine = (earlier.c.prospect_id == stage_changes.c.prospect_id, earlier.c.stage == "informed")
    chosen: list[ColumnElement[bool]] = [stage_changes.c.stage == "informed", ~exists().where(*mine, before)]
    chosen.append(or_(*(within(stage_changes.c.at, one) for one in windows)))
    chosen += [stage_changes.c[name] == wanted for name, wanted in sought.named.items()]
    return select(*(stage_changes.c[name] for name in ("prospect_id", "at", *APART))).where(*chosen)


def _people(known: Any) -> Select[Any]:
    """A row for each of these people, with the seconds (since 1970) at which they first reached each stage."""
    history = stage_changes.alias("history")
    reached = [epoch(func.min(case((history.c.stage == stage, history.c.at)))).label(stage) for stage in STAGES]
    columns = [known.c[name] for name in ("prospect_id", "at", *APART)]
    day = utc_day(known.c.at).label("day")
    joined = select(*columns, day, *reached).join_from(known, history, history.c.prospect_id == known.c.prospect_id)
    return joined.group_by(*columns)


async def _time(tx: Tx, sought: Sought, by: By | None, found: Mapping[str | None, Cohort]) -> None:
    """How long each stage took, from people taken evenly over the span: all of them where they are few."""
    for window, number in await _samples(tx, sought, by):
        some = {"since": window.since, "until": window.until, "number": number}
        for row in await tx.execute(_SAMPLE, some):
            cohort = found.get(_group(getattr(row, by if by in APART else "day"), by))
            if cohort is not None and all(getattr(row, name) == wanted for name, wanted in sought.named.items()):
                for former, stage in pairwise(STAGES):
                    begun, done = getattr(row, former), getattr(row, stage)
                    if begun is not None and done is not None:
                        cohort.took[stage][max(0, int((done - begun) // 3600))] += 1


def _sample() -> Select[Any]:
    """So many (`number`) who became known from the moment `since` on, until `until`."""
    ends: Any = (bindparam("since", type_=UTCDateTime), bindparam("until", type_=UTCDateTime))
    known = _known(Sought(Window(*ends)), (Window(*ends),))
    some = known.order_by(stage_changes.c.at, stage_changes.c.prospect_id).limit(bindparam("number"))
    return _people(some.subquery())


_SAMPLE: Final = _sample()
"""Made once: it is asked for at many places."""


async def _samples(tx: Tx, sought: Sought, by: By | None) -> list[tuple[Window, int]]:
    """Where to look for people, and for how many at most at each place."""
    spans = _weeks(sought.window) if by == "week" else [sought.window]
    places, most = max(2, PLACES // len(spans)), TIMED // len(spans)
    found: list[tuple[Window, int]] = []
    for span, number in zip(spans, await _how_many(tx, spans), strict=True):
        if number <= most:
            found.append((span, number))
            continue
        step = (span.until - span.since) / places
        begins = [span.since + step * place for place in range(places)]
        found += [(Window(begin, begin + step), max(LEAST, most // places)) for begin in begins]
    return found


async def _how_many(tx: Tx, spans: Sequence[Window]) -> list[int]:
    """How many people (all of them) became known on the days that each of these spans touches, at most."""
    kept = stage_counts.c
    ends = [touched(span) for span in spans]
    query = select(kept.day, func.sum(kept.n)).where(kept.by == APART[0], kept.stage == "informed")
    rows = await tx.execute(query.where(kept.day.between(ends[0][0], ends[-1][1])).group_by(kept.day))
    days = {day: int(number) for day, number in rows}
    return [sum(number for day, number in days.items() if first <= day <= last) for first, last in ends]


def _weeks(window: Window) -> list[Window]:
    """The window cut at every Monday (UTC)."""
    bounds = [window.since]
    while True:
        day = bounds[-1].astimezone(UTC).date()
        following = datetime.combine(_monday(day) + timedelta(days=7), time(), UTC)
        if following >= window.until:
            return [Window(*pair) for pair in pairwise([*bounds, window.until])]
        bounds.append(following)


async def moved(tx: Tx, window: Window) -> dict[Stage, int]:
    """How many people reached each stage for the first time in the window, whenever they became known."""
    days, kept = cut(window), stage_counts.c
    summed = select(kept.stage, func.sum(kept.n)).where(
        kept.by == MOVED, kept.day >= days.first, kept.day < days.behind
    )
    found: Counter[str] = Counter()
    for stage, number in await tx.execute(summed.group_by(kept.stage)):
        found[stage] += int(number)
    earlier = stage_changes.alias("earlier")
    same = (earlier.c.prospect_id == stage_changes.c.prospect_id, earlier.c.stage == stage_changes.c.stage)
    for rest in days.rest:
        people = func.count(stage_changes.c.prospect_id.distinct())
        first = ~exists().where(*same, earlier.c.at < rest.since)
        query = select(stage_changes.c.stage, people).where(within(stage_changes.c.at, rest), first)
        for stage, number in await tx.execute(query.group_by(stage_changes.c.stage)):
            found[stage] += int(number)
    return {stage: found[stage] for stage in STAGES}


async def choices(tx: Tx, name: Literal["segment", "source", "product"], window: Window) -> list[str]:
    """What occurs among those who became known on the window's days, to choose from: the most frequent first."""
    kept = stage_counts.c
    only = [kept.by == name, kept.stage == "informed", kept.name != "", kept.day.between(*touched(window))]
    query = select(kept.name).where(*only).group_by(kept.name).order_by(func.sum(kept.n).desc(), kept.name).limit(50)
    return list((await tx.execute(query)).scalars())
