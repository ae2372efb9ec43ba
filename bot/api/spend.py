"""/spend: what sources, mediums and campaigns cost, by the same rules as the rows of a file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.api.problems import Fault, Problem
from bot.api.values import read_fields
from bot.data.errors import RowRefused
from bot.data.spend import SPEND, clash_words, spend_of
from bot.house import House
from storage import audit, spend
from storage.database import Record, Tx
from storage.spend import Clash, Spend

MOST: Final = 500
"""Spends in one request."""

TEXT: Final = {"type": "string"}
DAY: Final = {"type": "string", "format": "date"}
SCHEMA: Final = {
    "type": "object",
    "required": list(SPEND.required),
    "description": "What was spent from one day to another, both included. No medium or campaign: all of them.",
    "properties": {
        "source": TEXT,
        "medium": TEXT,
        "campaign": TEXT,
        "from": DAY,
        "to": DAY,
        "amount": {"anyOf": [{"type": "number", "minimum": 0}, TEXT]},
        "currency": {**TEXT, "description": "ISO 4217; the shop's own, when it is left out."},
        "note": TEXT,
    },
}
POST: Final[dict[str, Any]] = {
    "summary": "Record what was spent",
    "description": "The same days again correct the amount. Days that overlap otherwise are refused, all of them.",
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"anyOf": [SCHEMA, {"type": "array", "items": SCHEMA, "minItems": 1, "maxItems": MOST}]}
                }
            },
        }
    },
}
GET: Final[dict[str, Any]] = {
    "summary": "List what was spent",
    "description": "In the order in which it was recorded, page by page.",
    "operation_id": "list_spend",
}
DELETE: Final[dict[str, Any]] = {
    "summary": "Take a spend back",
    "description": "It was recorded by mistake.",
    "operation_id": "remove_spend",
    "status_code": 204,
}


async def take(house: House, document: Any, by: str, now: datetime) -> tuple[int, Any]:
    """Record all spends of a body, or none of them. Raises Problem (422) naming every place that is wrong."""
    many = document if isinstance(document, list) else [document]
    if not 1 <= len(many) <= MOST:
        raise Problem(422, f"send 1 to {MOST} spends in a request")
    pointers = [f"/{number}" if isinstance(document, list) else "" for number in range(len(many))]
    faults: list[Fault] = []
    currency = house.catalogue.currency
    read = [_read(one, pointer, currency, faults) for one, pointer in zip(many, pointers, strict=True)]
    spends = [one for one in read if one is not None]
    if faults:
        raise _refused(faults)

    async def work(tx: Tx) -> list[Any]:
        outcomes = await spend.put(tx, spends, by, now)
        clashes = [
            Fault(f"{pointer}/from", clash_words(outcome))
            for pointer, outcome in zip(pointers, outcomes, strict=True)
            if isinstance(outcome, Clash)
        ]
        if clashes:
            raise _refused(clashes)
        return outcomes

    results = [{"result": outcome} for outcome in await house.database.transact(work)]
    if isinstance(document, list):
        return 200, {"results": results}
    return 201 if results[0]["result"] == "created" else 200, results[0]


async def remove(house: House, number: str, by: str) -> tuple[int, Any]:
    """Take one back. Raises Problem (404)."""
    wanted, now = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0, house.clock.now()

    async def work(tx: Tx) -> Spend | None:
        gone = await spend.remove(tx, wanted)
        if gone is not None:
            await audit.note(tx, by, "spend removed", f"{gone.source} {gone.first}", now)
        return gone

    if await house.database.transact(work) is None:
        raise Problem(404, "there is no such spend; GET /api/v1/spend lists them")
    return 204, None


def line(row: Record) -> dict[str, Any]:
    """A row as it is listed."""
    return {
        "id": row.id,
        "source": row.source,
        "medium": row.medium,
        "campaign": row.campaign,
        "from": row.from_day,
        "to": row.to_day,
        "amount": row.amount,
        "currency": row.currency,
        "note": row.note,
        "recorded_at": row.recorded_at,
    }


def _refused(faults: list[Fault]) -> Problem:
    return Problem(422, "nothing was kept: a spend is wrong; see errors", faults=faults[:50])


def _read(document: Any, pointer: str, currency: str, faults: list[Fault]) -> Spend | None:
    if not isinstance(document, Mapping):
        faults.append(Fault(pointer, "a spend is an object"))
        return None
    before = len(faults)
    values = read_fields(document, SPEND.columns, pointer, faults)
    unknown = sorted(set(document) - set(SPEND.columns))
    faults += [Fault(f"{pointer}/{name}", "is not a field of a spend; leave it out") for name in unknown]
    faults += [
        Fault(f"{pointer}/{name}", "is needed")
        for name in SPEND.required
        if name not in values and document.get(name) in (None, "")
    ]
    if len(faults) > before:
        return None
    try:
        return spend_of(values, currency)
    except RowRefused as refused:
        faults.append(Fault(f"{pointer}/{refused.column}", refused.reason))
        return None
