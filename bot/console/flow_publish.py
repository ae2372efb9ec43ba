"""Publishing a flow from the console: what its files say now, what that means for people, and doing it."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.flows import find
from bot.console.gate import Visit
from bot.runtime.publishing import Plan, Publisher, read_names
from flows.definition.build import review
from flows.definition.comparing import compare
from flows.definition.moving import Names
from flows.definition.problems import Problem, errors_of
from flows.definition.sources import FlowSources
from flows.errors import FlowError, FlowInvalid
from storage import audit, flowbook


async def show(visit: Visit) -> Response:
    """What the files say now: findings, changes, and where live conversations would go."""
    return await _page(visit, visit.asked("map", limit=2000))


async def publish(visit: Visit) -> Response:
    """Publish what was looked at and, with `then=move`, move the conversations that can be moved."""
    typed, name = visit.said("map"), visit.said("flow", limit=40)
    async with visit.house.database.read() as tx:
        if name not in await flowbook.names(tx):
            raise HTTPException(404)
    sources = _on_disk(visit, name)
    publisher = await _publisher(visit, typed, sources)
    if sources is None or publisher is None:
        return await _page(visit, typed, name=name, status=422)
    if visit.said("seen", limit=64) != sources.digest():
        return await _page(visit, typed, name=name, status=409, stale=True)
    return await _publish(visit, publisher, sources)


async def _publisher(visit: Visit, typed: str, sources: FlowSources | None) -> Publisher | None:
    """Who will publish; None when the files or the mapping are wrong, which the page then says."""
    try:
        publisher = visit.house.publisher(visit.staff.email, _names(typed))
        if sources is not None:
            await publisher.plan(sources)
    except FlowError:
        return None
    return publisher


async def _publish(visit: Visit, publisher: Publisher, sources: FlowSources) -> Response:
    name, version, new = await publisher.publish(sources)
    moves = visit.said("then", limit=10) == "move"
    outcome = await publisher.move(name, version) if moves else None
    act = "flow published" if new else "flow looked after"
    about = f"{name} {version}" + (f", {outcome.moved} moved" if outcome else "")
    await visit.house.database.transact(lambda tx: audit.note(tx, visit.staff.email, act, about, visit.now))
    moved, kept = (outcome.moved, outcome.kept) if outcome else (0, 0)
    return visit.go(f"/console/flows/publish?flow={name}&done={version}&moved={moved}&kept={kept}")


async def _page(visit: Visit, typed: str, *, name: str = "", status: int = 200, stale: bool = False) -> Response:
    async with visit.house.database.read() as tx:
        shown = await find(visit, tx, name)
        document = await flowbook.sources(tx, shown.flow.name, shown.flow.version)
    before = FlowSources.from_json(document or "")
    sources = _on_disk(visit, shown.flow.name)
    found = await _look(visit, before, sources, typed)
    wrong = {"map": found["wrong"]} if found["wrong"] else {}
    return visit.show(
        "flow_publish.html",
        status=status,
        shown=shown,
        typed=typed,
        stale=stale,
        errors=wrong,
        done=_number(visit.asked("done")),
        moved=_number(visit.asked("moved")),
        stayed=_number(visit.asked("kept")),
        digest=sources.digest() if sources is not None else "",
        **found,
    )


async def _look(visit: Visit, before: FlowSources, sources: FlowSources | None, typed: str) -> dict[str, Any]:
    """Findings, changes and the plan. `wrong` is what is the matter with the mapping."""
    nothing: dict[str, Any] = {"problems": (), "changes": (), "plan": None, "wrong": "", "on_disk": sources is not None}
    if sources is None:
        return nothing
    problems: tuple[Problem, ...] = review(sources).problems
    if errors_of(problems):
        return nothing | {"problems": problems}
    changes = compare(before, sources).changes
    try:
        plan, wrong = await _plan(visit, sources, _names(typed)), ""
    except FlowInvalid:
        return nothing | {"problems": problems}
    except FlowError as error:
        plan, wrong = await _plan(visit, sources, {}), str(error)
    return nothing | {"problems": problems, "changes": changes, "plan": plan, "wrong": wrong}


def _on_disk(visit: Visit, name: str) -> FlowSources | None:
    """The flow as its files say now; None when it has none here, or they cannot even be read."""
    library = visit.house.library
    try:
        return library.load_flow(name) if name in library.flow_names() else None
    except FlowError:
        return None


async def _plan(visit: Visit, sources: FlowSources, names: Names) -> Plan:
    return await visit.house.publisher(visit.staff.email, names).plan(sources)


def _names(typed: str) -> Names:
    """A mapping as it is typed: `old=new`, one a line or with commas. Raises FlowError."""
    return read_names([pair for pair in typed.replace(",", "\n").split("\n") if pair.strip()])


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
