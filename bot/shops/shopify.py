"""What Shopify's webhooks say: checkouts, orders, refunds, customers, and the privacy requests of the law.

Shapes: shopify.dev, "Webhooks" of the REST Admin API. Shopify sends no event for an abandoned checkout, may send
anything twice, and keeps no order.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from bot.data import cells
from bot.runtime.arrivals import (
    Arrival,
    CheckoutReported,
    CustomerReported,
    Ignored,
    MoneyBack,
    OrderReported,
    PrivacyRequested,
)
from bot.shops import reading
from bot.shops.reading import Document
from bot.shops.told import Told

SHOP: Final = "shopify"
PRIVACY: Final[dict[str, str]] = {
    "customers/data_request": "export",
    "customers/redact": "erase",
    "shop/redact": "erase-shop",
}
ORDERS: Final = ("orders/create", "orders/paid", "orders/updated", "orders/cancelled")
TOPICS: Final = frozenset(
    {"checkouts/create", "checkouts/update", "refunds/create", "customers/create", "customers/update"}
    | {*ORDERS, *PRIVACY}
)
"""What is kept. Carts (`carts/...`) name nobody, and other topics are not ours."""

_DOMAIN: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,200}\.[a-z]{2,}")


def resource(document: Document) -> str:
    """What a webhook is about, as far as its number goes."""
    return str(reading.first(reading.name(document.get("token")), reading.name(document.get("id"))) or "")


def identities(document: Document) -> dict[str, str]:
    """Who a webhook is about."""
    customer = reading.part(document, "customer")
    if not customer and "email_marketing_consent" in document:
        customer = document
    emails = (document.get("email"), document.get("contact_email"), customer.get("email"))
    return reading.identities(customer.get("id"), emails, (document.get("phone"), customer.get("phone")))


def translate(told: Told) -> Arrival:
    """A webhook as an arrival."""
    document, topic = told.document, told.topic
    if topic in PRIVACY:
        return _privacy(told)
    if topic.startswith("checkouts/"):
        return _checkout(told)
    if topic in ORDERS:
        return _order(told)
    if topic == "refunds/create":
        back = _refund(document, told.at)
        order = reading.name(document.get("order_id"))
        if back is None or order is None:
            return Ignored("no money went back")
        return OrderReported(SHOP, order, {}, told.at, refunds=(back,))
    return CustomerReported(SHOP, told.identities, told.at, _customer(document))


def _checkout(told: Told) -> Arrival:
    document = told.document
    key = resource(document)
    if not key:
        return Ignored("a checkout without a number")
    at = reading.moment(document.get("updated_at")) or told.at
    done = document.get("completed_at") is not None
    if not done and not told.identities:
        return Ignored("a checkout names nobody yet")
    return CheckoutReported(SHOP, key, told.identities, at, _interest(told), done=done)


def _order(told: Told) -> Arrival:
    document = told.document
    number = reading.name(document.get("id"))
    if number is None:
        return Ignored("an order without a number")
    currency = reading.read(cells.currency, document.get("currency"))
    refunds = [_refund(one, told.at) for one in reading.parts(document, "refunds")]
    cancelled = reading.moment(document.get("cancelled_at"))
    if cancelled is not None or told.topic == "orders/cancelled":
        refunds.append(MoneyBack("cancelled", None, None, cancelled or told.at))
    data = reading.known(
        _interest(told)
        | {"amount": reading.amount(document.get("total_price")), "currency": currency}
        | {"codes": [code for one in reading.parts(document, "discount_codes") if (code := _code(one))] or None}
    )
    return OrderReported(
        SHOP,
        number,
        told.identities,
        reading.moment(document.get("created_at")) or told.at,
        data,
        bought=told.topic != "orders/cancelled" and document.get("financial_status") != "voided",
        checkout=reading.name(document.get("checkout_token")),
        refunds=tuple(one for one in refunds if one is not None),
    )


def _code(discount: Document) -> str | None:
    return reading.name(discount.get("code"))


def _refund(document: Document, at: datetime) -> MoneyBack | None:
    """The money of a refund; None when none went back (goods were only put back in stock)."""
    total, currency = Decimal(0), None
    for one in reading.parts(document, "transactions"):
        if one.get("kind") == "refund" and one.get("status") in ("success", "pending"):
            total += reading.amount(one.get("amount")) or 0
            currency = currency or reading.read(cells.currency, one.get("currency"))
    number = reading.name(document.get("id"))
    if number is None or not total:
        return None
    return MoneyBack(number[:64], total, currency, reading.moment(document.get("created_at")) or at)


def _interest(told: Told) -> dict[str, Any]:
    """What somebody wanted, and facts about them: the fields of a report."""
    document = told.document
    address = reading.part(document, "shipping_address") or reading.part(document, "billing_address")
    lines = reading.parts(document, "line_items")
    line = lines[0] if lines else {}
    facts = {
        "language": reading.read(cells.language, document.get("customer_locale")),
        "country": reading.read(cells.country, reading.first(address.get("country_code"), address.get("country"))),
        "city": reading.name(address.get("city")),
        "product_id": reading.name(line.get("product_id")),
        "product_name": reading.name(reading.first(line.get("title"), line.get("name"))),
        "product_url": _product_url(told.origin, line),
        "price": reading.amount(line.get("price")),
        "cart_value": reading.amount(document.get("total_price")),
        "currency": reading.read(cells.currency, document.get("currency")),
    }
    people = _customer(reading.part(document, "customer") or address)
    return reading.known(people | facts | reading.visit_of(document.get("landing_site")) | _consent(document))


def _product_url(origin: str, line: Document) -> str | None:
    """Shopify's short address of a variant: it leads to the product's own page."""
    variant = reading.name(line.get("variant_id"))
    if variant is None or not variant.isdigit() or not _DOMAIN.fullmatch(origin.lower()):
        return None
    return f"https://{origin.lower()}/variants/{variant}"


def _customer(document: Document) -> dict[str, Any]:
    names = {field: reading.name(document.get(field)) for field in ("first_name", "last_name")}
    return reading.known(names) | _consent(document)


def _consent(document: Document) -> dict[str, Any]:
    """Consent by the shop's own marketing fields, and by nothing else; an unsubscription is a no."""
    stated = reading.part(document, "email_marketing_consent").get("state")
    bought = reading.part(reading.part(document, "customer"), "email_marketing_consent").get("state")
    accepts = (document.get("buyer_accepts_marketing"), document.get("accepts_marketing"))
    if "unsubscribed" in (stated, bought):
        return {"consent_email": False}
    if True in accepts or "subscribed" in (stated, bought):
        return {"consent_email": True, "consent_text": reading.CONSENT_TEXT}
    return {}


def _privacy(told: Told) -> Arrival:
    match PRIVACY[told.topic]:
        case "export":
            return PrivacyRequested(SHOP, "export", told.identities)
        case "erase":
            return PrivacyRequested(SHOP, "erase", told.identities)
        case _:
            return PrivacyRequested(SHOP, "erase-shop", {})
