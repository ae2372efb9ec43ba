"""The shares of offers that hold for a day, frozen, with all that they were made from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from flows.offers.nightly import WHOLE, Sheet
from storage.database import Record, Tx
from storage.dialects import insert
from storage.tables import share_days


async def keep(tx: Tx, campaign: str, day: str, sheets: Sequence[Sheet], now: datetime) -> None:
    """Freeze a day's shares. What was frozen before stays: two processes may make the same day."""
    rows = [
        {
            "campaign": campaign,
            "day": day,
            "cell": sheet.cell,
            "shares": {offer: str(share) for offer, share in sheet.shares.items()},
            "inputs": sheet.inputs,
            "made_at": now,
        }
        for sheet in sheets
    ]
    if rows:
        await tx.execute(insert(tx, share_days).on_conflict_do_nothing(), rows)


async def made(tx: Tx, campaign: str, day: str) -> bool:
    """Whether this day's shares are there."""
    query = select(func.count()).where(
        share_days.c.campaign == campaign, share_days.c.day == day, share_days.c.cell == WHOLE
    )
    return bool((await tx.execute(query)).scalar_one())


async def shares_of(tx: Tx, campaign: str, day: str) -> dict[str, Mapping[str, Decimal]]:
    """The day's shares by cell `barrier:segment`; empty when they were not made."""
    query = select(share_days.c.cell, share_days.c.shares).where(
        share_days.c.campaign == campaign, share_days.c.day == day, share_days.c.cell != WHOLE
    )
    return {
        cell: {offer: Decimal(share) for offer, share in shares.items()}
        for cell, shares in (await tx.execute(query)).all()
    }


async def latest(tx: Tx, campaign: str) -> Record | None:
    """The campaign's newest day, with the inputs that hold for all its cells (price of budget, pace)."""
    query = (
        select(share_days)
        .where(share_days.c.campaign == campaign, share_days.c.cell == WHOLE)
        .order_by(share_days.c.day.desc())
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def sheets(tx: Tx, campaign: str, day: str) -> Sequence[Record]:
    """All rows of a day, with their inputs."""
    query = select(share_days).where(share_days.c.campaign == campaign, share_days.c.day == day)
    return (await tx.execute(query.order_by(share_days.c.cell))).all()
