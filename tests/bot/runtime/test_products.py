"""The product in a mail and on a page: only what the shop said of it, and only from safe addresses."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.runtime.products import Product, product_of, secure_address

NAMED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@dataclass
class Row:
    product_name: str | None = "Birch desk lamp"
    product_url: str | None = "https://shop.example/birch"
    price: Decimal | None = Decimal("49.00")
    currency: str | None = "EUR"
    provenance: dict[str, list[str]] = field(
        default_factory=lambda: {name: ["shop", NAMED.isoformat()] for name in ("product_name", "price", "product_url")}
    )


def test_a_product_has_its_price_its_page_and_its_picture() -> None:
    product = product_of(Row(), "https://cdn.shop.example/birch.jpg?w=200,200", NAMED)
    assert product == Product(
        "Birch desk lamp",
        Decimal("49.00"),
        "EUR",
        "https://shop.example/birch",
        "https://cdn.shop.example/birch.jpg?w=200,200",
    )
    assert product.picture_origin == "https://cdn.shop.example"


def test_a_picture_of_the_product_before_is_not_shown_with_this_one() -> None:
    older = product_of(Row(), "https://shop.example/other.jpg", NAMED - timedelta(seconds=1))
    assert older is not None and older.picture is None


def test_the_price_and_the_page_of_the_product_before_are_not_shown_with_this_one() -> None:
    row = Row()
    before = (NAMED - timedelta(days=1)).isoformat()
    row.provenance |= {"price": ["shop", before], "product_url": ["shop", before]}
    assert product_of(row, None, None) == Product("Birch desk lamp")


def test_nobody_sees_a_price_without_a_currency_or_a_product_without_a_name() -> None:
    priced = product_of(Row(currency=None), None, None)
    assert priced is not None and priced.price is None
    assert product_of(Row(product_name=None), "https://shop.example/x.jpg", NAMED) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example/a.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "https://",
        "https://user@shop.example/a.jpg",
        "https://shop.example; script-src *",
        "https://shop.example\nfoo/a.jpg",
        'https://shop.example/"><script>',
        "https://shop.example:99999/a.jpg",
        "https://[::1/a.jpg",
        "https://shop_x.example,evil/a.jpg",
        "https://shop.example/" + "a" * 1000,
        "//shop.example/a.jpg",
        None,
        "",
    ],
)
def test_an_address_that_is_not_plain_https_is_not_shown(address: str | None) -> None:
    assert secure_address(address) is None
