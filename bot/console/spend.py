"""What sources cost: a form, and a list of what is recorded."""

from datetime import timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit
from bot.data.errors import CellRefused, RowRefused
from bot.data.spend import SPEND, clash_words, spend_of
from storage import audit, spend
from storage.database import Tx
from storage.reads import channels
from storage.spend import Clash

NEEDED = "spend-needed"
"""The word for a field that must be filled in; others say themselves what is wrong."""

SHOWN = 200
YEAR = timedelta(days=366)
"""Names of sources are offered that anybody came from in this time."""

FIELDS = ("source", "medium", "campaign", "from", "to", "amount", "currency", "note")


async def show(visit: Visit) -> Response:
    """The page."""
    return await _page(visit)


async def add(visit: Visit) -> Response:
    """Record a spend; what is wrong is said beside its field, and everything written stays in the form."""
    written = {name: visit.said(name, limit=2000) for name in FIELDS}
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, text in written.items():
        if not text:
            if name in SPEND.required:
                errors[name] = NEEDED
            continue
        try:
            values[name] = SPEND.columns[name](text)
        except CellRefused as refused:
            errors[name] = str(refused)
    if not errors:
        errors = await _record(visit, values)
    if errors:
        return await _page(visit, status=422, errors=errors, written=written)
    return visit.go("/console/spend")


async def _record(visit: Visit, values: dict[str, Any]) -> dict[str, str]:
    try:
        one = spend_of(values, visit.house.catalogue.currency)
    except RowRefused as refused:
        return {refused.column: refused.reason}

    async def work(tx: Tx) -> spend.Outcome:
        (outcome,) = await spend.put(tx, [one], visit.staff.email, visit.now)
        if not isinstance(outcome, Clash):
            await audit.note(tx, visit.staff.email, "spend recorded", f"{one.source} {one.first} {one.last}", visit.now)
        return outcome

    outcome = await visit.house.database.transact(work)
    return {"from": clash_words(outcome)} if isinstance(outcome, Clash) else {}


async def remove(visit: Visit) -> Response:
    """Take a spend back."""
    number = visit.said("spend", limit=18)
    if not (number.isascii() and number.isdigit()):
        raise HTTPException(422)

    async def work(tx: Tx) -> None:
        gone = await spend.remove(tx, int(number))
        if gone is not None:
            subject = f"{gone.source} {gone.first} {gone.last} {gone.amount} {gone.currency}"
            await audit.note(tx, visit.staff.email, "spend removed", subject, visit.now)

    await visit.house.database.transact(work)
    return visit.go("/console/spend")


async def _page(visit: Visit, *, status: int = 200, **context: Any) -> Response:
    async with visit.house.database.read() as tx:
        rows = await spend.newest(tx, SHOWN)
        names = await channels.names(tx, (visit.now - YEAR).date())
    currency = visit.house.catalogue.currency
    known: dict[str, Any] = {"errors": {}, "written": {"source": visit.asked("source"), "currency": currency}}
    return visit.show(
        "spend.html", status=status, rows=rows, names=names, shown=SHOWN, own_currency=currency, **(known | context)
    )
