"""What offers may still cost, and the price of budget that keeps spending on pace (EVIDENCE.md 2.1, "Budget")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import sqrt
from typing import Final
from zoneinfo import ZoneInfo

from flows.offers.strategy import Budget

KNOWN_AFTER: Final = 20
"""Codes that must have ended before their share of use is believed; until then every code counts in full."""

STEP: Final = 0.15
"""How quickly the price of budget follows the pace (EVIDENCE.md 2.1)."""


SETTLES: Final = timedelta(days=1)
"""So long after its end a code still counts as valid: a purchase of the last hour may be told later."""

SHARE_AT_FIRST: Final = (2, 20)
"""The share of codes that are used begins as if so many of so many had been: one in ten."""


@dataclass(frozen=True, slots=True)
class Spending:
    """How a budget stands.

    `spent`: value of redeemed grants; `live`: face value of those that can still be used or were until a day ago,
    `squares` the sum of their squares; `ended` and `used`: codes that count no longer as live, and of these the used
    ones.
    """

    spent: Decimal = Decimal(0)
    live: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    ended: int = 0
    used: int = 0

    def plus(self, value: Decimal) -> "Spending":
        """With one more live grant of this value."""
        return Spending(self.spent, self.live + value, self.squares + value * value, self.ended, self.used)


def committed(budget: Budget, spending: Spending) -> Decimal:
    """What counts against the budget: spent plus live in full, or plus what live ones are expected to cost at most."""
    if budget.mode == "strict" or spending.ended < KNOWN_AFTER:
        return spending.spent + spending.live
    rate = spending.used / spending.ended
    spread = 3 * sqrt(rate * (1 - rate) * float(spending.squares))
    return spending.spent + Decimal(str(round(rate * float(spending.live) + spread, 3)))


def fits(budget: Budget, spending: Spending, value: Decimal) -> bool:
    """Whether one more grant of this value stays within the budget; what costs nothing always does."""
    return value <= 0 or committed(budget, spending.plus(value)) <= budget.amount


def period_start(budget: Budget, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Since when grants count: the first of the month or Monday in the shop's zone; None: since ever."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    match budget.per:
        case "campaign":
            return None
        case "month":
            return today.replace(day=1)
        case "week":
            return today - timedelta(days=today.weekday())


def days_left(budget: Budget, since: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Days the budget still has to last, today included; at least 1. `since`: when the strategy went live."""
    start = period_start(budget, now, zone)
    if start is None:
        return max(1, budget.days - (now - since).days)
    if budget.per == "week":
        end = start + timedelta(days=7)
    else:
        end = (start + timedelta(days=32)).replace(day=1)
    return max(1, (end.date() - now.astimezone(zone).date()).days)


def allowance(budget: Budget, spending: Spending, days: int) -> Decimal:
    """What may be spent today: what is left, spread evenly over the days left."""
    return max(Decimal(0), budget.amount - committed(budget, spending)) / max(1, days)


def usual_share(spending: Spending) -> float:
    """The share of codes that is used in the end, held to one in ten while few have ended."""
    used, ended = SHARE_AT_FIRST
    return (spending.used + used) / (spending.ended + ended)


def pace(price: float, expected: float, allowed: float) -> float:
    """Tomorrow's price of budget: up when today's expected spending is above what is allowed, down when below."""
    ratio = expected / allowed if allowed > 0 else (2.0 if expected > 0 else 1.0)
    return max(0.0, price + STEP * (min(ratio, 10.0) - 1))
