"""`holdback export`: every kind of record, as CSV or JSON lines."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

import typer

from bot.cli.common import family, now, progress, settings, with_database
from bot.cli.errors import fail

if TYPE_CHECKING:
    from storage.database import Database

app = family("Export prospects, answers, conversations, messages, grants, purchases, scores, stages or walk-ins.")
Kind = Literal[
    "prospects", "answers", "conversations", "messages", "grants", "purchases", "scores", "stages", "walk-ins"
]


@app.command()
def export(
    kind: Annotated[Kind, typer.Argument(help="What to export.")],
    form: Annotated[
        Literal["csv", "jsonl"], typer.Option("--format", help="CSV, or one JSON document a line.")
    ] = "csv",
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only what changed since then: 2026-11-01 or with a time.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to this file instead of the terminal.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what was taken back or undone, and edits of messages.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format jsonl.")] = False,
) -> None:
    """Export one kind of record.

    Example: holdback export answers --format jsonl --since 2026-11-01
    """
    start = _moment(since) if since else None

    async def write(database: "Database", file: TextIO) -> int:
        from bot.data.export import export_lines
        from bot.library import Library
        from storage import audit
        from storage.reads import exports

        lines, known = 0, Library(settings().flows_dir).attributes()
        async with database.read() as tx:
            total = await exports.count(tx, kind)
        with progress(f"exporting {kind}") as bar:
            told = (lambda done: bar(done, total)) if bar and out else None
            async for line in export_lines(
                database,
                kind,
                "jsonl" if as_json else form,
                since=start,
                every=every,
                attributes=known,
                progress=told,
            ):
                file.write(line)
                lines += 1
        at = now()
        await database.transact(lambda tx: audit.note(tx, "command line", "export", kind, at))
        return lines

    if out is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        with_database(lambda database: write(database, sys.stdout))
        sys.stdout.flush()
        return
    from bot.cli.files import open_private

    with open_private(out) as file:
        with_database(lambda database: write(database, file))
    typer.echo(f"wrote {out}", err=True)


def _moment(text: str) -> datetime:
    from zoneinfo import ZoneInfo

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--since {text!r} is not a time; write it like 2026-11-01 or 2026-11-01T09:30:00+01:00")
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings().timezone))
