"""`holdback db move`: from SQLite to PostgreSQL in one command, and back into use of the old file."""

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.common import AsJson, progress, say, settings
from bot.cli.errors import WRONG, fail

PLACE: Final = "write postgresql://user:password@host/name; a password may also stand in ~/.pgpass"


def move(
    to: Annotated[
        str | None, typer.Option("--to", metavar="ADDRESS", help="An empty PostgreSQL database: postgresql://...")
    ] = None,
    stay: Annotated[
        bool, typer.Option("--stay", help="Use the old database again; what has happened in the new one stays there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move everything from the SQLite file to PostgreSQL, compare it row by row, and leave the file as it was.

    Stop the server first. Stopped half way, run it again: it goes on where it was. The file only notes where everything
    went, so that nothing is served from it by mistake.

    Example: holdback db move --to postgresql://holdback@db.example/holdback
    """
    from bot.lock import only_server
    from storage import arriving, relocation

    if (to is None) != stay:
        fail("give either --to ADDRESS or --stay")
    old = settings().database
    file = _file_of(old)
    with only_server(file):
        if to is None:
            went = asyncio.run(relocation.stay(old))
            told = "this database had not moved" if went is None else f"this database is used again, not {went.to}"
            say({"stays": True, "from": None if went is None else went.to}, [told], as_json=as_json)
            return
        where = arriving.place_of(_checked(to))
        with progress("moving") as bar:
            counts = asyncio.run(relocation.relocate(old, to, bar or relocation.untold))
    lines = [f"{name}: {number}" for name, number in counts.items() if number]
    lines.append(f"{sum(counts.values())} rows are in {where}, each compared with the old one")
    lines.append(f"now set HOLDBACK_DATABASE_URL to that address; {file} is not used any more, keep it as a backup")
    say({"moved": True, "to": where, "rows": counts}, lines, as_json=as_json)


def _file_of(address: str) -> Path:
    from storage import engines

    file = engines.sqlite_file(engines.parse_url(address))
    if file is None:
        fail("HOLDBACK_DATABASE_URL is PostgreSQL already; a move goes from a SQLite file to it", WRONG)
    if not file.exists():
        fail(f"{file}: there is nothing to move yet; just set HOLDBACK_DATABASE_URL to the new address", WRONG)
    return file


def _checked(address: str) -> str:
    from storage import engines
    from storage.errors import DatabaseUrlInvalid

    try:
        url = engines.parse_url(address)
    except DatabaseUrlInvalid:
        fail(f"--to: this is not the address of a PostgreSQL database; {PLACE}")
    if engines.is_sqlite(url) or not url.database:
        fail(f"--to: a move goes to a PostgreSQL database; {PLACE}")
    return address
