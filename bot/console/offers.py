"""What can be offered, how much of it is left, and what was given and used. Only to look at."""

from typing import Final

from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.today import LOW, share
from bot.report import kept
from storage.reads import shelves, today
from storage.snapshots import Subject

PAGE: Final = "/console/offers"


async def show(visit: Visit) -> Response:
    """The page."""
    catalogue = visit.house.catalogue
    async with visit.house.database.read() as tx:
        booked = await shelves.ledger(tx)
        pools = await today.pools(tx, visit.now)
    counted = await kept.look(visit.house, kept.GIVEN, Subject(kept.GIVEN.name))
    rows, became = [], counted.figures or {}
    for offer in catalogue.offers:
        one = shelves.on_ledger(became.get(offer.id, shelves.Used()), booked.get(offer.id))
        left, total = pools.get(offer.id, (0, 0)) if offer.code == "pool" else (None, None)
        rows.append(
            {
                "offer": offer,
                "used": one,
                "left": left,
                "total": total,
                "low": left is not None and (left < LOW or left * 10 < (total or 0)),
                "budget_share": float(one.promised / offer.limits.budget) if offer.limits.budget else None,
                "redeemed_share": share(one.redeemed, one.granted),
                "asked": one.helped + one.not_helped,
            }
        )
    return visit.show("offers.html", rows=rows, currency=catalogue.currency, snapshot=counted, address=PAGE)
