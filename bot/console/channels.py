"""Channels: by source, medium and campaign, who came, what became of them, what they cost, how near they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.spans import Span, span_of
from bot.console.today import FEW
from bot.data.writing import csv_line
from flows.audience.distance import farthest
from flows.evidence.intervals import wilson
from storage import audit, spend
from storage.reads import barriers, channels
from storage.reads.channels import Came, Sought, together
from storage.spend import Spend

FAR: Final = 12
"""Of so many sources, the largest, it is said what their people miss most."""

STEPS: Final = ("reached", "answered", "qualified", "bought")
TOGETHER: Final = {"": ("source",), "medium": ("source", "medium"), "campaign": ("source", "medium", "campaign")}
COLUMNS: Final = (
    "source", "medium", "campaign", "came", "reached", "answered", "qualified", "bought", "orders", "revenue",
    "currency", "orders_unpriced", "orders_refunded", "orders_before", "spent", "per_answer", "per_qualified",
    "per_customer", "fit_mean", "fit_n", "fit_near",
)  # fmt: skip


Figures = tuple[list[Came], dict[str | None, list[Sequence[str]]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `of` is the source that is opened up."""

    sought: Sought
    span: Span
    of: str
    query: dict[str, str]


def _asked(visit: Visit) -> Asked:
    span = span_of(visit)
    fields = {name: visit.asked(name) for name in ("product", "campaign")}
    query = {name: value for name, value in fields.items() if value} | span.query
    return Asked(Sought(span.window, **fields), span, visit.asked("of"), query)


async def show(visit: Visit) -> Response:
    """The page."""
    asked, currency = _asked(visit), visit.house.catalogue.currency
    (found, reasons), at = await _counted(visit, asked.sought)
    async with visit.house.database.read() as tx:
        spends = await spend.between(tx, asked.span.first, asked.span.last)
        products = await barriers.choices(tx, "product", asked.span.window)
        campaigns = await channels.choices(tx, "campaign", asked.span.window)
    rows = [_row(one, spends, asked, currency) for one in _with_unseen(found, spends)]
    for row in rows:
        row["far"] = farthest(reasons.get(row["one"].source, []))
    return visit.show(
        "channels.html",
        rows=rows,
        steps=STEPS,
        asked=asked,
        span=asked.span,
        currency=currency,
        total=_sum(found),
        others=spend.sums(spends, asked.span.first, asked.span.last, currency)[1],
        products=_with(products, asked.sought.product),
        campaigns=_with(campaigns, asked.sought.campaign),
        opened=_opened(found, spends, asked, currency),
        csv="/console/channels.csv?" + urlencode(asked.query),
        address=lambda **other: "/console/channels?" + urlencode(asked.query | other),
        counted_at=at,
    )


async def _counted(visit: Visit, sought: Sought) -> tuple[Figures, datetime]:
    """Who came, and why they fit or not, with the moment these figures are of."""

    async def count() -> Figures:
        async with visit.house.database.read() as tx:
            found = await channels.came(tx, sought)
            largest = [one.source for one in together(found, "source")[:FAR]]
            return found, await channels.reasons(tx, sought, largest)

    return await visit.console.lately.figures(visit.house.clock, ("channels", sought), count)


def _with(choices: list[str], chosen: str) -> list[str]:
    return choices if not chosen or chosen in choices else [chosen, *choices]


def _sum(found: Sequence[Came]) -> Came:
    total = Came(None, None, None)
    for one in found:
        total = total.plus(one)
    return total


def _with_unseen(found: Sequence[Came], spends: Sequence[Spend]) -> list[Came]:
    """Every source that people came from, and those that cost something though nobody came."""
    sources = together(found, "source")
    seen = {one.source for one in sources}
    return sources + [
        Came(name, None, None) for name in dict.fromkeys(one.source for one in spends) if name not in seen
    ]


def _opened(found: Sequence[Came], spends: Sequence[Spend], asked: Asked, currency: str) -> list[dict[str, Any]]:
    """The mediums and campaigns of the source that is opened up."""
    inside = [one for one in found if asked.of and one.source == asked.of]
    return [_row(one, spends, asked, currency, "campaign") for one in together(inside, *TOGETHER["campaign"])]


def _row(one: Came, spends: Sequence[Spend], asked: Asked, currency: str, level: str = "") -> dict[str, Any]:
    """One line of the tables. Costs stand where there is a spend; shares where there are enough people."""
    spent = _spent(one, spends, asked, level)
    own, _ = spend.sums(spent, asked.span.first, asked.span.last, currency)
    known = own if any(each.currency == currency for each in spent) else None
    return {
        "one": one,
        "shares": {step: _share(getattr(one, step), one.came) for step in STEPS},
        "spent": known,
        "per": {step: _per(known, getattr(one, step)) for step in ("answered", "qualified", "bought")},
        "returned": float(one.revenue / known) if known else None,
        "fit": one.fit / one.judged if one.judged else None,
        "near": _share(one.near, one.judged),
        "people": "/console/people?" + urlencode(_people(one.source, asked)) if one.source else None,
        "talks": "/console/conversations?" + urlencode({"view": "all", "source": one.source}) if one.source else None,
        "said": "/console/answers?" + urlencode({"main": "yes", "source": one.source} | asked.span.days)
        if one.source
        else None,
    }


def _people(source: str, asked: Asked) -> dict[str, str]:
    """The filters of the list of people that show just these."""
    product = {"product_name": asked.sought.product} if asked.sought.product else {}
    return {"source": source} | product | asked.span.days


def _spent(one: Came, spends: Sequence[Spend], asked: Asked, level: str) -> list[Spend]:
    """What was spent on this line: all of a source, or exactly this medium and campaign."""
    mine = [each for each in spends if each.source == one.source]
    if asked.sought.campaign:
        mine = [each for each in mine if each.campaign in ("", asked.sought.campaign)]
    if level:
        mine = [each for each in mine if (each.medium, each.campaign) == (one.medium or "", one.campaign or "")]
    return mine


def _share(part: int, whole: int) -> tuple[float, float, float] | None:
    """(low, share, high), or None where there are too few people to say."""
    if whole < FEW:
        return None
    low, high = wilson(part, whole)
    return low, part / whole, high


def _per(spent: Decimal | None, number: int) -> Decimal | None:
    return (spent / number).quantize(Decimal("0.01")) if spent is not None and number else None


async def download(visit: Visit) -> Response:
    """The same numbers as CSV, for every source, medium and campaign."""
    asked, currency = _asked(visit), visit.house.catalogue.currency
    async with visit.house.database.read() as tx:
        found = await channels.came(tx, asked.sought)
        spends = await spend.between(tx, asked.span.first, asked.span.last)
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "exported", "channels", visit.now))
    rows = [_row(one, spends, asked, currency, "campaign") for one in together(found, *TOGETHER["campaign"])]
    text = "".join(_lines(rows, currency))
    headers = {"content-disposition": 'attachment; filename="channels.csv"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(rows: Sequence[dict[str, Any]], currency: str) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for row in rows:
        one: Came = row["one"]
        per = row["per"]
        fit = f"{row['fit']:.1f}" if row["fit"] is not None else None
        yield csv_line(
            [
                one.source, one.medium, one.campaign, one.came, one.reached, one.answered, one.qualified, one.bought,
                one.orders, one.revenue, currency, one.unpriced, one.refunded, one.before, row["spent"],
                per["answered"], per["qualified"], per["bought"], fit, one.judged, one.near,
            ]
        )  # fmt: skip
