"""`holdback flow`: list, check, draw, play and test flows. Nothing here is sent to anybody."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from flows.definition.campaign import CampaignDefinition
from flows.definition.flow import Flow
from flows.definition.problems import Problem, errors_of
from flows.definition.sources import FlowSources
from flows.errors import FlowError, FlowInvalid

app = typer.Typer(help="Write flows: list, check, draw, play and test them.", no_args_is_help=True)

DONE, WRONG, USAGE = 0, 1, 2
"""Exit codes: done, the thing checked is wrong, wrong usage."""

FlowPath = Annotated[str, typer.Argument(metavar="PATH", help="A flow's name, its folder, or its flow.yaml.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")]


def fail(error: Exception) -> NoReturn:
    """Say in one line (or one line for each problem) what is wrong, and leave with the contract's exit code."""
    if isinstance(error, FlowInvalid):
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(WRONG)
    typer.echo(f"error: {error}", err=True)
    raise typer.Exit(USAGE)


def library() -> Any:
    """The flows of this shop: the shipped ones, and over them those of FLOWS_DIR; leaves when that is wrong."""
    from bot.library import Library
    from bot.settings import SettingsInvalid, load_settings

    try:
        return Library(load_settings().flows_dir)
    except (SettingsInvalid, FlowError) as error:
        fail(error)


def load(path: str) -> FlowSources:
    """The sources of a flow; leaves with one clear line when there is none."""
    try:
        sources: FlowSources = library().load_flow(path)
    except FlowError as error:
        fail(error)
    return sources


def build(path: str) -> Flow:
    """A flow that can be played; leaves with every problem when it has errors."""
    from flows.definition.build import build_flow

    try:
        return build_flow(load(path), version=1)
    except FlowError as error:
        fail(error)


@app.command("list")
def list_flows(as_json: AsJson = False) -> None:
    """List the flows that can be played here.

    Example: holdback flow list
    """
    flows = [_summary(name) for name in library().flow_names()]
    if as_json:
        typer.echo(json.dumps({"flows": flows}, ensure_ascii=False))
        return
    for flow in flows:
        state = "ready" if flow["ok"] else "has errors, see `holdback flow check`"
        typer.echo(f"{flow['name']}: {flow['steps']} steps, {', '.join(flow['languages'])}, {state}")


def _summary(name: str) -> dict[str, Any]:
    from flows.definition.build import review

    try:
        result = review(library().load_flow(name))
    except FlowInvalid:
        return {"name": name, "ok": False, "steps": 0, "languages": []}
    definition = result.definition
    return {
        "name": name,
        "ok": not errors_of(result.problems),
        "steps": len(definition.steps) if definition else 0,
        "languages": list(definition.languages) if definition else [],
    }


@app.command()
def check(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Flows by name, folder or flow.yaml.")],
    as_json: AsJson = False,
) -> None:
    """Check flows and their texts before they speak.

    Example: holdback flow check barriers my/flows/winback
    """
    reports = [(path, _problems(path)) for path in paths]
    bad = any(errors_of(problems) for _, problems in reports)
    if as_json:
        flows = [
            {"path": path, "ok": not errors_of(problems), "problems": [problem.as_dict() for problem in problems]}
            for path, problems in reports
        ]
        typer.echo(json.dumps({"ok": not bad, "flows": flows}, ensure_ascii=False))
    else:
        for path, problems in reports:
            _print_report(path, problems)
    raise typer.Exit(WRONG if bad else DONE)


def _problems(path: str) -> tuple[Problem, ...]:
    from flows.definition.build import review

    try:
        sources = library().load_flow(path)
        campaigns, problems = _campaigns(path)
        return (*problems, *review(sources, campaigns).problems)
    except FlowInvalid as error:
        return _found(error)
    except FlowError as error:
        fail(error)


def _campaigns(path: str) -> tuple[tuple[CampaignDefinition, ...], tuple[Problem, ...]]:
    """The campaigns that play this flow, and what is wrong with them: its own file's, else those of the shop."""
    from flows.definition.parse import parse_campaign

    shelf, folder = library(), Path(path)
    file = (folder.parent if folder.name == "flow.yaml" else folder) / "campaign.yaml"
    try:
        if path not in shelf.flow_names():
            return ((parse_campaign(file.read_text("utf-8"), str(file)),), ()) if file.is_file() else ((), ())
        return tuple(one for one in shelf.campaigns().values() if one.flow == path), ()
    except FlowInvalid as error:
        return (), tuple(
            problem for problem in _found(error) if f"{path}/" in problem.place or problem.place == str(file)
        )
    except (OSError, UnicodeDecodeError):
        return (), (
            Problem(str(file), 0, 0, "F007", "the file cannot be read", "check its permissions, and save it as UTF-8"),
        )


