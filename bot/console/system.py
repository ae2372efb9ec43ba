"""What only admins look after: whether anything is sent, what was put aside, and messages of unknown fate."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit
from storage import audit, hold, set_aside, unsure
from storage.database import Tx

NEWEST: Final = 50
"""Rows of each list that the page shows."""

PAGE: Final = "/console/system"

SHOWN: Final = 4000
"""Characters of raw input that are shown; all of it is kept."""

Act = Callable[[Tx, int], Awaitable[bool]]


async def show(visit: Visit) -> Response:
    """The page."""
    return await _page(visit)


async def sending(visit: Visit) -> Response:
    """Send nothing from now on, or send again. Every process obeys at its next message."""
    off, why = visit.said("do") == "off", visit.said("why", limit=200)
    me = visit.staff.email

    async def work(tx: Tx) -> None:
        if off:
            await hold.hold(tx, why or f"switched off by {me}")
        else:
            await hold.release(tx)
        await audit.note(tx, me, "sending switched off" if off else "sending switched on", why, visit.now)

    await visit.house.database.transact(work)
    visit.house.bells.post.ring_everywhere()
    return visit.go(PAGE)


async def reveal(visit: Visit) -> Response:
    """Show what came in, this once. That somebody looked is noted."""
    row_id = _number(visit)
    async with visit.house.database.read() as tx:
        row = await set_aside.get(tx, row_id)
    if row is None:
        return await _page(visit, status=409, error="system-too-late")
    await visit.house.database.transact(
        lambda tx: audit.note(tx, visit.staff.email, "raw input shown", f"{row.source} {row.id}", visit.now)
    )
    return await _page(visit, revealed=row, raw=row.payload[:SHOWN])


async def put_aside(visit: Visit) -> Response:
    """Try again what was put aside, or put it aside for good."""
    acts: dict[str, tuple[Act, str]] = {
        "again": (set_aside.again, "put aside input tried again"),
        "for_good": (set_aside.for_good, "input put aside for good"),
    }
    answer = await _act(visit, acts)
    visit.house.bells.work.ring_everywhere()
    return answer


async def unknown(visit: Visit) -> Response:
    """Close a message of unknown fate: it arrived, it is sent again, or it is left."""
    acts: dict[str, tuple[Act, str]] = {
        "arrived": (lambda tx, row: unsure.arrived(tx, row, visit.now), "message marked as sent"),
        "again": (lambda tx, row: unsure.send_again(tx, row, visit.now), "message sent again"),
        "leave": (unsure.call_off, "message called off"),
    }
    answer = await _act(visit, acts)
    visit.house.bells.post.ring_everywhere()
    return answer


async def _act(visit: Visit, acts: dict[str, tuple[Act, str]]) -> Response:
    if visit.said("do") not in acts:
        raise HTTPException(422)
    act, named = acts[visit.said("do")]
    row_id = _number(visit)

    async def work(tx: Tx) -> bool:
        if not await act(tx, row_id):
            return False
        await audit.note(tx, visit.staff.email, named, str(row_id), visit.now)
        return True

    if not await visit.house.database.transact(work):
        return await _page(visit, status=409, error="system-too-late")
    return visit.go(PAGE)


def _number(visit: Visit) -> int:
    number = visit.said("row", limit=18)
    if not (number.isascii() and number.isdigit()):
        raise HTTPException(422)
    return int(number)


async def _page(visit: Visit, *, status: int = 200, **context: Any) -> Response:
    async with visit.house.database.read() as tx:
        values = {
            "aside": await set_aside.newest(tx, NEWEST),
            "aside_count": await set_aside.count(tx),
            "crowded": await set_aside.crowded(tx, NEWEST),
            "unsure": await unsure.newest(tx, NEWEST),
            "unsure_count": await unsure.count(tx),
            "off": await hold.reason(tx),
        }
    known: dict[str, Any] = {"revealed": None, "raw": "", "error": None}
    return visit.show("system.html", status=status, **(known | values | context))
