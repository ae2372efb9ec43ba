"""Which offers may be made at all: guards before any order or learning, each refusal with its reason (EVIDENCE.md 2.1).

Nothing statistical can override what is refused here. An amount that is not known, or stands in another currency than
the catalogue's, is never guessed: a guard that needs it refuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, get_args

from flows.offers.catalogue import OfferDefinition
from flows.offers.policy import face_value
from flows.offers.strategy import Guards
from flows.scene import Granted, Person

Refusal = Literal[
    "does_not_remove",
    "discount_not_for_barrier",
    "discount_too_high",
    "margin_unknown",
    "margin_too_low",
    "country_unknown",
    "country_not_served",
    "cooling_down",
    "has_live_offer",
    "budget",
    "given_before",
    "out_of_stock",
    "not_in_flow",
]
"""Why an offer is not made."""

REFUSALS: Final[tuple[Refusal, ...]] = get_args(Refusal)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who an offer is judged for: the person, what they were given before, the catalogue's currency, and now (UTC)."""

    person: Person
    granted: tuple[Granted, ...]
    currency: str
    now: datetime


def refusal(offer: OfferDefinition, barrier: str, guards: Guards, who: Circumstances) -> Refusal | None:
    """Why this offer may not be made to this person for this barrier; None when it may. Budget and stock come later."""
    if barrier not in offer.removes:
        return "does_not_remove"
    if offer.kind == "discount" and barrier not in guards.money_for:
        return "discount_not_for_barrier"
    if not offer.costs_money:
        return None
    return _discount(offer, guards, who) or _margin(offer, guards, who) or _place(guards, who) or _earlier(guards, who)


def price_of(who: Circumstances) -> Decimal | None:
    """What offer and margin are reckoned from: the cart, else the price; None when unknown or in another currency."""
    base = who.person.cart_value or who.person.price
    return base if base and who.person.currency in (None, who.currency) else None


def _discount(offer: OfferDefinition, guards: Guards, who: Circumstances) -> Refusal | None:
    if offer.kind != "discount" or guards.max_discount is None:
        return None
    if offer.percent is not None:
        return "discount_too_high" if offer.percent > guards.max_discount else None
    base = price_of(who)
    if base is None:
        return "margin_unknown"
    return "discount_too_high" if (offer.value or 0) * 100 > base * guards.max_discount else None


def _margin(offer: OfferDefinition, guards: Guards, who: Circumstances) -> Refusal | None:
    if guards.min_margin is None:
        return None
    base = price_of(who)
    margin = guards.margins.get(who.person.product_id or "", guards.margin)
    if base is None or margin is None:
        return "margin_unknown"
    cost = face_value(offer, who.person, who.currency) or Decimal(0)
    return "margin_too_low" if base * margin - cost * 100 < base * guards.min_margin else None


def _place(guards: Guards, who: Circumstances) -> Refusal | None:
    if not guards.countries:
        return None
    if not who.person.country:
        return "country_unknown"
    served = {country.casefold() for country in guards.countries}
    return None if who.person.country.casefold() in served else "country_not_served"


def _earlier(guards: Guards, who: Circumstances) -> Refusal | None:
    paid = [grant for grant in who.granted if grant.money]
    if guards.one_live and any(is_live(grant, who.now) for grant in paid):
        return "has_live_offer"
    if guards.cooldown_days and _last(paid) > who.now - timedelta(days=guards.cooldown_days):
        return "cooling_down"
    return None


def is_live(grant: Granted, now: datetime) -> bool:
    """Whether a grant can still be used."""
    return not grant.redeemed and (grant.expires_at is None or grant.expires_at > now)


def _last(grants: Sequence[Granted]) -> datetime:
    known = [grant.granted_at for grant in grants if grant.granted_at is not None]
    return max(known, default=_LONG_AGO)


_LONG_AGO: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
