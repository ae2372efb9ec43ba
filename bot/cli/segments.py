"""`holdback segments`: who is in a segment, and why; and segments that are given up or get another name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, PersonRef, family, person, say, table, with_house
from bot.cli.errors import fail
from bot.cli.importing import KEPT_UP

if TYPE_CHECKING:
    from bot.house import House
    from flows.audience.segments import Checked, Segment
    from storage.database import Tx

app = family("Count, list and show segments, say why somebody is in one, rename and remove them.")

BY = "command line"

Name = Annotated[str, typer.Argument(metavar="NAME", help="The segment's name; `segments list` has them all.")]


@app.command()
def count(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A YAML file with one or more segments.")],
    as_json: AsJson = False,
) -> None:
    """Check the segments of a file and count who matches now. Nothing is saved.

    Example: holdback segments count segments.yaml --json
    """

    async def work(house: "House") -> list[tuple["Checked", int]]:
        from flows.definition.segments import read_segments
        from storage import segments

        checked = read_segments(_text_of(file), file.name, house.library.fields())
        await _kept_up(house)
        async with house.database.read() as tx:
            return [(one, await segments.count(tx, one.segment.condition, house.clock.now())) for one in checked]

    found = with_house(work)
    rows = [
        {"name": one.segment.name, "label": one.segment.label, "count": number, "warnings": list(one.warnings)}
        for one, number in found
    ]
    for one, _ in found:
        for warning in one.warnings:
            typer.echo(f"warning: {warning}", err=True)
    lines = table([("NAME", "COUNT", "LABEL"), *((row["name"], row["count"], row["label"]) for row in rows)])
    say({"segments": rows}, lines, as_json=as_json)


async def _kept_up(house: "House") -> None:
    """Who is due is judged first, as far as a command may wait for it; a warning says when some are left."""
    from storage import scores

    await house.keeper.keep_up(KEPT_UP)
    async with house.database.read() as tx:
        if await scores.has_due(tx, house.clock.now()):
            line = "warning: not everybody is judged by what is known of them now; the server goes on with it"
            typer.echo(f"{line}, count again later", err=True)


def _text_of(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(f"{file.name}: this is not UTF-8; save it as UTF-8", 1)


@app.command("list")
def list_segments(as_json: AsJson = False) -> None:
    """List the saved segments, with how many people are in each now.

    Example: holdback segments list
    """

    async def work(house: "House") -> list[dict[str, Any]]:
        from flows.audience.conditions import describe
        from storage import segments

        await _kept_up(house)
        async with house.database.read() as tx:
            return [
                {
                    "name": one.name,
                    "label": one.label,
                    "count": await segments.count(tx, one.condition, house.clock.now()),
                    "who": describe(one.condition),
                }
                for one in await segments.load_all(tx)
            ]

    rows = with_house(work)
    lines = table(
        [("NAME", "COUNT", "LABEL", "WHO"), *((row["name"], row["count"], row["label"], row["who"]) for row in rows)]
    )
    say({"segments": rows}, lines if rows else ["there are no segments yet"], as_json=as_json)


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """Show a segment: its condition, in words and as it is written, and how many people are in it.

    Example: holdback segments show big_carts
    """

    async def work(house: "House") -> tuple["Segment", int]:
        from storage import segments

        await _kept_up(house)
        async with house.database.read() as tx:
            segment = await _segment(tx, name)
            return segment, await segments.count(tx, segment.condition, house.clock.now())

    from flows.audience.conditions import describe, dump_condition
    from flows.definition.dumping import write_yaml

    segment, number = with_house(work)
    where = dump_condition(segment.condition)
    document = {"name": segment.name, "label": segment.label, "where": where}
    lines = [
        f"{segment.label}: {number} people",
        f"who: {describe(segment.condition)}",
        "",
        write_yaml([document]).rstrip(),
    ]
    say(document | {"count": number, "who": describe(segment.condition)}, lines, as_json=as_json)


async def _segment(tx: "Tx", name: str) -> "Segment":
    from storage import segments

    found = await segments.get(tx, name)
    if found is None:
        known = ", ".join(one.name for one in await segments.load_all(tx)) or "none"
        fail(f"there is no segment {name!r}; there are: {known}")
    return found


@app.command()
def explain(name: Name, ref: PersonRef, as_json: AsJson = False) -> None:
    """Say why somebody is in a segment, or why not.

    Example: holdback segments explain big_carts anna@example.com
    """

    async def work(house: "House") -> tuple[str, bool, tuple[str, ...]]:
        from flows.audience.conditions import evaluate
        from storage import profiles

        await _kept_up(house)
        now = house.clock.now()
        async with house.database.read() as tx:
            segment = await _segment(tx, name)
            prospect_id = await person(tx, ref)
            known = await profiles.load(tx, [prospect_id], now, house.catalogue.currency)
        verdict = evaluate(segment.condition, known[prospect_id], now)
        return segment.label, verdict.holds, verdict.because

    label, holds, because = with_house(work)
    lines = [f"{'in' if holds else 'not in'} {label!r}, because", *(f"  {line}" for line in because)]
    say({"segment": name, "holds": holds, "because": list(because)}, lines, as_json=as_json)


@app.command()
def rename(
    name: Name, other: Annotated[str, typer.Argument(metavar="NEW", help="Its new name: small letters, digits, _, -.")]
) -> None:
    """Give a segment another name. Refused while a campaign or a strategy names it.

    Example: holdback segments rename big_carts dear_carts
    """

    async def work(house: "House") -> None:
        from flows.audience.segments import named
        from storage import audit, segments

        named(other, "the new name")
        now = house.clock.now()

        async def step(tx: "Tx") -> None:
            await _segment(tx, name)
            await segments.rename(tx, name, other, now)
            await audit.note(tx, BY, "segment renamed", f"{name} to {other}", now)

        await house.database.transact(step)

    with_house(work)
    typer.echo(f"{name} is called {other} now")


@app.command()
def remove(name: Name) -> None:
    """Delete a segment; nobody in it is touched. Refused while a campaign or a strategy names it.

    Example: holdback segments remove big_carts
    """

    async def work(house: "House") -> None:
        from storage import audit, segments

        async def step(tx: "Tx") -> None:
            await _segment(tx, name)
            await segments.remove(tx, name)
            await audit.note(tx, BY, "segment deleted", name, house.clock.now())

        await house.database.transact(step)

    with_house(work)
    typer.echo(f"{name} is deleted")
