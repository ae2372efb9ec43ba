"""What the four imports share: their options, and how a summary is told."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import AsJson, progress, say, with_house
from bot.cli.errors import DONE, USAGE, WRONG, fail

if TYPE_CHECKING:
    from bot.data.imports import Job
    from bot.data.summary import Summary
    from bot.house import House

KEPT_UP = 5000
"""So many prospects are judged at the end of an import; of a larger file the server judges the others, in its time."""

SHOWN = 20
"""So many refused rows are told at the terminal; all of them are in the error file."""

File = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file: comma, semicolon or tab.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and count everything, keep nothing.")]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="The file's encoding, e.g. cp1250; found out if left out.")
]
Errors = Annotated[
    Path | None, typer.Option("--errors", metavar="FILE", help="Where refused rows go; default: FILE.errors.csv.")
]


def import_command(app: typer.Typer, take: Callable[["House", "Job"], Awaitable["Summary"]], words: str) -> None:
    """Give a family its `import FILE`: the same options everywhere. `words` is its help, with an example."""

    @app.command("import", help=words)
    def import_file(
        file: File,
        dry_run: DryRun = False,
        encoding: Encoding = None,
        errors: Errors = None,
        as_json: AsJson = False,
    ) -> None:
        from bot.data.imports import Job

        run_import(take, Job(file, encoding, errors, dry_run), as_json=as_json)


def run_import(work: Callable[["House", "Job"], Awaitable["Summary"]], job: "Job", *, as_json: bool) -> None:
    """Run an import, tell what became of the file, and leave.

    0 when rows came in, though others may have been refused by name; 1 when none did, or when a dry run refuses any.
    """
    from dataclasses import replace

    if not job.path.is_file():
        fail(f"{job.path}: there is no such file; check the path", USAGE)
    with progress(f"importing {job.path.name}") as bar:
        summary = with_house(lambda house: work(house, replace(job, progress=bar)))
    for warning in summary.warnings:
        typer.echo(f"warning: {warning}", err=True)
    for refusal in summary.refusals[:SHOWN]:
        typer.echo(f"refused: {refusal.sentence(summary.file)}", err=True)
    if summary.refused:
        more = f"{summary.refused - SHOWN} more; " if summary.refused > SHOWN else ""
        typer.echo(f"refused: {more}all refused rows are in {summary.error_file}: mend and import that file", err=True)
    say(summary.as_dict(), _lines(summary), as_json=as_json)
    came_in = summary.created + summary.updated + summary.unchanged
    raise typer.Exit(WRONG if summary.refused and (summary.dry_run or not came_in) else DONE)


def _lines(summary: "Summary") -> list[str]:
    names = ("created", "updated", "unchanged", "refused")
    figures = ", ".join(f"{getattr(summary, name)} {name}" for name in names)
    lines = [f"{summary.file}: {summary.read} rows read: {figures}"]
    if summary.not_contactable:
        lines.append(f"{summary.not_contactable} of them cannot be contacted: no consent, or no address for it")
    if summary.dry_run:
        lines.append("this was a dry run: nothing was kept")
    return lines
