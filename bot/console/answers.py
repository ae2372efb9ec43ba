"""Every answer, word for word: a table to look through, and the same rows as a file."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any, Final, Literal
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from bot.console.gate import Visit
from bot.console.spans import Span, span_of
from bot.data.writing import csv_line, json_line
from flows.words import BARRIERS, CHANNELS, LANGUAGES
from storage import audit, putting_right
from storage.database import Record
from storage.reads import barriers, said
from storage.reads.common import Cursor, read_cursor
from storage.reads.said import Sought

PAGE: Final = 50
CHUNK: Final = 1000
COLUMNS: Final = (
    "prospect",
    "external_id",
    "campaign",
    "flow",
    "flow_version",
    "conversation",
    "step",
    "value",
    "barriers",
    "sub_code",
    "verbatim",
    "language",
    "channel",
    "product",
    "source",
    "asked_at",
    "answered_at",
    "superseded_at",
)


def _sought(visit: Visit) -> tuple[Sought, Span, dict[str, str]]:
    """What the address asks for, and how it stands there."""
    span = span_of(visit)
    fields = {name: visit.asked(name) for name in ("barrier", "language", "channel", "product", "campaign", "source")}
    main = visit.asked("main") == "yes"
    sought = Sought(span.window, search=visit.asked("q"), main=main, **fields)
    words = {"q": sought.search, "main": "yes" if main else ""} | fields | span.query
    return sought, span, {key: value for key, value in words.items() if value}


async def show(visit: Visit) -> Response:
    """The page."""
    sought, span, query = _sought(visit)
    cursor = read_cursor(visit.asked("after"))
    async with visit.house.database.read() as tx:
        found = await said.page(tx, sought, cursor=cursor, limit=PAGE)
        righted = await putting_right.history(tx, sorted({row.conversation_id for row in found.rows}))
        products = await barriers.choices(tx, "product", sought.window)
    asked = {key: value for key, value in asdict(sought).items() if key != "window" and value}
    return visit.show(
        "answers.html",
        sought=sought,
        span=span,
        rows=found.rows,
        righted=righted,
        here="/console/answers?" + urlencode(query | ({"after": str(cursor)} if cursor else {})),
        filtered=bool(asked) or span.chosen,
        following="/console/answers?" + urlencode(query | {"after": str(found.following)}) if found.following else None,
        first="/console/answers?" + urlencode(query) if cursor else None,
        csv="/console/answers.csv?" + urlencode(query),
        jsonl="/console/answers.jsonl?" + urlencode(query),
        barrier_names=BARRIERS,
        products=products if not sought.product or sought.product in products else [sought.product, *products],
        languages=LANGUAGES,
        channels=CHANNELS,
    )


async def csv(visit: Visit) -> Response:
    """Exactly what is filtered, as CSV."""
    return await _download(visit, "csv")


async def jsonl(visit: Visit) -> Response:
    """Exactly what is filtered, one JSON object a line."""
    return await _download(visit, "jsonl")


async def _download(visit: Visit, kind: Literal["csv", "jsonl"]) -> Response:
    sought, _, query = _sought(visit)
    subject = "answers " + ",".join(sorted(query)) if query else "answers"
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, "exported", subject, visit.now))
    return StreamingResponse(
        _lines(visit, sought, kind),
        media_type="text/csv; charset=utf-8" if kind == "csv" else "application/jsonl; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="answers.{kind}"'},
    )


async def _lines(visit: Visit, sought: Sought, kind: Literal["csv", "jsonl"]) -> AsyncIterator[str]:
    """Line by line, in short transactions: a large file holds nothing up and is never whole in memory."""
    if kind == "csv":
        yield csv_line(COLUMNS)
    cursor: Cursor | None = None
    while True:
        async with visit.house.database.read() as tx:
            found = await said.page(tx, sought, cursor=cursor, limit=CHUNK)
        lines = [_line(row) for row in found.rows]
        yield "".join(csv_line(line.values()) if kind == "csv" else json_line(line) for line in lines)
        cursor = found.following
        if cursor is None:
            return


def _line(row: Record) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in COLUMNS if name != "conversation"}
    return {name: row.uid if name == "conversation" else known[name] for name in COLUMNS}
