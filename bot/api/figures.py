"""/barriers, /channels, /funnel: the figures of the console's pages, for the days that are asked for."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from bot.api.problems import Fault, Problem
from bot.data.writing import plain
from bot.house import House
from flows.audience.profile import STAGES
from flows.calendar import zone_of
from flows.evidence.intervals import wilson
from storage import spend, walk_ins
from storage.reads import barriers, channels, funnel
from storage.reads.channels import Came
from storage.reads.common import Window
from storage.reads.funnel import Cohort

NAMES: Final = ("source", "medium", "campaign")
DAYS: Final = 30
LONGEST: Final = 3660

Since = Annotated[date | None, Query(description="The first day, in the shop's time zone; 30 days, when left out.")]
Until = Annotated[date | None, Query(description="The last day, included; today, when left out.")]
Only = Annotated[str, Query(max_length=200, description="Only these; all, when left out.")]

BARRIERS: Final[dict[str, Any]] = {
    "summary": "What holds people back",
    "description": (
        "How many of the `people` who answered named each barrier as the main one; with `by`, told apart. "
        "What was said in the shop is counted apart, in `in_the_shop`."
    ),
    "operation_id": "get_barriers",
}
CHANNELS: Final[dict[str, Any]] = {
    "summary": "Where people come from, and what became of them",
    "description": (
        "By source, medium and campaign: of those who `came` on these days how many were reached, answered, qualified "
        "and bought since, what they brought, how near they are to the target; and in `spend` what these days cost."
    ),
    "operation_id": "get_channels",
}
FUNNEL: Final[dict[str, Any]] = {
    "summary": "How far people came",
    "description": (
        "Of those who became known on these days: how many reached each stage since, their share of the stage before "
        "with its 95 % interval, and the hours in which half of them did."
    ),
    "operation_id": "get_funnel",
}


class FiguresApi:
    """What the routes do, for one house."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def barriers(
        self,
        since: Since = None,
        until: Until = None,
        by: barriers.By | None = None,
        product: Only = "",
        language: Only = "",
        source: Only = "",
        channel: Only = "",
    ) -> Response:
        """What holds people back."""
        first, last, window = self._span(since, until)
        asked = barriers.Asked(window, product, language, source, channel)
        async with self._house.database.read() as tx:
            total = await barriers.total(tx, asked)
            groups = await barriers.by(tx, asked, by) if by else None
            said = await walk_ins.by_barrier(tx, window, product, language)
        told = {"groups": [_group(one) for one in groups.shown], "others": groups.people_in_others} if groups else {}
        return _answer(first, last, {"people": total.people, "barriers": total.by_barrier, "in_the_shop": said} | told)

    async def channels(
        self, since: Since = None, until: Until = None, product: Only = "", campaign: Only = ""
    ) -> Response:
        """Where people come from."""
        first, last, window = self._span(since, until)
        currency = self._house.catalogue.currency
        async with self._house.database.read() as tx:
            found = await channels.came(tx, channels.Sought(window, product, campaign))
            spends = await spend.between(tx, first, last)
        costs = [
            {"source": one.source, "medium": one.medium, "campaign": one.campaign, "currency": one.currency}
            | {"amount": one.within(first, last)}
            for one in spends
        ]
        ordered = channels.together(found, *NAMES)
        told = {"currency": currency, "items": [_came(one) for one in ordered], "spend": costs}
        return _answer(first, last, told)

    async def funnel(
        self,
        since: Since = None,
        until: Until = None,
        by: funnel.By | None = None,
        segment: Only = "",
        source: Only = "",
        product: Only = "",
    ) -> Response:
        """How far people came."""
        first, last, window = self._span(since, until)
        async with self._house.database.read() as tx:
            found = await funnel.cohorts(tx, funnel.Sought(window, segment, source, product), by)
        return _answer(first, last, {"by": by, "groups": [_cohort(one) for one in found]})

    def _span(self, since: date | None, until: date | None) -> tuple[date, date, Window]:
        """The first and the last day, and the same in moments. Raises Problem (422)."""
        zone = zone_of(self._house.settings.timezone) or UTC
        last = until or self._house.clock.now().astimezone(zone).date()
        first = since or last - timedelta(days=DAYS - 1)
        if not 0 <= (last - first).days < LONGEST or not 1990 <= first.year <= last.year <= 2200:
            raise Problem(422, "these days cannot be asked for", faults=[Fault("since", "must not be after until")])
        return first, last, Window(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def add_routes(routes: APIRouter, house: House, known: list[Any]) -> None:
    """Add the routes to the API; `known` are the dependencies that every route has."""
    api = FiguresApi(house)
    routes.get("/barriers", dependencies=known, **BARRIERS)(api.barriers)
    routes.get("/channels", dependencies=known, **CHANNELS)(api.channels)
    routes.get("/funnel", dependencies=known, **FUNNEL)(api.funnel)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _answer(first: date, last: date, told: dict[str, Any]) -> Response:
    return JSONResponse(plain({"since": first, "until": last} | told))


def _group(one: barriers.Group) -> dict[str, Any]:
    return {"name": one.name, "people": one.people, "barriers": one.by_barrier}


def _came(one: Came) -> dict[str, Any]:
    names = (*NAMES, "came", "reached", "answered", "qualified", "bought", "orders", "revenue")
    told = {name: getattr(one, name) for name in names}
    apart = {"orders_unpriced": one.unpriced, "orders_refunded": one.refunded, "orders_before": one.before}
    mean = round(one.fit / one.judged, 1) if one.judged else None
    return told | apart | {"fit_mean": mean, "fit_n": one.judged, "fit_near": one.near}


def _cohort(one: Cohort) -> dict[str, Any]:
    stages: list[dict[str, Any]] = []
    of: int | None = None
    for stage in STAGES:
        number = one.reached[stage]
        low, high = wilson(min(number, of), of) if of else (None, None)
        shares = {"of": of, "share": number / of if of else None, "low": low, "high": high}
        stages.append({"stage": stage, "people": number, **shares, "median_hours": one.median_hours(stage)})
        of = number
    return {"name": one.name, "stages": stages}
