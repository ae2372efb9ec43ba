"""Which offer is given: by the live strategy, else the first in the catalogue's order that can be given now."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from flows.effects import Chose
from flows.offers.catalogue import Catalogue, OfferDefinition
from flows.scene import Granted, Person, Scene, Stock, Weighed

NEW_SHARE: Final = Decimal("0.02")
"""The weight of an offer that joined a row after today's shares were made (the floor of EVIDENCE.md 2.1)."""


NEVER_SHOWN: Final = frozenset({"does_not_remove", "discount_not_for_barrier"})
"""Refusals for which an earlier grant is not shown again either: it is no answer to this barrier."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The offer to give. With `earlier`, the prospect has it already: it is shown again, nothing new is granted."""

    offer: OfferDefinition
    stock: Stock | None
    earlier: Granted | None


def choose_offer(
    catalogue: Catalogue, barrier: str | None, scene: Scene, arm: str, now: datetime
) -> tuple[Choice | None, Chose | None]:
    """The offer for this barrier, or None: in the control group, without a barrier, or when nothing is left.

    Beside it what is to be noted of the choice; nothing when an earlier grant is only shown again.
    """
    if barrier is None:
        return None, None
    weighed = _considered(catalogue, barrier, scene)
    earlier = _earlier(catalogue, weighed, scene, now) if arm != "control" else None
    if earlier is not None:
        return earlier, None
    judged = [(one, _refused(one, catalogue, scene, now)) for one in weighed]
    eligible = [one for one, refused in judged if refused is None]
    shares = _shares([one for one in eligible if not _is_nothing(catalogue, one)] or eligible)
    chosen = _chosen(eligible, shares, scene) if arm != "control" else None
    tactics = scene.tactics
    note = Chose(
        barrier=barrier,
        arm=arm,
        eligible=tuple(one.offer for one in eligible),
        refused=tuple((one.offer, refused) for one, refused in judged if refused is not None),
        chosen=chosen,
        share=dict(shares).get(chosen, Decimal(1)) if chosen is not None else None,
        shares=shares,
        strategy=tactics.strategy if tactics is not None else None,
        segment=tactics.segment if tactics is not None else None,
    )
    offer = catalogue.offer(chosen) if chosen is not None else None
    stock = {item.offer: item for item in scene.stock}
    return (Choice(offer, stock[offer.id], None) if offer is not None else None), note


def draw_of(campaign: str, day: str, uid: str) -> float:
    """A person's number of the day (ISO date) in a campaign, from 0 up to but without 1: stable, another each day."""
    digest = hashlib.sha256(f"{campaign}:{day}:{uid}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def _considered(catalogue: Catalogue, barrier: str, scene: Scene) -> tuple[Weighed, ...]:
    if scene.tactics is not None:
        return scene.tactics.weighed.get(barrier, ())
    return tuple(Weighed(offer.id) for offer in catalogue.offers if barrier in offer.removes)


def _earlier(catalogue: Catalogue, weighed: Sequence[Weighed], scene: Scene, now: datetime) -> Choice | None:
    """A grant that is shown again: the first considered one; under a strategy only while it can be used."""
    granted = {item.offer: item for item in scene.granted}
    available = {item.offer for item in scene.stock}
    for one in weighed:
        offer, grant = catalogue.offer(one.offer), granted.get(one.offer)
        if one.refused in NEVER_SHOWN:
            continue
        if offer is not None and grant is not None and (scene.tactics is None or _usable(grant, now)):
            return Choice(offer, None, grant)
        if scene.tactics is None and one.offer in available:
            return None
    return None


def _usable(grant: Granted, now: datetime) -> bool:
    return not grant.redeemed and (grant.expires_at is None or grant.expires_at > now)


def _refused(one: Weighed, catalogue: Catalogue, scene: Scene, now: datetime) -> str | None:
    """The strategy's own reason first; then what only the flow, the grants and the shelf know.

    With or without a strategy, who can still use one offer worth money is given no second one: neither a corrected
    answer nor another conversation makes two codes.
    """
    offer = catalogue.offer(one.offer)
    if one.refused is not None:
        return one.refused
    if offer is None:
        return "not_in_flow"
    if any(grant.offer == one.offer for grant in scene.granted):
        return "given_before"
    if offer.costs_money and any(grant.money and _usable(grant, now) for grant in scene.granted):
        return "has_live_offer"
    return None if any(item.offer == one.offer for item in scene.stock) else "out_of_stock"


def _is_nothing(catalogue: Catalogue, one: Weighed) -> bool:
    """The honest end of a row is not drawn against offers: it is what is left when none of them can be made."""
    offer = catalogue.offer(one.offer)
    return offer is not None and offer.kind == "nothing"


def _shares(drawn: Sequence[Weighed]) -> tuple[tuple[str, Decimal], ...]:
    """Today's shares of these offers, made to add up to 1; empty when none of them has any."""
    if all(one.share is None for one in drawn):
        return ()
    weights = {one.offer: one.share if one.share is not None else NEW_SHARE for one in drawn}
    total = sum(weights.values())
    if total <= 0:
        return ()
    shares = {offer: (weight / total).quantize(Decimal("0.0001"), ROUND_DOWN) for offer, weight in weights.items()}
    largest = max(shares, key=lambda offer: shares[offer])
    shares[largest] += 1 - sum(shares.values())
    return tuple(shares.items())


def _chosen(eligible: Sequence[Weighed], shares: Sequence[tuple[str, Decimal]], scene: Scene) -> str | None:
    if not eligible:
        return None
    if not shares or scene.tactics is None:
        return eligible[0].offer
    reached = Decimal(0)
    for offer, share in shares:
        reached += share
        if Decimal(scene.tactics.draw) < reached:
            return offer
    return shares[-1][0]


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
