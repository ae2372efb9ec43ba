"""Where people come from, and what became of them: by source, medium and campaign.

The people of a span are those who became known in it, each once, whoever they were joined from. What they did later
counts for the span they came in. Orders from before they came, refunded ones and other currencies are told apart.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from storage.database import Tx
from storage.journeys import FIGURES, NAMES, month_of, summed
from storage.reads.common import Window, within
from storage.reads.counted import cut, touched
from storage.tables import journey_days, journeys, profile_reasons

LISTED: Final = 50
SAMPLE: Final = 200
"""Reasons are read of so many of the newest people of a source."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which people are asked for. Empty texts ask for all; `campaign` is the one that brought them."""

    window: Window
    product: str = ""
    campaign: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """The people of one source, medium and campaign (None: unknown), and what became of them.

    `revenue` is of orders since they came that stand, in the shop's currency, less what was paid back; `unpriced` of
    these orders have another currency or no amount. `refunded` are orders that were given back whole, `before` orders
    from before they came. `fit` is the sum over the `judged` ones, `near` how many of these have grade A or B.
    """

    source: str | None
    medium: str | None
    campaign: str | None
    came: int = 0
    reached: int = 0
    answered: int = 0
    qualified: int = 0
    bought: int = 0
    orders: int = 0
    unpriced: int = 0
    refunded: int = 0
    before: int = 0
    fit: int = 0
    judged: int = 0
    near: int = 0
    revenue: Decimal = Decimal(0)

    def plus(self, other: "Came") -> "Came":
        """Both together, under the names that they share."""
        both: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in FIGURES}
        for name in NAMES:
            both[name] = getattr(self, name) if getattr(self, name) == getattr(other, name) else None
        return Came(**both)


async def came(tx: Tx, sought: Sought) -> list[Came]:
    """Everybody who came and was judged since, by source, medium and campaign.

    From the sums of whole days, and from the journeys themselves for other hours, or for one product.
    """
    days = cut(sought.window)
    if sought.product:
        return await _journeys(tx, sought, [sought.window])
    kept = journey_days.c
    names = [kept[name] for name in NAMES]
    only = [_spans(days.first, days.behind)]
    only += [kept[name] == wanted for name in ("campaign", "source") if (wanted := getattr(sought, name))]
    sums = [func.sum(kept[name], type_=kept[name].type).label(name) for name in FIGURES]
    found = [_came(row) for row in await tx.execute(select(*names, *sums).where(*only).group_by(*names))]
    return together(found + (await _journeys(tx, sought, days.rest) if days.rest else []), *NAMES)


def _spans(first: str, behind: str) -> ColumnElement[bool]:
    """The sums of these days, `first` up to but without `behind`: whole months where there are any."""
    span, begins = journey_days.c.span, date.fromisoformat(first)
    start = month = begins if begins.day == 1 else _next_month(begins)
    months: list[str] = []
    while (following := _next_month(month)).isoformat() <= behind:
        months.append(month_of(month.isoformat()))
        month = following
    if not months:
        return and_(span >= first, span < behind)
    before, after = (first, start.isoformat()), (month.isoformat(), behind)
    return or_(span.in_(months), *(and_(span >= one, span < other) for one, other in (before, after)))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


async def _journeys(tx: Tx, sought: Sought, windows: Sequence[Window]) -> list[Came]:
    """The same from the journeys of those who came in these windows."""
    names = [journeys.c[name] for name in NAMES]
    sums = [summed(name).label(name) for name in FIGURES]
    query = select(*names, *sums).where(*_chosen(sought), or_(*(within(journeys.c.came_at, one) for one in windows)))
    return [_came(row) for row in await tx.execute(query.group_by(*names))]


def _chosen(sought: Sought) -> list[ColumnElement[bool]]:
    wanted = {name: getattr(sought, name) for name in ("product", "campaign", "source")}
    return [journeys.c[name] == text for name, text in wanted.items() if text]


def _came(row: Any) -> Came:
    known: dict[str, Any] = {name: int(getattr(row, name)) for name in FIGURES if name != "revenue"}
    known |= {name: getattr(row, name) or None for name in NAMES}
    return Came(**known, revenue=Decimal(row.revenue))


def together(found: Sequence[Came], *by: str) -> list[Came]:
    """The same, told apart only by these names; the largest first."""
    groups: dict[tuple[str | None, ...], Came] = {}
    for one in found:
        key = tuple(getattr(one, name) for name in by)
        groups[key] = groups[key].plus(one) if key in groups else one
    return sorted(groups.values(), key=lambda one: (-one.came, *(getattr(one, name) or "" for name in NAMES)))


async def reasons(tx: Tx, sought: Sought, sources: Sequence[str | None]) -> dict[str | None, list[Sequence[str]]]:
    """Source -> the reason lines of the fits of its newest people, up to SAMPLE of each of these sources."""
    found: dict[str | None, list[Sequence[str]]] = {}
    for source in sources:
        newest = (
            select(journeys.c.prospect_id)
            .where(*_chosen(sought), within(journeys.c.came_at, sought.window), journeys.c.fit.is_not(None))
            .where(journeys.c.source == source if source is not None else journeys.c.source.is_(None))
            .order_by(journeys.c.came_at.desc(), journeys.c.prospect_id.desc())
            .limit(SAMPLE)
            .subquery()
        )
        query = select(profile_reasons.c.reasons).join(newest, newest.c.prospect_id == profile_reasons.c.prospect_id)
        lines = [known["fit"] for known in (await tx.execute(query)).scalars() if known.get("fit")]
        found[source] = lines
    return found


async def names(tx: Tx, since: date) -> dict[str, list[str]]:
    """The sources, mediums and campaigns of those who came since that month, to choose from: the most frequent first.

    Up to LISTED of each.
    """
    kept = journey_days.c
    columns = [kept[name] for name in NAMES]
    query = select(*columns, func.sum(kept.came)).where(kept.span >= month_of(since.isoformat())).group_by(*columns)
    found: dict[str, Counter[str]] = {name: Counter() for name in NAMES}
    for *known, number in await tx.execute(query):
        for name, value in zip(NAMES, known, strict=True):
            found[name][value] += int(number)
    return {name: _frequent(counted) for name, counted in found.items()}


def _frequent(counted: Counter[str]) -> list[str]:
    return sorted((one for one in counted if one), key=lambda one: (-counted[one], one))[:LISTED]


async def choices(tx: Tx, name: str, window: Window) -> list[str]:
    """What occurs among those who came on the window's days, to choose from: the most frequent first."""
    kept = journey_days.c
    first, last = touched(window)
    query = select(kept[name], func.sum(kept.came)).where(_spans(first, f"{last}~")).group_by(kept[name])
    return _frequent(Counter({value: int(number) for value, number in await tx.execute(query)}))
