"""The funnel: how many of those who became known have come how far since, how long it took, and who they are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.spans import Span, span_of
from bot.console.today import FEW
from bot.data.writing import csv_line
from flows.audience.profile import LEARNING_SEGMENTS, STAGES, Stage
from flows.evidence.intervals import wilson
from storage import audit
from storage.reads import funnel
from storage.reads.funnel import BYS, By, Cohort, Sought

GROUPS: Final = 12
"""So many groups are shown; the file has all of them."""


def _asked(visit: Visit) -> tuple[Sought, Span, By | None, dict[str, str]]:
    """What the address asks for, and how it stands there."""
    span = span_of(visit)
    fields = {name: visit.asked(name) for name in ("segment", "source", "product")}
    by = next((one for one in BYS if one == visit.asked("by")), None)
    query = {name: value for name, value in fields.items() if value} | span.query
    return Sought(span.window, **fields), span, by, query


async def show(visit: Visit) -> Response:
    """The page."""
    sought, span, by, query = _asked(visit)
    (whole, groups), at = await _counted(visit, sought, by)
    async with visit.house.database.read() as tx:
        sources = await funnel.choices(tx, "source", sought.window)
        products = await funnel.choices(tx, "product", sought.window)
    return visit.show(
        "funnel.html",
        sought=sought,
        span=span,
        by=by,
        bys=BYS,
        steps=_steps(whole, query | span.days),
        groups=[
            {"name": one.name, "steps": _steps(one, query | span.days | _only(one, by))} for one in groups[:GROUPS]
        ],
        others=len(groups) - GROUPS,
        segments=LEARNING_SEGMENTS,
        sources=_with(sources, sought.source),
        products=_with(products, sought.product),
        address=lambda **other: "/console/funnel?" + urlencode(_filled(query | {"by": by or ""} | other)),
        csv="/console/funnel.csv?" + urlencode(_filled(query | {"by": by or ""})),
        counted_at=at,
    )


async def _counted(visit: Visit, sought: Sought, by: By | None) -> tuple[tuple[Cohort, list[Cohort]], datetime]:
    """Everybody together and the groups, with the moment these figures are of."""

    async def count() -> tuple[Cohort, list[Cohort]]:
        async with visit.house.database.read() as tx:
            (whole,) = await funnel.cohorts(tx, sought) or [Cohort("")]
            return whole, await funnel.cohorts(tx, sought, by) if by else []

    return await visit.console.lately.figures(visit.house.clock, ("funnel", sought, by), count)


def _with(choices: list[str], chosen: str) -> list[str]:
    return choices if not chosen or chosen in choices else [chosen, *choices]


def _filled(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value}


def _only(one: Cohort, by: By | None) -> dict[str, str]:
    return {by: one.name} if by is not None and by != "week" and one.name else {}


def _steps(cohort: Cohort, query: dict[str, str]) -> list[dict[str, Any]]:
    """Each stage: how many reached it, their share of those at the stage before, and how long it took."""
    steps: list[dict[str, Any]] = []
    known = cohort.reached["informed"]
    former: Stage | None = None
    for stage in STAGES:
        number = cohort.reached[stage]
        steps.append(
            {
                "stage": stage,
                "n": number,
                "of_all": number / known if known else None,
                "rate": _rate(number, cohort.reached[former]) if former else None,
                "few": former is not None and cohort.reached[former] < FEW,
                "hours": cohort.median_hours(stage),
                "href": "/console/people?" + urlencode(({"stage": stage} if former else {}) | _people(query)),
            }
        )
        former = stage
    return steps


def _people(query: dict[str, str]) -> dict[str, str]:
    """The filters that the list of people knows as well."""
    known = {"source": "source", "product": "product_name", "since": "since", "until": "until"}
    return {known[name]: value for name, value in query.items() if name in known}


def _rate(part: int, whole: int) -> tuple[float, float, float] | None:
    if not whole:
        return None
    low, high = wilson(min(part, whole), whole)
    return low, part / whole, high


async def download(visit: Visit) -> Response:
    """The same numbers as CSV."""
    sought, _, by, _ = _asked(visit)
    async with visit.house.database.read() as tx:
        groups = await funnel.cohorts(tx, sought, by)
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "exported", "funnel", visit.now))
    headers = {"content-disposition": 'attachment; filename="funnel.csv"'}
    return Response("".join(_lines(groups, by)).encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(groups: Sequence[Cohort], by: By | None) -> Iterator[str]:
    yield csv_line([by or "all", "stage", "people", "of", "share", "low", "high", "median_hours"])
    for group in groups:
        for step, former in zip(_steps(group, {}), [None, *STAGES], strict=False):
            rate = step["rate"]
            shares = [f"{rate[place]:.4f}" for place in (1, 0, 2)] if rate else [None, None, None]
            of = group.reached[former] if former else None
            yield csv_line([group.name, step["stage"], step["n"], of, *shares, step["hours"]])
