"""The log of choices: what could be offered, what was refused and why, what was chosen; and what learning counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, select

from flows.effects import Chose
from flows.offers.learning import Cell, Count
from storage.database import Tx
from storage.tables import choices, purchases

COMPANY = "b2b"
"""The learning segment of companies: they decide more slowly."""

LOOK_BACK = timedelta(days=365)
"""Choices older than this are no longer learned from."""


def row_of(chose: Chose, *, prospect_id: int, conversation_id: int, campaign: str, now: datetime) -> dict[str, Any]:
    """The row of a choice, for `keep`."""
    return {
        "prospect_id": prospect_id,
        "conversation_id": conversation_id,
        "campaign": campaign,
        "at": now,
        "arm": chose.arm,
        "barrier": chose.barrier,
        "segment": chose.segment,
        "strategy": chose.strategy,
        "eligible": list(chose.eligible),
        "refused": dict(chose.refused),
        "shares": {offer: float(share) for offer, share in chose.shares} or None,
        "chosen": chose.chosen,
        "share": float(chose.share) if chose.share is not None else None,
    }


async def keep(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep choices."""
    if rows:
        await tx.execute(_KEEP, list(rows))


_KEEP = insert(choices)


async def counts(
    tx: Tx, campaign: str, now: datetime, *, window: timedelta, company_window: timedelta
) -> dict[Cell, Count]:
    """People and buyers by barrier, learning segment and offer, of choices whose attribution window has closed.

    The last choice of a conversation counts, once; any purchase in the window counts unless it was refunded. Erased
    people are not among them.
    """
    last = (
        select(func.max(choices.c.id))
        .where(choices.c.campaign == campaign, choices.c.at > now - LOOK_BACK, choices.c.at <= now - window)
        .group_by(choices.c.conversation_id)
    )
    bought = and_(
        purchases.c.prospect_id == choices.c.prospect_id,
        purchases.c.bought_at > choices.c.at,
        purchases.c.refunded_at.is_(None),
    )
    query = (
        select(choices.c.barrier, choices.c.segment, choices.c.chosen, choices.c.at, func.min(purchases.c.bought_at))
        .select_from(choices.outerjoin(purchases, bought))
        .where(choices.c.id.in_(last), choices.c.arm == "offer", choices.c.chosen.is_not(None))
        .where(choices.c.prospect_id.is_not(None))
        .group_by(choices.c.id, choices.c.barrier, choices.c.segment, choices.c.chosen, choices.c.at)
    )
    found: dict[Cell, Count] = {}
    for barrier, segment, offer, at, first in await tx.execute(query):
        lasts = company_window if segment == COMPANY else window
        if at + lasts > now:
            continue
        cell = (str(barrier), str(segment or "new_other"), str(offer))
        found[cell] = found.get(cell, Count()) + Count(1, int(first is not None and first <= at + lasts))
    return found
