"""Exports as CSV or JSON lines, page by page: size does not matter, and nobody waits for a lock."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from bot.data.writing import csv_line, json_line
from flows.audience.attributes import Attributes
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
    attributes: Attributes | None = None,
    progress: Callable[[int], None] | None = None,
) -> AsyncIterator[str]:
    """The lines of an export, each with its line end; CSV starts with the header.

    `since` leaves out what has not changed since then, `every` includes superseded answers. In CSV every declared one
    of `attributes` has a column of its own. `progress` is called with the number of lines so far.
    """
    columns = columns_of(kind, attributes or Attributes())
    if form == "csv":
        yield csv_line(columns)
    after: int | None = 0
    done = 0
    while after is not None:
        async with database.read() as tx:
            page, after = await exports.page(tx, kind, after=after, limit=PAGE, since=since, every=every)
        for line in page:
            yield json_line(line) if form == "jsonl" else csv_line(cells_of(line, columns))
        done += len(page)
        if progress:
            progress(done)


def columns_of(kind: str, attributes: Attributes) -> dict[str, str | None]:
    """The columns of a CSV file in order; behind each one of a declared attribute its name, else None."""
    declared: dict[str, str | None] = {one.column: name for name, one in attributes.declared.items()}
    columns: dict[str, str | None] = {}
    for name in exports.EXPORTS[kind].columns:
        columns |= declared if name == "facts" else {name: None}
    return columns


def cells_of(line: Mapping[str, Any], columns: Mapping[str, str | None]) -> list[Any]:
    """The values of a line in the order of these columns."""
    return [line[name] if fact is None else line["facts"].get(fact) for name, fact in columns.items()]
