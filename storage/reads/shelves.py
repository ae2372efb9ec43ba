"""What was offered: how much of each offer is used, given and redeemed, and for which barrier."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, func, or_, select, type_coerce

from storage.database import Tx
from storage.tables import conversations, grants, offer_ledger


@dataclass(slots=True)
class Used:
    """One offer: grants and money promised by the ledger, grants redeemed, and (given, redeemed) for each barrier.

    `cost` is the value of redeemed grants, `live` that of grants that can still be used. `helped` and `not_helped` are
    conversations that ended so after it, `bought` those that bought, be it for another reason.
    """

    granted: int = 0
    promised: Decimal = Decimal(0)
    redeemed: int = 0
    by_barrier: dict[str, tuple[int, int]] = field(default_factory=dict)
    cost: Decimal = Decimal(0)
    live: Decimal = Decimal(0)
    helped: int = 0
    not_helped: int = 0
    bought: int = 0


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger says about an offer: how often it was given, and the money promised."""

    granted: int
    promised: Decimal


async def used(tx: Tx, offers: Sequence[str], now: datetime) -> dict[str, Used]:
    """How much of each of these offers is used; one that was never given counts as nothing."""
    known, became = await ledger(tx), await outcomes(tx, now)
    return {offer: on_ledger(became.get(offer, Used()), known.get(offer)) for offer in offers}


def on_ledger(became: Used, booked: Booked | None) -> Used:
    """What became of an offer, with what the ledger says."""
    return replace(became, granted=booked.granted, promised=booked.promised) if booked is not None else became


async def ledger(tx: Tx) -> dict[str, Booked]:
    """Offer -> how often it was given and what was promised, to the moment."""
    rows = await tx.execute(select(offer_ledger))
    return {row.offer: Booked(row.granted, row.promised) for row in rows}


async def outcomes(tx: Tx, now: datetime) -> dict[str, Used]:
    """Offer -> what became of those it was given to. What the ledger says is left out: everybody is looked at here."""
    found: dict[str, Used] = {}
    for row in await tx.execute(_given(now)):
        one = found.setdefault(row.offer, Used())
        one.redeemed += int(row.redeemed)
        one.cost, one.live = one.cost + _amount(row.cost), one.live + _amount(row.live)
        one.helped, one.not_helped = one.helped + int(row.helped), one.not_helped + int(row.not_helped)
        one.bought += int(row.bought)
        if row.barrier is not None:
            one.by_barrier[row.barrier] = (int(row.given), int(row.redeemed))
    return found


def _given(now: datetime) -> Select[Any]:
    """What became of those who were given each offer, by barrier: everybody looked at once, as they lie there."""
    value, c = type_coerce(grants.c.value, BigInteger), conversations.c
    used = grants.c.redeemed_at.is_not(None)
    lives = and_(grants.c.redeemed_at.is_(None), or_(grants.c.expires_at.is_(None), grants.c.expires_at > now))
    return (
        select(
            grants.c.offer,
            grants.c.barrier,
            func.count().label("given"),
            func.count(grants.c.redeemed_at).label("redeemed"),
            func.sum(case((used, value), else_=0)).label("cost"),
            func.sum(case((lives, value), else_=0)).label("live"),
            func.count(case((c.outcome == "helped", 1))).label("helped"),
            func.count(case((c.outcome == "not_helped", 1))).label("not_helped"),
            func.count(c.goal_at).label("bought"),
        )
        .select_from(grants.outerjoin(conversations, c.id == grants.c.conversation_id))
        .group_by(grants.c.offer, grants.c.barrier)
    )


def _amount(thousandths: int | Decimal | None) -> Decimal:
    return (Decimal(int(thousandths or 0)) / 1000).quantize(Decimal("0.01"))
