"""`holdback strategy`: which offers go to whom: look at it, check it, try it on the past, submit and approve it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, family, progress, say, table, with_house
from bot.cli.errors import WRONG, fail

if TYPE_CHECKING:
    from bot.house import House
    from flows.offers.backtest import Report
    from flows.offers.finding import Finding
    from flows.offers.strategy import StrategyDefinition
    from storage.database import Record, Tx

app = family("Decide which offers go to whom: check, try on the last month, submit and approve.")
File = Annotated[Path, typer.Argument(metavar="FILE", help="A strategy file (YAML); `strategy show` prints one.")]
Campaign = Annotated[str, typer.Option(help="The campaign, see `holdback campaign list`.")]
By = Annotated[str, typer.Option(metavar="EMAIL", help="Who does it: an admin, see `holdback staff list`.")]


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the versions of every campaign's strategy, the newest first.

    Example: holdback strategy list
    """
    from storage import strategies

    async def read(house: "House") -> "list[Record]":
        async with house.database.read() as tx:
            return list(await strategies.history(tx))

    rows = with_house(read)
    heads = ("CAMPAIGN", "VERSION", "STATE", "BY", "SUBMITTED BY", "APPROVED BY", "LIVE SINCE")
    shown = [
        (row.campaign, row.version, row.state, row.created_by, row.submitted_by, row.approved_by, row.live_at)
        for row in rows
    ]
    lines = table([heads, *shown]) if rows else ["there is no strategy: offers are made in the catalogue's order"]
    fields = ("campaign", "version", "state", "created_by", "submitted_by", "approved_by", "live_at", "retired_at")
    say({"strategies": [{name: getattr(row, name) for name in fields} for row in rows]}, lines, as_json=as_json)


@app.command()
def show(
    version: Annotated[int | None, typer.Argument(metavar="[VERSION]", help="By default the one that is live.")] = None,
    campaign: Campaign = "barriers",
) -> None:
    """Print a version as a file to edit; without any, the catalogue's own order.

    Example: holdback strategy show > strategy.yaml
    """
    from flows.offers.starter import starter
    from storage import strategies

    async def read(house: "House") -> "StrategyDefinition":
        async with house.database.read() as tx:
            row = await (_numbered(tx, campaign, version) if version is not None else strategies.live(tx, campaign))
        return strategies.definition_of(row) if row is not None else starter(house.catalogue, campaign)

    typer.echo(_yaml(with_house(read)), nl=False)


