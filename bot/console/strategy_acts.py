"""What staff do with a version of a strategy: save, submit, approve, reopen, put away."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from bot.console import strategy, strategy_form
from bot.console.gate import Visit
from bot.runtime import planning
from storage import audit, strategies
from storage.database import Record, Tx
from storage.strategies import StrategyRefused

Step = Callable[[Tx, Record], Awaitable[None]]


async def save(visit: Visit) -> Response:
    """Write the draft anew, and with `then=submit` submit it. A mistake loses nothing that was typed."""
    row = await strategy.find(visit)
    fields = {name: value for name, value in visit.form.items() if isinstance(value, str) and "\x00" not in value}
    definition, wrong = strategy_form.read(fields, row.campaign, visit.house.catalogue)
    if definition is None:
        return await strategy.page(visit, row, fields, wrong=wrong, status=422)
    wanted, note = definition, visit.said("note", limit=400) or None

    async def step(tx: Tx, found: Record) -> None:
        await strategies.change(tx, found.id, wanted, note)

    saved = await _step(visit, row, "saved", step, fields)
    return await _submit(visit, row) if visit.said("then", limit=10) == "submit" else saved


async def _submit(visit: Visit, row: Record) -> Response:
    """Ask for approval. What was saved stays saved, also when an error in it keeps it from being submitted."""

    async def step(tx: Tx, found: Record) -> None:
        await planning.submit(tx, visit.house.context, found.id, visit.staff.email, visit.now)

    return await _step(visit, row, "submitted", step)


async def approve(visit: Visit) -> Response:
    """Let it go live, as it stood on the page where the button was pressed."""
    row, seen = await strategy.find(visit), visit.said("seen", limit=64)

    async def step(tx: Tx, found: Record) -> None:
        await planning.approve(tx, visit.house.context, found.id, visit.staff.email, visit.now, seen=seen)

    return await _step(visit, row, "approved", step)


async def reopen(visit: Visit) -> Response:
    """Take a submitted version back to work on it."""
    return await _step(
        visit,
        await strategy.find(visit),
        "reopened",
        lambda tx, found: strategies.reopen(tx, found.id),
    )


async def retire(visit: Visit) -> Response:
    """Put a version away. After the live one, the catalogue's order holds again."""
    return await _step(
        visit,
        await strategy.find(visit),
        "retired",
        lambda tx, found: strategies.retire(tx, found.id, visit.now),
    )


async def _step(visit: Visit, row: Record, word: str, step: Step, fields: dict[str, str] | None = None) -> Response:
    """Take the step and note who did; what is refused is told on the same page."""

    async def work(tx: Tx) -> None:
        await step(tx, row)
        await audit.note(tx, visit.staff.email, f"strategy {word}", f"{row.campaign} {row.version}", visit.now)

    try:
        await visit.house.database.transact(work)
    except StrategyRefused as refused:
        fresh = await strategy.find(visit)
        known = fields or strategy_form.fields_of(strategies.definition_of(fresh))
        return await strategy.page(visit, fresh, known, wrong={"form": str(refused)}, status=409)
    return visit.go(f"/console/strategy/{row.campaign}/{row.version}")
