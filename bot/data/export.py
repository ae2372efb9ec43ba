"""Exports as CSV or JSON lines, page by page: size does not matter, and nobody waits for a lock."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Literal

from bot.data.writing import csv_line, json_line
from storage.database import Database
from storage.reads import exports

Format = Literal["csv", "jsonl"]
KINDS = tuple(exports.EXPORTS)
PAGE = 500


async def export_lines(
    database: Database,
    kind: str,
    form: Format,
    *,
    since: datetime | None = None,
    every: bool = False,
    progress: Callable[[int], None] | None = None,
) -> AsyncIterator[str]:
    """The lines of an export, each with its line end; CSV starts with the header.

    `since` leaves out what has not changed since then, `every` includes superseded answers. `progress` is called with
    the number of lines so far.
    """
    columns = exports.EXPORTS[kind].columns
    if form == "csv":
        yield csv_line(columns)
    after: int | None = 0
    done = 0
    while after is not None:
        async with database.read() as tx:
            page, after = await exports.page(tx, kind, after=after, limit=PAGE, since=since, every=every)
        for line in page:
            yield json_line(line) if form == "jsonl" else csv_line(line[name] for name in columns)
        done += len(page)
        if progress:
            progress(done)