@app.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Check a strategy before it speaks.

    Example: holdback strategy check strategy.yaml
    """
    from bot.runtime import planning
    from flows.offers.checks import errors

    definition = _read(file)

    async def read(house: "House") -> "tuple[Finding, ...]":
        async with house.database.read() as tx:
            return await planning.review(tx, house.context, definition)

    found = with_house(read)
    bad = len(errors(found))
    verdict = "cannot go live" if bad else "good"
    lines = [*(f"{file}: {one}" for one in found), f"{file}: {verdict} ({_count(bad, 'error')})"]
    say({"ok": not bad, "findings": [one.as_dict() for one in found]}, lines, as_json=as_json)
    raise typer.Exit(WRONG if bad else 0)


@app.command()
def preview(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A strategy file.")] = None,
    draft: Annotated[int | None, typer.Option(help="A version that is kept here, instead of a file.")] = None,
    campaign: Campaign = "barriers",
    as_json: AsJson = False,
) -> None:
    """Say what a strategy would have done in the last 30 days.

    Example: holdback strategy preview strategy.yaml
    """
    from bot.runtime import planning
    from storage import strategies

    if (file is None) == (draft is None):
        fail("give a FILE, or --draft VERSION; one of the two")
    given = _read(file) if file is not None else None

    with progress("going through the last 30 days") as bar:

        async def read(house: "House") -> "tuple[Report, str]":
            now, currency = house.clock.now(), house.catalogue.currency
            async with house.database.read() as tx:
                wanted = given or strategies.definition_of(await _numbered(tx, campaign, draft or 0))
                return await planning.preview(tx, house.context, wanted, now, bar), currency

        report, currency = with_house(read)
    say(planning.as_document(report, currency), _lines(report, currency), as_json=as_json)


@app.command()
def submit(file: File, by: By, note: Annotated[str | None, typer.Option(help="What changes, and why.")] = None) -> None:
    """Keep a strategy as a new version and submit it for approval.

    Example: holdback strategy submit strategy.yaml --by mira@shop.example --note "samples for fit"
    """
    from bot.runtime import planning
    from storage import audit, strategies

    definition = _read(file)

    async def work(house: "House") -> int:
        async def write(tx: "Tx") -> int:
            who, now = await _admin(tx, by), house.clock.now()
            row_id = await strategies.create(tx, definition, who, now, note)
            await planning.submit(tx, house.context, row_id, who, now)
            await audit.note(tx, who, "strategy submitted", definition.campaign, now)
            row = await strategies.get(tx, row_id)
            return int(row.version) if row is not None else 0

        return await house.database.transact(write)

    number = with_house(work)
    typer.echo(
        f"version {number} of {definition.campaign} waits for approval; see `holdback strategy approve {number}`"
    )


@app.command()
def approve(
    version: Annotated[int, typer.Argument(metavar="VERSION", help="See `holdback strategy list`.")],
    by: By,
    campaign: Campaign = "barriers",
) -> None:
    """Let a submitted version go live, in place of the one that is.

    Example: holdback strategy approve 3 --by tom@shop.example
    """
    from bot.runtime import planning
    from storage import audit

    async def work(house: "House") -> None:
        async def write(tx: "Tx") -> None:
            who, now = await _admin(tx, by), house.clock.now()
            row = await _numbered(tx, campaign, version)
            await planning.approve(tx, house.context, row.id, who, now)
            await audit.note(tx, who, "strategy approved", f"{campaign} {version}", now)

        await house.database.transact(write)

    with_house(work)
    typer.echo(f"version {version} of {campaign} is live")


async def _numbered(tx: "Tx", campaign: str, version: int) -> "Record":
    from storage import strategies

    row = await strategies.by_version(tx, campaign, version)
    if row is None:
        fail(f"campaign {campaign!r} has no strategy version {version}; see `holdback strategy list`", WRONG)
    return row


async def _admin(tx: "Tx", email: str) -> str:
    """The address of an admin; leaves with one line for anybody else."""
    from storage import staff

    row = await staff.find_by_email(tx, email)
    if row is None or row.disabled_at is not None or row.role != "admin":
        fail(f"{email!r} is no admin here; see `holdback staff list`", WRONG)
    return str(row.email)


def _read(file: Path) -> "StrategyDefinition":
    from flows.definition.parse import parse_strategy

    return parse_strategy(file.read_text(encoding="utf-8-sig"), str(file))


def _yaml(definition: "StrategyDefinition") -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    out = StringIO()
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.sort_base_mapping_type_on_output, yaml.width = None, False, 120
    document = definition.model_dump(mode="json", exclude_none=True)
    yaml.dump(document, out)
    return out.getvalue()


def _lines(report: "Report", currency: str) -> list[str]:
    if not report.moments:
        return ["nobody could have been made an offer in the last 30 days: there is nothing to compare with"]
    rows = [
        (name, one.given, f"{one.cost} {currency}", one.would_give, f"{one.would_cost} {currency}")
        for name, one in report.lines.items()
    ]
    heads = ("OFFER", "GIVEN", "WORTH", "WOULD GIVE", "WORTH AT MOST")
    refused = ", ".join(f"{reason} {number}" for reason, number in sorted(report.refused.items()))
    return [
        *table([heads, *rows]),
        f"{report.moments} people in 30 days: {report.different} would have got something else,",
        f"{report.without} nothing (before: {report.without_before})",
        *([f"not given because of: {refused}"] if refused else []),
        *([f"these are the newest; there were {report.of}"] if report.of > report.moments else []),
        *([f"for {report.lost} of them a fact that counts was said anew since: here it counts as not known"]
          if report.lost else []),
        "people are taken as they were known then; tags, attributes nobody declared and rules as they are today",
        "who would have bought is not known: only what would have been offered, and what it could have cost",
    ]  # fmt: skip


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
