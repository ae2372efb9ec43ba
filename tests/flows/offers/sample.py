"""A strategy, a catalogue and people to try guards on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from flows.offers.budget import Spending
from flows.offers.catalogue import Catalogue
from flows.offers.eligibility import Circumstances
from flows.offers.strategy import StrategyDefinition
from flows.offers.weighing import Subject
from flows.scene import Granted, Person

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
LIMITS = {"total": 1000}
CATALOGUE = Catalogue.model_validate(
    {
        "format": 1,
        "currency": "EUR",
        "offers": [
            {"id": "ten", "kind": "discount", "removes": ["price", "timing"], "percent": 10, "at_most": 25,
             "code": "pool", "valid_for": "3d", "limits": LIMITS},
            {"id": "twenty", "kind": "discount", "removes": ["price"], "value": 20,
             "valid_for": "3d", "limits": LIMITS},
            {"id": "postage", "kind": "free_shipping", "removes": ["shipping", "price"], "value": 7,
             "valid_for": "3d", "limits": LIMITS},
            {"id": "digest", "kind": "review_digest", "removes": ["reviews", "trust", "price"], "limits": LIMITS},
            {"id": "call", "kind": "callback", "removes": ["trust", "shipping"], "limits": LIMITS},
            {"id": "none", "kind": "nothing", "removes": ["price", "trust", "reviews", "shipping"], "limits": LIMITS},
        ],
    }
)  # fmt: skip
PERSON = Person(country="HU", product_id="lamp", price=Decimal(80), cart_value=Decimal(100), currency="EUR")


def strategy(**parts: Any) -> StrategyDefinition:
    """A strategy of two price rows and one for trust, with these parts."""
    rows = [
        {"barrier": "price", "segment": "returning", "offers": ["postage", "ten"]},
        {"barrier": "price", "offers": ["ten", "digest", "none"]},
        {"barrier": "trust", "offers": ["digest", "call"]},
    ]
    return StrategyDefinition.model_validate({"campaign": "barriers", "rows": rows} | parts)


def who(person: Person = PERSON, granted: tuple[Granted, ...] = ()) -> Circumstances:
    """Somebody in this shop, now."""
    return Circumstances(person, granted, "EUR", NOW)


def subject(segment: str = "new_other", spending: Spending | None = None, **other: Any) -> Subject:
    """Whom a strategy is asked about."""
    return Subject(other.pop("who", who()), segment, spending=spending or Spending(), **other)


def grant(offer: str = "ten", *, days_ago: int = 1, valid: int = 3, money: bool = True) -> Granted:
    """Something they got some days ago."""
    at = NOW - timedelta(days=days_ago)
    return Granted(offer, "CODE" if money else None, at + timedelta(days=valid), at, money=money)
