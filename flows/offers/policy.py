"""Which offer is given: the first in the catalogue's order that removes the barrier and can be given now."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from flows.offers.catalogue import Catalogue, OfferDefinition
from flows.scene import Granted, Person, Scene, Stock


@dataclass(frozen=True, slots=True)
class Choice:
    """The offer to give. With `earlier`, the prospect has it already: it is shown again, nothing new is granted."""

    offer: OfferDefinition
    stock: Stock | None
    earlier: Granted | None


def choose_offer(catalogue: Catalogue, barrier: str | None, scene: Scene, arm: str) -> Choice | None:
    """The offer for this barrier, or None: in the control group, without a barrier, or when nothing is left."""
    if barrier is None or arm == "control":
        return None
    stock = {item.offer: item for item in scene.stock}
    granted = {item.offer: item for item in scene.granted}
    for offer in catalogue.offers:
        if barrier not in offer.removes:
            continue
        if offer.id in granted:
            return Choice(offer, None, granted[offer.id])
        if offer.id in stock:
            return Choice(offer, stock[offer.id], None)
    return None


def face_value(offer: OfferDefinition, person: Person, currency: str) -> Decimal | None:
    """What the offer is worth in the catalogue's `currency`.

    A percentage is of the cart (else of the price), never above `at_most`. When the amount is unknown, or stands in
    another currency, a percentage counts with its upper limit, so that a budget can never be exceeded.
    """
    if offer.percent is None:
        return offer.value
    base = person.cart_value or person.price
    if base is None or person.currency not in (None, currency):
        return offer.at_most
    value = (base * offer.percent / 100).quantize(Decimal("0.01"), ROUND_DOWN)
    return min(value, offer.at_most) if offer.at_most is not None else value


def expiry(offer: OfferDefinition, stock: Stock, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the grant ends: at the end of the last day of the offer's validity in `zone`.

    Never after the code's own end.

    A whole day, so that "valid until November 24" is true until that day is over.
    """
    if offer.valid_for is None:
        return stock.code_expires_at
    last_day = (now + offer.valid_for).astimezone(zone).date()
    end = (datetime.combine(last_day, time(), zone) + timedelta(days=1)).astimezone(UTC)
    return min(end, stock.code_expires_at) if stock.code_expires_at else end
