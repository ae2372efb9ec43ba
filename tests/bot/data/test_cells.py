"""Single values: the same thing written in many ways, and what is too unsure to take."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.data import cells
from bot.data.cells import Moments
from bot.data.errors import CellRefused
from tests.bot.data.test_import_prospects import NOW


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("0", "0"), ("5", "5"), ("12.5", "12.50"), ("12,5", "12.50"), ("0.125", "0.125"), ("1234,56", "1234.56"),
        ("1 234,56", "1234.56"), ("1\u00a0234,56", "1234.56"), ("1\u202f234", "1234"), ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"), ("1'234.50", "1234.50"), ("1’234", "1234"), ("1.234.567", "1234567"),
        ("12 990", "12990"), ("1,234,567.8", "1234567.80"), ("１２．５", "12.50"),
    ],
)  # fmt: skip
def test_amounts_are_read_with_comma_and_point(written: str, amount: str) -> None:
    assert cells.money(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "1,234",
        "12.345",
        "-1",
        "1.2.3",
        "1 23",
        "12,34,56",
        "€5",
        "5 Ft",
        "1e3",
        "NaN",
        "Infinity",
        "0.1234",
        "9" * 13,
        "٥",
    ],
)
def test_what_is_no_amount_for_sure_is_refused(written: str) -> None:
    with pytest.raises(CellRefused):
        cells.money(written)


@pytest.mark.parametrize("written", ["a@example.com", "A.B+c@Example.COM", "anna@kávé.example", "ａ@example.com"])
def test_addresses_are_taken(written: str) -> None:
    assert "@" in cells.email(written)


@pytest.mark.parametrize(
    "written",
    ["a", "a@", "@b.example", "a@b", "a@@b.example", "a@b..example", "a b@c.example", "a@c.example\nBcc: x@y.example",
     "a@c.example, b@c.example", "Anna <a@c.example>", "a@c.example;", "mailto:a@c.example",
     "a@" + "b" * 250 + ".example"],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(written: str) -> None:
    with pytest.raises(CellRefused):
        cells.email(written)


@pytest.mark.parametrize("written", ["yes", "Igen", "OUI", "sí", "はい", "نعم", "ano", "1", "TRUE", "x"])
def test_yes_is_understood_in_every_language(written: str) -> None:
    assert cells.yes_no(written) is True


@pytest.mark.parametrize("written", ["no", "nem", "Non", "いいえ", "لا", "ne", "0", "False"])
def test_no_is_understood_in_every_language(written: str) -> None:
    assert cells.yes_no(written) is False


def test_moments_without_a_zone_are_the_shops() -> None:
    moments = Moments("Europe/Budapest", NOW)
    assert moments.past("2026-07-01") == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert moments.past("2026-07-01T10:00:00Z") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert moments.past("2026-07-01 10:00") == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert moments.past("2026-11-21T13:30:00+01:00") == NOW
    assert moments.expiry("2026-12-31") == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert moments.expiry("2026-11-21") == datetime(2026, 11, 21, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["2026-02-30", "21.11.2026", "today", "1", "0001-01-01", "9999-12-31", "2026-13-01"]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(CellRefused):
        Moments("UTC", NOW).past(written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("+36 30/123-4567", "+36301234567"), ("0036301234567", "+36301234567"), ("(06) 30 123 4567", "06301234567")],
)
def test_phone_numbers_are_kept_in_one_form(written: str, kept: str) -> None:
    assert cells.phone(written) == kept