def _found(error: FlowInvalid) -> tuple[Problem, ...]:
    return tuple(problem for problem in error.problems if isinstance(problem, Problem))


def _print_report(path: str, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        typer.secho(str(problem), fg="red" if problem.severity == "error" else "yellow")
    if problems:
        typer.echo("Each rule has its page, with examples: docs/flow-rules.md")
    errors = len(errors_of(problems))
    warnings = len(problems) - errors
    verdict = "good" if not errors else "cannot be used"
    typer.echo(f"{path}: {verdict} ({_count(errors, 'error')}, {_count(warnings, 'warning')})")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="flow, campaign, catalogue, segments, ...")] = "flow",
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write those of every kind into this folder instead.")
    ] = None,
) -> None:
    """Print the JSON Schema of a kind of file: editors check and complete the file while it is written.

    Example: holdback flow schema catalogue > catalogue.json
    """
    from flows.definition.schema import KINDS, schema_text

    if kind not in KINDS:
        fail(FlowError(f"there is no kind of file {kind!r}; give one of {', '.join(KINDS)}"))
    if out is None:
        typer.echo(schema_text(kind), nl=False)
        return
    try:
        for name in KINDS:
            (out / f"{name}.json").write_text(schema_text(name), encoding="utf-8")
    except OSError as error:
        fail(FlowError(f"{str(out)!r} cannot be written: {(error.strerror or '').lower()}; give another --out"))
    typer.echo(f"wrote {', '.join(f'{name}.json' for name in KINDS)} into {out}")


@app.command()
def draw(
    path: FlowPath,
    picture: Annotated[Literal["mermaid", "svg"], typer.Option("--format", help="The kind of picture.")] = "mermaid",
    language: Annotated[str | None, typer.Option(help="The language of the texts.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of the terminal.")] = None,
) -> None:
    """Draw a flow.

    Example: holdback flow draw barriers --format svg --out barriers.svg
    """
    from flows.definition.draw import mermaid, svg

    flow = build(path)
    spoken = _language(flow, language)
    drawer = mermaid if picture == "mermaid" else svg
    drawn = drawer(flow.definition, flow.texts, spoken, flow.catalogue)
    if out is None:
        typer.echo(drawn)
        return
    try:
        out.write_text(drawn, encoding="utf-8")
    except OSError as error:
        fail(FlowError(f"{str(out)!r} cannot be written: {(error.strerror or '').lower()}; give another --out"))
    typer.echo(f"wrote {out}")


def _language(flow: Flow, wanted: str | None) -> str:
    spoken = flow.definition.languages
    if wanted is not None and wanted not in spoken:
        fail(FlowError(f"the flow {flow.name!r} does not speak {wanted!r}; give one of {', '.join(spoken)}"))
    return wanted or spoken[0]


@app.command()
def play(
    path: FlowPath,
    language: Annotated[str | None, typer.Option(help="The prospect's language.")] = None,
    seed: Annotated[int, typer.Option(help="Fixes the order of the options.")] = 1,
    channel: Annotated[Literal["telegram", "email", "web"], typer.Option(help="Where it begins.")] = "telegram",
    control: Annotated[bool, typer.Option("--control", help="As in the control group: asked, given no offer.")] = False,
    repro: Annotated[
        bool, typer.Option("--repro", help="Print the session as a golden transcript at the end.")
    ] = False,
) -> None:
    """Talk to a flow in the terminal, in virtual time.

    Example: holdback flow play barriers --language hu
    """
    from bot.cli.flow_play import Player

    flow = build(path)
    player = Player(flow, _language(flow, language), seed=seed, arm="control" if control else "offer")
    player.run(channel)
    if repro:
        typer.echo(player.transcript())


@app.command("test")
def golden(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A flow with a folder transcripts/, or a transcript.")],
    update: Annotated[bool, typer.Option("--update", help="Write what came as what is expected.")] = False,
) -> None:
    """Play golden transcripts again and compare.

    Example: holdback flow test my/flows/winback
    """
    from bot.cli.flow_golden import Runner

    try:
        failed = Runner(library(), typer.echo).run(path, update=update)
    except FlowError as error:
        fail(error)
    raise typer.Exit(WRONG if failed else DONE)
