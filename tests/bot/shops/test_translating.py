"""What connected shops say, in our words: every field that is there, and nothing but the shop's own consent."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.arrivals import (
    Arrival,
    CheckoutReported,
    CustomerReported,
    Ignored,
    MoneyBack,
    OrderReported,
    PrivacyRequested,
)
from bot.shops.makers import MAKERS, SHOPIFY, WOOCOMMERCE, read_shopify, read_woocommerce
from bot.shops.told import Maker, NotKept, Rejection, accept
from storage.inbox import RawInput
from tests.bot.shops import samples
from tests.bot.shops.samples import SHOPIFY_SECRET, WOO_SECRET, body_of, checkout, order, refund, woo_order

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def kept(maker: Maker, topic: str, document: Any) -> RawInput:
    body = body_of(document)
    headers = samples.shopify_headers(body, topic) if maker is SHOPIFY else samples.woo_headers(body, topic)
    secret = SHOPIFY_SECRET if maker is SHOPIFY else WOO_SECRET
    result = accept(maker, {name.lower(): value for name, value in headers.items()}, body, secret, NOW)
    assert isinstance(result, RawInput), result
    return result


def shopify(topic: str, document: Any) -> Arrival:
    return read_shopify(kept(SHOPIFY, topic, document).payload)


def woo(document: Any, topic: str = "order.updated") -> Arrival:
    return read_woocommerce(kept(WOOCOMMERCE, topic, document).payload)


def test_a_checkout_of_shopify_becomes_a_report() -> None:
    told = shopify("checkouts/update", checkout())
    assert isinstance(told, CheckoutReported)
    assert (told.shop, told.key, told.at, told.done) == ("shopify", "123123123", NINE, False)
    assert told.identities == {
        "external": "207119551",
        "email": "bob.norman@mail.example.com",
        "phone": "+16136120707",
    }
    assert told.data == {
        "first_name": "Bob",
        "last_name": "Norman",
        "language": "en-us",
        "country": "US",
        "city": "Louisville",
        "product_id": "632910392",
        "product_name": "IPod Nano - 8GB",
        "product_url": "https://snowdevil.myshopify.com/variants/49148385",
        "price": Decimal("199.00"),
        "cart_value": Decimal("398.00"),
        "currency": "USD",
        "source": "newsletter",
        "medium": "email",
        "campaign": "spring",
        "consent_email": True,
        "consent_text": "The customer agreed to marketing in the shop.",
    }


def test_an_order_of_shopify_is_a_purchase_with_its_codes_and_refunds() -> None:
    told = shopify("orders/paid", order(refunds=[refund(1, "10.00")]))
    assert isinstance(told, OrderReported)
    assert told.bought and told.checkout == "123123123" and told.order_id == "820982911946154508"
    assert told.data["amount"] == Decimal("398.00") and told.data["codes"] == ["spring-10"]
    back = MoneyBack("1", Decimal("10.00"), "USD", datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert told.refunds == (back,)
    cancelled = shopify("orders/cancelled", order(cancelled_at="2026-03-02T11:00:00+00:00"))
    assert isinstance(cancelled, OrderReported) and not cancelled.bought
    assert [one.amount for one in cancelled.refunds] == [None]


def test_a_refund_that_moved_no_money_is_none() -> None:
    told = shopify("refunds/create", refund())
    assert isinstance(told, OrderReported) and not told.bought and told.refunds[0].amount == Decimal("100.00")
    assert isinstance(shopify("refunds/create", refund(transactions=[])), Ignored)
    failed = [{"kind": "refund", "status": "failure", "amount": "1.00"}, {"kind": "sale", "status": "success"}]
    assert isinstance(shopify("refunds/create", refund(transactions=failed)), Ignored)


def test_privacy_requests_name_whom_they_are_about() -> None:
    who = {"external": "207119551", "email": "bob.norman@mail.example.com", "phone": "+16136120707"}
    assert shopify("customers/redact", samples.privacy()) == PrivacyRequested("shopify", "erase", who)
    assert shopify("customers/data_request", samples.privacy()) == PrivacyRequested("shopify", "export", who)
    assert shopify("shop/redact", {"shop_id": 1}) == PrivacyRequested("shopify", "erase-shop", {})


@pytest.mark.parametrize(
    ("changes", "agreed"),
    [
        ({}, True),
        ({"buyer_accepts_marketing": False}, True),
        ({"buyer_accepts_marketing": False, "customer": {"id": 1}}, None),
        ({"buyer_accepts_marketing": "true", "customer": {"id": 1}}, None),
        ({"buyer_accepts_marketing": True, "customer": {"id": 1}}, True),
        ({"customer": {"id": 1, "email_marketing_consent": {"state": "unsubscribed"}}}, False),
        ({"buyer_accepts_marketing": False, "customer": {"email_marketing_consent": {"state": "pending"}}}, None),
    ],
)
def test_only_the_shops_own_marketing_fields_are_consent(changes: dict[str, Any], agreed: bool | None) -> None:
    told = shopify("checkouts/create", checkout(**changes))
    assert isinstance(told, CheckoutReported) and told.data.get("consent_email") is agreed


@pytest.mark.parametrize("status", ["checkout-draft", "pending", "failed"])
def test_an_unpaid_order_of_woocommerce_is_a_checkout(status: str) -> None:
    told = woo(woo_order(status))
    assert isinstance(told, CheckoutReported) and (told.key, told.at) == ("727", NINE)
    assert told.identities == {"external": "26", "email": "zsofia@example.com", "phone": "+36301234567"}
    assert told.data == {
        "first_name": "Zsófia",
        "last_name": "Kiss",
        "country": "HU",
        "city": "Pécs",
        "consent_email": True,
        "consent_text": "The customer agreed to marketing in the shop.",
        "product_id": "93",
        "product_name": "Woo Single #1",
        "product_url": "https://shop.example/?p=93",
        "price": Decimal("14.675"),
        "cart_value": Decimal("29.35"),
        "currency": "EUR",
        "language": "hu",
        "source": "google",
    }


@pytest.mark.parametrize(
    ("status", "bought", "back"),
    [
        ("processing", True, []),
        ("completed", True, []),
        ("on-hold", True, []),
        ("refunded", True, [None]),
        ("cancelled", False, [None]),
    ],
)
def test_an_order_of_woocommerce_is_what_its_status_says(status: str, bought: bool, back: list[None]) -> None:
    told = woo(woo_order(status))
    assert isinstance(told, OrderReported) and told.bought is bought and told.checkout == "727"
    assert [one.amount for one in told.refunds] == back


def test_a_partial_refund_of_woocommerce_has_its_amount() -> None:
    told = woo(woo_order("completed", refunds=[{"id": 5, "reason": "", "total": "-5.00"}, {"id": 6, "total": None}]))
    assert isinstance(told, OrderReported) and [one.amount for one in told.refunds] == [Decimal("5.00")]
    assert isinstance(woo(woo_order("somebodys-own")), Ignored)


def test_a_guest_of_woocommerce_has_no_number_and_a_customer_has_their_own() -> None:
    guest = woo(woo_order(customer_id=0))
    assert isinstance(guest, CheckoutReported) and "external" not in guest.identities
    customer = woo({"id": 26, "email": "z@example.com", "first_name": "Z", "billing": {}}, "customer.updated")
    assert isinstance(customer, CustomerReported) and customer.identities == {
        "external": "26",
        "email": "z@example.com",
    }


def test_two_changes_in_one_second_are_two_and_a_retry_is_one() -> None:
    first = kept(WOOCOMMERCE, "order.updated", woo_order("pending"))
    second = kept(WOOCOMMERCE, "order.updated", woo_order("processing"))
    assert first.natural_key != second.natural_key
    assert first == kept(WOOCOMMERCE, "order.updated", woo_order("pending"))


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("2026-03-02T09:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted({*checkout(), *order(), *refund(), *woo_order(), *samples.CUSTOMER, *samples.privacy()})
CASES = [(maker, topic) for maker in MAKERS.values() for topic in sorted(maker.topics)]


@given(case=st.sampled_from(CASES), document=st.dictionaries(st.sampled_from(FIELDS), odd, max_size=12))
def test_whatever_is_signed_is_read_without_falling_over(case: tuple[Maker, str], document: dict[str, Any]) -> None:
    maker, topic = case
    body = json.dumps({"status": "pending", "id": 1, **document}).encode()
    names = maker.headers
    secret = "a-secret-of-the-shop"
    headers = {names.topic: topic, names.signature: samples.signature(body, secret), names.delivery: "d"}
    result = accept(maker, headers, body, secret, NOW)
    if isinstance(result, RawInput):
        result.payload.encode()
        read = read_shopify if maker is SHOPIFY else read_woocommerce
        assert read(result.payload) is not None


@given(body=st.binary(max_size=200))
def test_a_signed_body_that_is_no_object_is_refused(body: bytes) -> None:
    headers = {"x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": samples.signature(body, SHOPIFY_SECRET)}
    result = accept(SHOPIFY, headers, body, SHOPIFY_SECRET, NOW)
    assert isinstance(result, Rejection | RawInput)
    headers["x-shopify-hmac-sha256"] = samples.signature(body, "wrong")
    assert accept(SHOPIFY, headers, body, SHOPIFY_SECRET, NOW) == Rejection(
        401, "the signature does not fit the secret"
    )


def test_topics_that_are_not_ours_are_not_kept() -> None:
    body = body_of({"id": 1, "token": "1", "line_items": []})
    headers = {name.lower(): value for name, value in samples.shopify_headers(body, "carts/update").items()}
    assert accept(SHOPIFY, headers, body, SHOPIFY_SECRET, NOW) == NotKept("carts/update")
