"""`holdback flow diff`: what a change means, in plain sentences, before anybody is asked anything."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.cli.flow import AsJson, app, fail, load
from flows.errors import FlowError

if TYPE_CHECKING:
    from flows.definition.comparing import Change, Comparison
    from flows.definition.sources import FlowSources

_PUBLISHED: Final = re.compile(r"^([a-z][a-z0-9_-]{0,39})@([1-9]\d{0,8})$")
_HEADS: Final = {"flow": "The flow", "step": "Steps", "offer": "Offers", "text": "Texts"}
_STANDING: Final = {
    "safe": "can be moved",
    "needs_mapping": "need a mapping",
    "must_finish": "finish on their own version",
}
Version = Annotated[str, typer.Argument(help="A flow's name, its folder, its flow.yaml, or name@3 as published.")]


@app.command()
def diff(old: Version, new: Version, as_json: AsJson = False) -> None:
    """Say what the change from one version of a flow to another means, also for those who stand in the middle of it.

    Example: holdback flow diff winback@2 my/flows/winback
    """
    from flows.definition.comparing import compare

    try:
        found = compare(_sources(old), _sources(new))
    except FlowError as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False))
        return
    for line in lines(found):
        typer.echo(line)


def _sources(named: str) -> "FlowSources":
    """A flow on disk, or one that was published."""
    published = _PUBLISHED.match(named)
    if published is None:
        return load(named)
    from bot.cli.common import with_database
    from flows.definition.sources import FlowSources
    from storage import flowbook

    name, version = published[1], int(published[2])
    text = with_database(lambda database: database.transact(lambda tx: flowbook.sources(tx, name, version)))
    if text is None:
        raise FlowError(f"flow {name!r} has no published version {version}; give one that it has")
    return FlowSources.from_json(text)


def lines(found: "Comparison") -> Iterator[str]:
    """The comparison for people: changes under their heads, then where those stand who are in the middle."""
    if not found.changes:
        yield "nothing has changed"
        return
    for about, head in _HEADS.items():
        told = [change for change in found.changes if change.about == about]
        if told:
            yield f"{head}:"
            yield from (f"  {_subject(change)}{change.sentence}" for change in told)
    yield "Live conversations:"
    for verdict, words in _STANDING.items():
        steps = [step_id for step_id, one in found.standing.items() if one.verdict == verdict]
        if steps:
            yield f"  {words}, at: {', '.join(steps)}"
            reasons = dict.fromkeys(reason for step_id in steps for reason in found.standing[step_id].reasons)
            yield from (f"    - {reason}" for reason in reasons)


def _subject(change: "Change") -> str:
    if change.about == "flow":
        return ""
    return f"{change.language} {change.name}: " if change.language else f"{change.name}: "


def _document(found: "Comparison") -> dict[str, Any]:
    return {
        "changes": [
            {"about": one.about, "name": one.name, "language": one.language, "sentence": one.sentence}
            for one in found.changes
        ],
        "standing": [
            {"step": step_id, "verdict": one.verdict, "reasons": list(one.reasons)}
            for step_id, one in found.standing.items()
        ],
    }
