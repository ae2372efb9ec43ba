"""People: everybody there is, as a table to look through and as a file."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from bot.console.gate import Visit
from bot.console.spans import span_of
from bot.data.columns import JUDGED
from bot.data.export import cells_of, columns_of
from bot.data.writing import csv_line
from flows.audience.conditions import All, parse_condition
from flows.audience.engagement import engagement_now, level_at
from flows.audience.fields import GRADES, LEVELS
from flows.audience.profile import QUALIFICATIONS, STAGES
from flows.audience.segments import Segment
from flows.words import BARRIERS
from storage import audit, segments
from storage.database import Record, Tx
from storage.reads import exports, people
from storage.reads.common import Window
from storage.reads.people import Wanted

PAGE: Final = 50
CHUNK: Final = 1000
CLOSED: Final = {
    "stage": STAGES,
    "qualification": QUALIFICATIONS,
    "grade": GRADES,
    "engagement_level": LEVELS,
    "latest_barrier": BARRIERS,
}
"""Filters with a closed list, called as conditions call them."""

OPEN: Final = ("source", "language", "product_name")


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom the address asks for. `query` is how it stands there; an unknown segment or word is left out."""

    wanted: Wanted
    segment: Segment | None
    filters: dict[str, str]
    query: dict[str, str]


async def _sought(visit: Visit, tx: Tx) -> Sought:
    segment = await segments.get(tx, visit.asked("segment")) if visit.asked("segment") else None
    filters = {name: visit.asked(name) for name in CLOSED if visit.asked(name) in CLOSED[name]}
    filters |= {name: visit.asked(name) for name in OPEN if visit.asked(name)}
    parts = [parse_condition({name: value}, name) for name, value in filters.items()]
    parts += [segment.condition] if segment is not None else []
    came, days = _came(visit)
    search = visit.asked("q")
    words = {"q": search, "segment": segment.name if segment else ""} | filters | days
    query = {name: value for name, value in words.items() if value}
    return Sought(Wanted(All(tuple(parts)), search, came), segment, filters, query)


def _came(visit: Visit) -> tuple[Window | None, dict[str, str]]:
    """Only those who became known on these days of the shop, when a page of figures leads here; and how that stands."""
    span = span_of(visit)
    if not span.query or not (visit.asked("since") or visit.asked("until")):
        return None, {}
    return span.window, span.query


def engaged(row: Record, visit: Visit) -> tuple[float, str] | None:
    """(engagement now, its level) of a row with a computed profile."""
    if row.computed_at is None:
        return None
    value = row.engagement or 0.0
    level = level_at(row.level_1_until, row.level_2_until, visit.now)
    return engagement_now(value, row.engaged_at, visit.now), str(level)


async def show(visit: Visit) -> Response:
    """The page."""
    asked = visit.asked("before")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
    async with visit.house.database.read() as tx:
        sought = await _sought(visit, tx)
        found = await people.page(tx, sought.wanted, visit.now, before=before, limit=PAGE)
        number = await people.count(tx, sought.wanted, visit.now)
        sources, languages = await people.sources(tx), await people.languages(tx)
        saved = await segments.load_all(tx)
    following = urlencode(sought.query | {"before": str(found.following)}) if found.following else None
    return visit.show(
        "people.html",
        sought=sought,
        rows=found.rows,
        number=number,
        many=people.MANY,
        engaged={row.id: engaged(row, visit) for row in found.rows},
        seen={row.id: people.last_seen(row) for row in found.rows},
        closed=CLOSED,
        sources=_with(sources, sought.filters.get("source")),
        languages=_with(languages, sought.filters.get("language")),
        segments=saved,
        following=following,
        first=urlencode(sought.query) if before else None,
        csv="/console/people.csv?" + urlencode(sought.query),
    )


def _with(known: list[str], chosen: str | None) -> list[str]:
    return known if not chosen or chosen in known else [chosen, *known]


async def download(visit: Visit) -> Response:
    """Exactly those who are filtered, as CSV: what `holdback export prospects` tells, and how they are judged."""
    async with visit.house.database.read() as tx:
        sought = await _sought(visit, tx)
    subject = "people " + ",".join(sorted(sought.query)) if sought.query else "people"
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "exported", subject, visit.now))
    return StreamingResponse(
        _lines(visit, sought),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="people.csv"'},
    )


async def _lines(visit: Visit, sought: Sought) -> AsyncIterator[str]:
    """In short transactions: a large file holds nothing up and is never whole in memory."""
    columns = columns_of("prospects", visit.house.attributes)
    yield csv_line([*columns, *JUDGED])
    before: int | None = None
    while True:
        async with visit.house.database.read() as tx:
            found = await people.page(tx, sought.wanted, visit.now, before=before, limit=CHUNK)
            lines = await exports.of_people(tx, [row.id for row in found.rows])
        yield "".join(
            csv_line([*cells_of(lines[row.id], columns), *_judged(row, visit)]) for row in found.rows if row.id in lines
        )
        before = found.following
        if before is None:
            return


def _judged(row: Record, visit: Visit) -> list[Any]:
    now = engaged(row, visit)
    known = {
        "engagement": None if now is None else round(now[0]),
        "engagement_level": None if now is None else now[1],
        "known_since": row.created_at,
        "last_seen": people.last_seen(row),
    }
    return [known[name] if name in known else getattr(row, name) for name in JUDGED]
