"""What an offer is worth and how long it lasts: the figures that budgets stand on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flows.offers.catalogue import Limits, OfferDefinition
from flows.offers.policy import expiry, face_value
from flows.scene import Person, Stock

TEN = OfferDefinition(
    id="ten",
    kind="discount",
    removes=("price",),
    code="pool",
    percent=10,
    at_most=Decimal(25),
    valid_for=timedelta(days=3),
    limits=Limits(total=5, budget=Decimal(100)),
)


def test_a_percentage_is_of_the_cart_and_never_above_its_limit() -> None:
    assert face_value(TEN, Person(cart_value=Decimal("89.99"), price=Decimal(10), currency="EUR"), "EUR") == Decimal(
        "8.99"
    )
    assert face_value(TEN, Person(cart_value=Decimal(900), currency="EUR"), "EUR") == Decimal(25)
    assert face_value(TEN, Person(price=Decimal(50)), "EUR") == Decimal("5.00")


def test_an_unknown_or_foreign_amount_counts_with_the_upper_limit() -> None:
    assert face_value(TEN, Person(), "EUR") == Decimal(25)
    assert face_value(TEN, Person(cart_value=Decimal(100), currency="JPY"), "EUR") == Decimal(25)


def test_an_offer_lasts_until_the_end_of_the_day_it_names_but_never_longer_than_its_code() -> None:
    now, zone = datetime(2026, 3, 2, 15, 30, tzinfo=UTC), ZoneInfo("Europe/Budapest")
    end = expiry(TEN, Stock("ten", "A"), now, zone)
    assert end is not None and end.astimezone(zone).date().isoformat() in ("2026-03-05", "2026-03-06")
    assert end >= now + timedelta(days=3)
    code_ends = now + timedelta(hours=5)
    assert expiry(TEN, Stock("ten", "A", code_ends), now, zone) == code_ends
