"""Counting figures anew that are counted in the background."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit, safe_path
from storage import snapshots


async def anew(visit: Visit) -> Response:
    """Ask for it, and go back to the page: it shows the figures it has until the new ones are there."""
    key, back = visit.said("key", limit=64), visit.said("back")
    if not await visit.house.database.transact(lambda tx: snapshots.want_again(tx, key, visit.now)):
        raise HTTPException(404)
    visit.house.bells.figures.ring()
    return visit.go(safe_path(back))
