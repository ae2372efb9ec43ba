"""`holdback simulate`: a campaign rehearsed in virtual time, before anybody real is asked."""

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, family, progress, settings
from bot.cli.errors import USAGE, WRONG, fail

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.simulation.tally import Tally
    from bot.simulation.world import Wanted

app = family("Rehearse a campaign in virtual time.")

START = "2026-03-02"
MOST, LONGEST = 100_000, 366


@app.command()
def simulate(  # noqa: PLR0913, PLR0917 - typer makes an option of each
    path: Annotated[str, typer.Argument(metavar="PATH", help="A flow's name, or the path of its folder.")],
    prospects: Annotated[int, typer.Option("--prospects", min=1, max=MOST, help="How many made-up people.")] = 1000,
    days: Annotated[int, typer.Option("--days", min=1, max=LONGEST, help="How many days.")] = 30,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same rehearsal.")] = 1,
    start: Annotated[str, typer.Option("--start", metavar="DATE", help="The first day.")] = START,
    only: Annotated[
        int | None, typer.Option("--only", metavar="NUMBER", help="Print what this one prospect lived through.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it as one .html file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let made-up people live through a campaign on the real engine, and say what came of it. Sends nothing.

    Ends with 1 when a rule was broken: what must never happen is watched at every step.

    Example: holdback simulate barriers --prospects 1000 --days 30 --seed 7
    """
    if only is not None and not 1 <= only <= prospects:
        fail(f"--only {only}: there are the prospects 1 to {prospects}; give one of them", USAGE)
    if out is not None and (out.suffix.lower() not in (".html", ".htm") or not out.parent.is_dir()):
        fail(f"--out {out}: give a file that ends in .html, in a folder that is there", USAGE)
    from bot.simulation.run import rehearse
    from bot.simulation.world import Wanted

    wanted = Wanted(prospects, days, seed, _day(start), only=only)
    loaded = settings()
    with progress("Rehearsing") as bar:
        tally = rehearse(path, loaded, wanted, bar)
    command = f"holdback simulate {shlex.quote(path)} --prospects {prospects} --days {days} --seed {seed}"
    command += "" if start == START else f" --start {start}"
    if only is not None:
        _transcript(tally, as_json=as_json)
    else:
        _report(_document(tally, wanted, path, loaded), loaded, command, out, as_json=as_json)
    if tally.broken:
        raise typer.Exit(WRONG)


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        fail(f"--start {text}: this is no day; write it as {START}", USAGE)


def _document(tally: "Tally", wanted: "Wanted", path: str, loaded: "Settings") -> dict[str, Any]:
    from bot.simulation.figures import document
    from bot.simulation.stage import folder_for, played

    with folder_for(1) as folder:
        flow, campaign = played(path, loaded, folder)
    return document(tally, wanted, flow, campaign)


def _report(found: dict[str, Any], loaded: "Settings", command: str, out: Path | None, *, as_json: bool) -> None:
    from bot.simulation.page import as_html, lines, replay

    if out is not None:
        try:
            out.write_text(as_html(found, loaded.shop_name, command), encoding="utf-8")
        except OSError as error:
            fail(f"--out {out}: cannot be written ({error.strerror}); choose another place", WRONG)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        for line in lines(found, command):
            typer.echo(line)
    for one in found["broken"][:3]:
        typer.echo(f"broken: {one['rule']}: {one['what']}; see {replay(command, one['prospect'])}", err=True)
    if out is not None:
        typer.echo(f"{out}: written", err=True)


def _transcript(tally: "Tally", *, as_json: bool) -> None:
    said = [{"at": line.at.isoformat(), "who": line.who, "channel": line.channel, "text": line.text}
            for line in tally.transcript]  # fmt: skip
    broken = [{"rule": one.rule, "prospect": one.number, "what": one.what} for one in tally.broken]
    if as_json:
        typer.echo(json.dumps({"transcript": said, "broken": broken}, ensure_ascii=False))
        return
    for line in tally.transcript:
        place = f" ({line.channel})" if line.channel else ""
        typer.echo(f"{line.at:%a %d %b %H:%M}  {line.who}{place}")
        for row in line.text.splitlines():
            typer.echo(f"    {row}".rstrip())
    for one in tally.broken:
        typer.echo(f"broken: {one.rule} (prospect {one.number}): {one.what}")
