"""What was offered: how much of each offer is used, given and redeemed, and for which barrier."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select

from storage.database import Tx
from storage.tables import grants, offer_ledger


@dataclass(slots=True)
class Used:
    """One offer: grants and money promised by the ledger, grants redeemed, and (given, redeemed) for each barrier."""

    granted: int = 0
    promised: Decimal = Decimal(0)
    redeemed: int = 0
    by_barrier: dict[str, tuple[int, int]] = field(default_factory=dict)


async def used(tx: Tx, offers: Sequence[str]) -> dict[str, Used]:
    """How much of each of these offers is used; one that was never given counts as nothing."""
    found = {offer: Used() for offer in offers}
    for row in await tx.execute(select(offer_ledger).where(offer_ledger.c.offer.in_(offers))):
        found[row.offer].granted, found[row.offer].promised = row.granted, row.promised
    rows = await tx.execute(
        select(grants.c.offer, grants.c.barrier, func.count(), func.count(grants.c.redeemed_at))
        .where(grants.c.offer.in_(offers))
        .group_by(grants.c.offer, grants.c.barrier)
    )
    for offer, barrier, given, redeemed in rows:
        found[offer].redeemed += int(redeemed)
        if barrier is not None:
            found[offer].by_barrier[barrier] = (int(given), int(redeemed))
    return found
