"""The four lead types: by purchase frequency, volume, influence and profile. Named bands, each with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from flows.audience.fit import Fit
from flows.audience.population import Population
from flows.audience.profile import Profile
from flows.audience.reading import amount, number_of, text_of
from flows.audience.rfm import Buying
from flows.audience.scoring import LeadTypeRules

LeadType = Literal["frequency", "volume", "influence", "profile"]
LEAD_TYPES: Final[tuple[LeadType, ...]] = ("frequency", "volume", "influence", "profile")

BANDS: Final[Mapping[LeadType, tuple[str, ...]]] = {
    "frequency": ("regular", "repeat", "once", "none"),
    "volume": ("large", "medium", "small", "none", "unknown"),
    "influence": ("high", "some", "unknown"),
    "profile": ("target", "near", "far", "outside", "unknown"),
}
"""The bands of each type, the strongest first."""

DECIDERS: Final = frozenset({"decider", "payer", "owner", "decides"})
_LARGE, _SOME = frozenset({"large", "high", "big"}), frozenset({"medium", "some", "small"})
_BY_GRADE: Final = {"A": "target", "B": "near", "C": "far", "D": "outside"}


@dataclass(frozen=True, slots=True)
class Band:
    """A band and why."""

    name: str
    reasons: tuple[str, ...]


def lead_types_of(
    profile: Profile, buying: Buying, fit: Fit, population: Population, rules: LeadTypeRules
) -> dict[LeadType, Band]:
    """All four."""
    return {
        "frequency": _frequency(buying, rules),
        "volume": _volume(profile, buying, population, rules),
        "influence": _influence(profile, rules),
        "profile": _profile(fit),
    }


def _frequency(buying: Buying, rules: LeadTypeRules) -> Band:
    orders = buying.orders_year
    line = f"{orders} {'order' if orders == 1 else 'orders'} in 365 days"
    if orders >= rules.regular_orders:
        return Band("regular", (f"{line}: {rules.regular_orders} or more",))
    if orders >= rules.repeat_orders:
        return Band("repeat", (f"{line}: {rules.repeat_orders} or more",))
    return Band("once" if orders else "none", (line,))


def _volume(profile: Profile, buying: Buying, population: Population, rules: LeadTypeRules) -> Band:
    """Revenue of a year; for those who have told what they mean to spend, that when it is more."""
    expected = number_of(profile, "expected_order_value") or Decimal(0)
    spent = buying.revenue_year
    value = max(spent, expected)
    words = f"{amount(spent)} spent in 365 days" if spent >= expected else f"{amount(expected)} expected"
    if not value:
        unknown = buying.unknown_amounts > 0
        return Band(
            "unknown" if unknown else "none", ("amounts not known" if unknown else "nothing spent in 365 days",)
        )
    if population.median_order is None:
        return Band("unknown", (words, "there is no order yet to compare with"))
    for name, multiple in (("large", rules.large_volume), ("medium", rules.medium_volume)):
        if value >= multiple * population.median_order:
            return Band(name, (f"{words}: {amount(multiple)} times the median order or more",))
    return Band("small", (f"{words}: below {amount(rules.medium_volume)} times the median order",))


def _influence(profile: Profile, rules: LeadTypeRules) -> Band:
    referrals = int(number_of(profile, "referrals") or 0)
    audience = text_of(profile, "audience_size") or ""
    people = number_of(profile, "audience_size") or Decimal(0)
    role = (text_of(profile, "role", "company.role", "company_role") or "").casefold()
    high: list[str] = []
    some: list[str] = []
    if referrals:
        (high if referrals >= rules.many_referrals else some).append(f"{referrals} referrals that bought")
    if people >= rules.large_audience or audience.casefold() in _LARGE:
        high.append(f"reaches {audience} people" if people else f"audience {audience}")
    elif people >= rules.some_audience or audience.casefold() in _SOME:
        some.append(f"reaches {audience} people" if people else f"audience {audience}")
    if role in DECIDERS:
        high.append(f"role in buying: {role}")
    elif role == "influencer":
        some.append("role in buying: influencer")
    if high or some:
        return Band("high" if high else "some", (*high, *some))
    return Band("unknown", ("no referral, audience or role in buying is known",))


def _profile(fit: Fit) -> Band:
    if fit.grade is None:
        return Band("unknown", fit.reasons)
    return Band(_BY_GRADE[fit.grade], (f"fit {fit.score}, grade {fit.grade}",))
