"""`holdback flow publish`, beside the commands for authors: the one that changes what prospects will be asked."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import flow_diff
from bot.cli.common import AsJson, progress, say, table, with_house
from bot.cli.errors import fail
from bot.cli.flow import FlowPath, app

if TYPE_CHECKING:
    from bot.house import House
    from bot.runtime.publishing import Outcome, Plan, Publisher
    from flows.definition.sources import FlowSources

__all__ = ["app", "flow_diff"]

WORDS = {
    "safe": "can be moved",
    "needs_mapping": "needs a mapping",
    "must_finish": "finishes on its own version",
}
"""What a verdict is called."""


@app.command()
def publish(
    path: FlowPath,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would mean, and change nothing.")] = False,
    move: Annotated[bool, typer.Option("--move", help="Move the live conversations that can be moved.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave all live conversations on their version.")] = False,
    names: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OLD=NEW", help="Which step takes the place of one, for --move."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Publish a flow: conversations that begin from now on use it. Those that run keep their version, unless moved.

    A published version never changes. A move sends nothing; it is one transaction for each conversation, and running
    it again finishes one that was interrupted.

    Example: holdback flow publish my/flows/winback --move --map price=cost
    """
    from bot.runtime.publishing import read_names

    if move and keep:
        fail("--move and --keep say opposite things; give one of them")
    known = read_names(names or ())

    async def work(house: "House") -> tuple["Plan", "Outcome | None"]:
        publisher = house.publisher("command line", known)
        sources = house.library.load_flow(path)
        plan = await publisher.plan(sources)
        return plan, None if dry_run else await _carry_out(publisher, sources, plan, move=move)

    plan, outcome = with_house(work)
    say(_document(plan, outcome), _lines(plan, outcome), as_json=as_json)


async def _carry_out(publisher: "Publisher", sources: "FlowSources", plan: "Plan", *, move: bool) -> "Outcome":
    from bot.runtime.publishing import Outcome

    name, version, _ = await publisher.publish(sources)
    if not move:
        return Outcome(0, sum(number for _, number in plan.places))
    with progress("moving") as bar:
        return await publisher.move(name, version, bar)


def _document(plan: "Plan", outcome: "Outcome | None") -> dict[str, Any]:
    document: dict[str, Any] = {
        "flow": plan.flow,
        "version": plan.version,
        "new": plan.new,
        "dry_run": outcome is None,
        "conversations": [
            {
                "version": place.version,
                "step": place.step,
                "status": place.status,
                "count": number,
                "verdict": place.verdict,
                "reasons": list(place.reasons),
            }
            for place, number in plan.places
        ],
    }
    if outcome is not None:
        document |= {"moved": outcome.moved, "kept": outcome.kept}
    return document


def _lines(plan: "Plan", outcome: "Outcome | None") -> list[str]:
    verb = "would be" if outcome is None else "is"
    published = f"{plan.flow} {verb} published as version {plan.version}"
    lines = [published if plan.new else f"{plan.flow} has not changed since version {plan.version}"]
    if not plan.places:
        return [*lines, "no live conversation is on an earlier version"] if outcome is None else lines
    lines += ["", *where(plan), ""]
    if outcome is None:
        return [*lines, "nothing was changed; with --move those that can be moved go on in the new version"]
    if outcome.moved:
        lines.append(f"moved {outcome.moved} of {outcome.moved + outcome.kept}; nothing was sent")
    if outcome.kept:
        lines.append(_staying(outcome.kept))
    if not outcome.moved and plan.count("safe"):
        lines.append("to move those that can be moved, run it again with --move")
    return lines


def where(plan: "Plan") -> list[str]:
    """Where live conversations stand, as a table; the reasons of what is not safe stand below it, each once."""
    rows: list[tuple[Any, ...]] = [("STEP", "STANDS", "VERSION", "HOW MANY", "")]
    rows += [
        (place.step or "before the first", place.status, place.version, number, WORDS[place.verdict])
        for place, number in plan.places
    ]
    reasons = dict.fromkeys(reason for place, _ in plan.places for reason in place.reasons)
    return [*table(rows), *(("", *(f"- {reason}" for reason in reasons)) if reasons else ())]


def _staying(count: int) -> str:
    if count == 1:
        return "1 conversation goes on in the version it was started in"
    return f"{count} conversations go on in the version they were started in"
