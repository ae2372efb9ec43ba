"""Which orders are known already."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.database import Tx
from storage.tables import inbox, purchases


async def known_orders(tx: Tx, order_ids: Sequence[str]) -> set[str]:
    """Those of these orders that are recorded, or have come in and wait to be."""
    recorded = await tx.execute(select(purchases.c.order_id).where(purchases.c.order_id.in_(order_ids)))
    keys = [f"purchase:{order_id}" for order_id in order_ids]
    waiting = await tx.execute(
        select(inbox.c.natural_key).where(inbox.c.source == "shop", inbox.c.natural_key.in_(keys))
    )
    return {row.order_id for row in recorded} | {row.natural_key.removeprefix("purchase:") for row in waiting}
