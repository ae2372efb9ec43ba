"""`holdback prospects`: import, show, link, export and erase."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, PersonRef, family, moment, person, say, with_house
from bot.cli.errors import fail
from bot.cli.importing import KEPT_UP, import_command

if TYPE_CHECKING:
    from bot.data.imports import Job
    from bot.data.summary import Summary
    from bot.house import House
    from storage.database import Tx

app = family("Import, show, link, export and erase prospects.")


async def _take(house: "House", job: "Job") -> "Summary":
    from bot.data.imports import import_prospects

    zone, now = house.settings.timezone, house.clock.now()
    summary = await import_prospects(
        house.database, job, key=house.secret, zone=zone, now=now, attributes=house.attributes
    )
    if not job.dry_run:
        await house.keeper.keep_up(KEPT_UP)
    return summary


import_command(
    app,
    _take,
    "Import prospects. Importing a file again changes nothing.\n\n"
    "Example: holdback prospects import prospects.csv --dry-run",
)


@app.command()
def show(ref: PersonRef, as_json: AsJson = False) -> None:
    """Show what is known about a prospect now, and how they are judged: every figure with its reasons.

    Example: holdback prospects show anna@example.com --json
    """
    from bot.runtime.standing import standing, told
    from storage.reads import record

    async def read(house: "House") -> dict[str, Any]:
        async with house.database.read() as tx:
            prospect_id = await person(tx, ref)
            known = await record.show(tx, prospect_id, house.attributes) or {}
            return known | await standing(tx, house.keeper, prospect_id, house.clock.now())

    found = with_house(read)
    say(found, [*_told(found), *told(found)], as_json=as_json)


def _value(one: dict[str, Any]) -> str:
    value = one["value"]
    words = "yes" if value is True else "no" if value is False else value
    words = ", ".join(value) if isinstance(value, tuple) else words
    return f"{words} ({one['source']}, {moment(one['at'])})" if one["source"] else str(words)


def _told(found: dict[str, Any]) -> list[str]:
    lines = [f"prospect {found['id']}"]
    lines += [f"  {name}: {_value(one)}" for name, one in found["facts"].items()]
    lines += [f"  {name}: {value} (not declared)" for name, value in found["attributes"].items()]
    for row in found["identities"]:
        closed = f" (closed: {row['closed_reason']})" if row["closed_at"] else ""
        lines.append(f"  known by {row['kind']}: {row['value']}{closed}")
    for row in found["consents"]:
        said = "agreed to" if row["granted"] else "refused"
        lines.append(f"  {said} {row['channel']} at {moment(row['at'])} by {row['way']}")
    for row in found["conversations"]:
        lines.append(f"  conversation {row['uid']} in {row['campaign']}: {row['outcome'] or row['status']}")
    for row in found["answers"]:
        lines.append(f"  answered {row['step']}: {row['verbatim'] or row['value']}")
    for row in found["grants"]:
        lines.append(f"  was given {row['offer']} at {moment(row['granted_at'])}")
    return lines


@app.command()
def link(ref: PersonRef, as_json: AsJson = False) -> None:
    """Print the prospect's own links: Telegram, survey page, preferences.

    Example: holdback prospects link anna@example.com
    """

    async def make(house: "House") -> dict[str, str]:
        async with house.database.read() as tx:
            prospect_id = await person(tx, ref)
        await _learn_bot_name(house)
        return await house.links(prospect_id)

    links = with_house(make)
    say(links, [f"{purpose}: {address}" for purpose, address in links.items()], as_json=as_json)


async def _learn_bot_name(house: "House") -> None:
    """Before the first start nobody knows the bot's name: ask Telegram."""
    token = house.settings.telegram_token
    if token is None or house.bot_name:
        return
    from bot.channels.telegram.client import connect
    from bot.channels.telegram.menu import TelegramUnavailable, introduce

    try:
        async with connect(token.get_secret_value(), house.settings.telegram_api_url) as bot:
            house.bot_name = await introduce(bot)
    except TelegramUnavailable as problem:
        typer.echo(f"warning: no Telegram link: {problem}", err=True)


@app.command()
def export(
    ref: PersonRef,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to this file instead of the terminal.")
    ] = None,
) -> None:
    """Write everything stored about a prospect as JSON: the copy they have a right to.

    Example: holdback prospects export anna@example.com --out anna.json
    """
    from bot.cli.files import write_private
    from bot.data.writing import plain
    from storage import audit
    from storage.reads import record

    async def read(house: "House") -> dict[str, Any]:
        async with house.database.read() as tx:
            prospect_id = await person(tx, ref)
            everything = await record.everything(tx, prospect_id)
            uid = await record.public_id(tx, prospect_id)
        now = house.clock.now()
        await house.database.transact(lambda tx: audit.note(tx, "command line", "export", uid, now))
        return everything

    document = json.dumps(plain(with_house(read)), ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(document)
        return
    write_private(out, document + "\n")
    typer.echo(f"wrote {out}", err=True)


@app.command()
def erase(
    ref: PersonRef,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a prospect from everywhere. Their addresses are never written to again; grants stay without the person.

    Example: holdback prospects erase anna@example.com --yes
    """
    if not yes and not _confirmed():
        fail("nothing was erased; confirm with --yes")

    counts = with_house(lambda house: _erase(house, ref))
    say({"erased": counts}, [f"{name}: {number}" for name, number in counts.items()], as_json=as_json)


def _confirmed() -> bool:
    import sys

    return sys.stdin.isatty() and typer.confirm(
        "Erase everything about this prospect? This cannot be undone.", err=True
    )


async def _erase(house: "House", ref: str) -> dict[str, int]:
    from storage import audit, erasure, seeking, wiping
    from storage.reads import record

    async with house.database.read() as tx:
        prospect_id = await person(tx, ref)
    sought, now = await seeking.seek(house.database, prospect_id), house.clock.now()

    async def work(tx: "Tx") -> dict[str, int]:
        uid = await record.public_id(tx, prospect_id)
        counts = await erasure.erase(tx, prospect_id, now, house.secret, sought)
        await audit.note(tx, "command line", "erase", uid, now)
        if house.database.is_sqlite:
            await wiping.ask(tx)
        return counts

    return await house.database.transact(work)
