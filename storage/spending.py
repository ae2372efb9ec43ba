"""How a campaign's budget stands, by what was really given; and holding to it in the transaction that gives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, or_, select, type_coerce

from flows.offers.budget import SETTLES, Spending, fits, period_start
from flows.offers.strategy import Budget
from storage.database import Tx
from storage.errors import ShelfChanged
from storage.tables import grants, strategies

RATE_OVER = timedelta(days=90)
"""The share of codes that are used is taken over grants of the last so many days."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The budget a turn must hold to: of which strategy (row id) and campaign, in the shop's time zone."""

    strategy_id: int
    campaign: str
    budget: Budget
    zone: ZoneInfo


async def spending(tx: Tx, limit: Limit, now: datetime, *, with_share: bool = False) -> Spending:
    """What grants of the budget's period have cost and may still cost, without those in another currency.

    How many codes were used is only counted `with_share`, or where the budget needs it.
    """
    start = period_start(limit.budget, now, limit.zone)
    ours = [grants.c.campaign == limit.campaign, grants.c.currency == limit.budget.currency]
    used = grants.c.redeemed_at.is_not(None)
    lives = and_(
        grants.c.redeemed_at.is_(None), or_(grants.c.expires_at.is_(None), grants.c.expires_at > now - SETTLES)
    )
    within = [*ours, grants.c.granted_at >= start] if start is not None else ours
    row = (
        await tx.execute(select(_sum(used), _sum(lives), _sum(lives, grants.c.value * grants.c.value)).where(*within))
    ).one()
    rate = select(func.count(), func.count(grants.c.redeemed_at)).where(
        *ours, grants.c.granted_at >= now - RATE_OVER, or_(used, grants.c.expires_at <= now - SETTLES)
    )
    wanted = with_share or limit.budget.mode == "expected"
    ended, redeemed = (await tx.execute(rate)).one() if wanted else (0, 0)
    spent, live, squares = (Decimal(int(value)) for value in row)
    return Spending(spent / 1000, live / 1000, squares / 1_000_000, int(ended), int(redeemed))


def _sum(which: ColumnElement[bool], value: ColumnElement[Decimal | None] = grants.c.value) -> ColumnElement[int]:
    """The sum in the raw unit (thousandths, or their squares)."""
    return func.coalesce(func.sum(case((which, type_coerce(value, BigInteger)), else_=0)), 0)


async def hold(tx: Tx, limit: Limit, value: Decimal, now: datetime, offer: str) -> None:
    """Make sure that a grant of this value stays within the budget until the transaction ends.

    Grants of one strategy wait for each other here, and so does another version that is to go live. Raises ShelfChanged
    when it would not, or when another version is live by now: the turn is taken again.
    """
    if value <= 0:
        return
    ours = select(strategies.c.state).where(strategies.c.id == limit.strategy_id).with_for_update()
    state = (await tx.execute(ours)).scalar_one_or_none()
    if state != "live" or not fits(limit.budget, await spending(tx, limit, now), value):
        raise ShelfChanged(offer)
