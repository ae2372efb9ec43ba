"""The moments that a strategy is tried on: each person as they were known when they said what holds them back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from flows.audience.conditions import Condition, holds
from flows.audience.judgement import learning_segment
from flows.audience.past import History, as_of, judged
from flows.audience.population import Population
from flows.audience.profile import Profile
from flows.audience.scoring import Rules
from flows.offers.backtest import Moment
from flows.offers.looking import attributes_of, looks_at_scores
from flows.scene import Granted, Person

LOOKED_AT: Final = frozenset({"country", "product_id", "price", "cart_value"})
"""The facts that guards look at."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A time when an offer could be made, as it was noted; `segment` is the learning segment if that was noted, too."""

    prospect_id: int
    at: datetime
    barrier: str
    segment: str | None
    given: str | None
    value: Decimal


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody was given before the time that is looked at, and when they used it."""

    granted: Granted
    redeemed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standard:
    """What people are placed by: the saved segments that the strategy names, and the rules and figures of scores.

    `looked_at`: the facts, without their prefix, that guards and these segments look at; `scores`: whether any of these
    looks at what is computed.
    """

    segments: Mapping[str, Condition]
    rules: Rules
    population: Population
    looked_at: frozenset[str]
    scores: bool


def standard(segments: Mapping[str, Condition], rules: Rules, population: Population) -> Standard:
    """What people are placed by."""
    looked_at = LOOKED_AT.union(*(attributes_of(one) for one in segments.values()))
    return Standard(segments, rules, population, looked_at, any(looks_at_scores(one) for one in segments.values()))


def place(occasion: Occasion, history: History, grants: tuple[Grant, ...], by: Standard) -> tuple[Moment, bool]:
    """The moment with the person as known then, and whether a fact that counts for it is lost."""
    then = as_of(history, occasion.at)
    segment = occasion.segment or learning_segment(then.profile, by.population)[0]
    profile = judged(then, by.rules, by.population, occasion.at) if by.scores else then.profile
    saved = frozenset(name for name, one in by.segments.items() if holds(one, profile, occasion.at))
    moment = Moment(
        occasion.prospect_id, occasion.at, occasion.barrier, segment, saved, _person(then.profile), occasion.given,
        occasion.value, tuple(_as_it_was(one, occasion.at) for one in grants),
    )  # fmt: skip
    return moment, any(name.removeprefix("company.") in by.looked_at for name in then.lost)


def _person(profile: Profile) -> Person:
    """What guards look at; amounts of a profile are in the shop's own currency."""
    amounts = {name: fact.value for name, fact in profile.facts.items() if isinstance(fact.value, Decimal)}
    texts = {name: fact.value for name, fact in profile.facts.items() if isinstance(fact.value, str)}
    return Person(
        country=texts.get("country"),
        product_id=texts.get("product_id"),
        price=amounts.get("price"),
        cart_value=amounts.get("cart_value"),
    )


def _as_it_was(grant: Grant, then: datetime) -> Granted:
    one = grant.granted
    used = grant.redeemed_at is not None and grant.redeemed_at <= then
    return Granted(one.offer, one.code, one.expires_at, one.granted_at, redeemed=used, money=one.money)
