"""What the commands share: opening the house, printing for people and programs, a bar for long work."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.cli.errors import fail

if TYPE_CHECKING:
    from bot.house import House
    from bot.settings import Settings
    from storage.database import Database, Tx

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")]
PersonRef = Annotated[
    str, typer.Argument(metavar="ID", help="Any identity: shop id, email, phone, telegram:123, or Holdback's own id.")
]


def family(text: str) -> typer.Typer:
    """A family of commands, with its help."""
    return typer.Typer(help=text, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


def settings() -> "Settings":
    """The settings, and logging set up to leave standard output to the answer. Raises SettingsInvalid."""
    from bot import logs
    from bot.settings import load_settings

    loaded = load_settings()
    logs.set_up("DEBUG" if loaded.log_level == "DEBUG" else "WARNING", loaded.log_format)
    return loaded


def with_house(work: Callable[["House"], Awaitable[T]]) -> T:
    """Open the house, do this, close it. The server may run beside it."""
    from bot.house import open_house

    async def visit() -> T:
        async with open_house(settings()) as house:
            return await work(house)

    return asyncio.run(visit())


def with_database(work: Callable[["Database"], Awaitable[T]]) -> T:
    """Open only the database, do this, close it. A fresh one gets its tables."""
    from storage.database import Database, ensure_schema

    async def visit() -> T:
        loaded = settings()
        await ensure_schema(loaded.database)
        database = Database(loaded.database, checkpoints=False)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(visit())


async def person(tx: "Tx", reference: str) -> int:
    """The row id of a prospect; leaves with one line when there is none."""
    from storage import prospects

    prospect_id = await prospects.resolve(tx, reference)
    if prospect_id is None:
        fail(f"there is no prospect {reference!r}; give a shop id, an email, a phone number or telegram:123", 1)
    return prospect_id


def now() -> datetime:
    """This moment, in UTC."""
    from bot.runtime.clock import Clock

    return Clock().now()


def say(document: Any, lines: Sequence[str], *, as_json: bool) -> None:
    """Answer: one JSON document for programs, lines for people."""
    if as_json:
        from bot.data.writing import plain

        typer.echo(json.dumps(plain(document), ensure_ascii=False))
        return
    for line in lines:
        typer.echo(line)


def table(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Rows as aligned columns of plain text, the first one being the header."""
    texts = [
        ["" if cell is None else moment(cell) if isinstance(cell, datetime) else str(cell) for cell in row]
        for row in rows
    ]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in texts]


def moment(at: datetime) -> str:
    """A moment for people, to the minute, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error while long work goes on: a function of (done, all), or None when nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
