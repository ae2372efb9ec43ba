"""What holds people back, told apart by product, language, source or channel."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.solved import beside, solutions
from bot.console.spans import span_of
from bot.console.today import share
from bot.data.writing import csv_line
from flows.words import BARRIERS, CHANNELS, LANGUAGES
from storage import audit, walk_ins
from storage.reads import barriers
from storage.reads.barriers import BYS, Asked, By, Group, Groups


def _asked(visit: Visit) -> tuple[Asked, By | None, dict[str, str]]:
    """What the address asks for, and how it stands there."""
    span = span_of(visit)
    fields = {name: visit.asked(name) for name in BYS}
    what = next((one for one in BYS if one == visit.asked("by")), None)
    query = {name: value for name, value in fields.items() if value} | span.query
    return Asked(span.window, **fields), what, query


async def show(visit: Visit) -> Response:
    """The page."""
    asked, what, query = _asked(visit)
    total = await barriers.looked_up(visit.house.database, asked)
    async with visit.house.database.read() as tx:
        groups = await barriers.by(tx, asked, what) if what else None
        codes = await barriers.sub_codes(tx, asked)
        in_shop = await walk_ins.by_barrier(tx, asked.window, asked.product, asked.language)
        products = await barriers.choices(tx, "product", asked.window)
        sources = await barriers.choices(tx, "source", asked.window)
        more = await beside(tx, asked, span_of(visit)) if what is None else {}
    if what is None:
        more |= await solutions(visit.house, asked)
    return visit.show(
        "barriers.html",
        asked=asked,
        span=span_of(visit),
        by=what,
        bys=BYS,
        total=total,
        bars=[_bar(one, total, query) for one in _named(total)],
        groups=_rows(groups, what, query) if groups is not None and what else None,
        left_out=groups,
        codes=sorted(codes.items(), key=lambda item: -item[1]),
        in_shop=sorted(in_shop.items(), key=lambda item: -item[1]),
        in_shop_n=sum(in_shop.values()),
        products=_with(products, asked.product),
        sources=_with(sources, asked.source),
        languages=LANGUAGES,
        channels=CHANNELS,
        address=lambda **other: "/console/barriers?" + _joined(query | {"by": what or ""}, **other),
        csv="/console/barriers.csv?" + _joined(query, by=what or ""),
        answers=lambda **other: "/console/answers?" + _joined(query, main="yes", **other),
        **more,
    )


async def download(visit: Visit) -> Response:
    """The same numbers as CSV."""
    asked, what, _ = _asked(visit)
    async with visit.house.database.read() as tx:
        total = await barriers.total(tx, asked)
        groups = await barriers.by(tx, asked, what) if what else None
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "exported", "barriers", visit.now))
    shown = groups.shown if groups is not None else [total]
    text = "".join(_lines(shown, what))
    headers = {"content-disposition": 'attachment; filename="barriers.csv"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(groups: Any, what: By | None) -> Iterator[str]:
    yield csv_line([what or "all", "barrier", "people", "of", "share"])
    for group in groups:
        for barrier in _named(group):
            number = group.by_barrier[barrier]
            yield csv_line([group.name, barrier, number, group.people, f"{number / group.people:.4f}"])


def _named(group: Group) -> list[str]:
    named = [one for one in BARRIERS if group.by_barrier.get(one)]
    return sorted(named, key=lambda one: -group.by_barrier[one])


def _bar(barrier: str, group: Group, query: dict[str, str]) -> dict[str, Any]:
    number = group.by_barrier[barrier]
    return {
        "barrier": barrier,
        "n": number,
        "share": share(number, group.people),
        "href": "/console/answers?" + _joined(query, barrier=barrier, main="yes"),
    }


def _rows(groups: Groups, what: By, query: dict[str, str]) -> list[dict[str, Any]]:
    """Each group with its bars laid end to end: where each begins, and how wide it is."""
    rows = []
    for group in groups.shown:
        named = sum(group.by_barrier.values())
        parts, start = [], 0.0
        only = {what: group.name} if group.name is not None else {}
        for barrier in _named(group):
            width = group.by_barrier[barrier] / named
            parts.append(_bar(barrier, group, query | only) | {"start": start, "width": width})
            start += width
        rows.append({"name": group.name, "n": group.people, "parts": parts})
    return rows


def _with(choices: list[str], chosen: str) -> list[str]:
    return choices if not chosen or chosen in choices else [chosen, *choices]


def _joined(query: dict[str, str], **other: str) -> str:
    return urlencode({key: value for key, value in (query | other).items() if value})
