"""What WooCommerce's webhooks say: orders in all their states, and customers.

Shapes: the WooCommerce REST API v3 (a webhook's body is the resource). An order that is `pending`, `failed` or a
`checkout-draft` is a checkout that was not paid; there is no event for an abandoned one.
"""

import re
from typing import Any, Final

from bot.data import cells
from bot.runtime.arrivals import Arrival, CheckoutReported, CustomerReported, Ignored, MoneyBack, OrderReported
from bot.shops import reading
from bot.shops.reading import Document
from bot.shops.told import Told

SHOP: Final = "woocommerce"
ORDERS: Final = ("order.created", "order.updated")
TOPICS: Final = frozenset({*ORDERS, "customer.created", "customer.updated"})

UNPAID: Final = frozenset({"checkout-draft", "pending", "failed"})
BOUGHT: Final = frozenset({"processing", "completed", "on-hold", "refunded"})
"""`on-hold` is bought: it waits for a bank transfer or a cheque, and nobody shall be asked why they did not buy."""

CONSENT_META: Final = "holdback_consent_email"
"""WooCommerce has no marketing consent of its own: a box at the checkout writes this field (docs/connections.md)."""

ATTRIBUTION: Final = "_wc_order_attribution_utm_"
_SITE: Final = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(:\d{1,5})?(/[\w./-]*)?")


def resource(document: Document) -> str:
    """What a webhook is about."""
    return reading.name(document.get("id")) or ""


def identities(document: Document) -> dict[str, str]:
    """Who a webhook is about; a guest has no number (0)."""
    billing = reading.part(document, "billing")
    number = document.get("customer_id") if "status" in document else document.get("id")
    return reading.identities(number, (billing.get("email"), document.get("email")), (billing.get("phone"),))


def translate(told: Told) -> Arrival:
    """A webhook as an arrival."""
    document = told.document
    at = reading.moment(document.get("date_modified_gmt")) or told.at
    if told.topic not in ORDERS:
        return CustomerReported(SHOP, told.identities, at, _facts(told))
    number, said = resource(document), document.get("status")
    status = said if isinstance(said, str) else None
    if not number:
        return Ignored("an order without a number")
    if status in UNPAID:
        if not told.identities:
            return Ignored("a checkout names nobody yet")
        return CheckoutReported(SHOP, number, told.identities, at, _interest(told))
    refunds = [*(_refund(one, at) for one in reading.parts(document, "refunds"))]
    if status in ("refunded", "cancelled"):
        refunds.append(MoneyBack(str(status), None, None, at))
    bought = status in BOUGHT or (status != "cancelled" and document.get("date_paid_gmt") is not None)
    if not bought and not refunds:
        return Ignored("an order in a state of the shop's own")
    data = _interest(told) | {"amount": reading.amount(document.get("total"))}
    codes = [code for one in reading.parts(document, "coupon_lines") if (code := reading.name(one.get("code")))]
    return OrderReported(
        SHOP,
        number,
        told.identities,
        reading.moment(document.get("date_created_gmt")) or at,
        reading.known(data | {"codes": codes or None}),
        bought=bought,
        checkout=number,
        refunds=tuple(one for one in refunds if one is not None),
        stands_at=at if bought and status != "refunded" else None,
    )


def _refund(document: Document, at: Any) -> MoneyBack | None:
    """Money that went back: WooCommerce writes it with a minus."""
    total = document.get("total")
    money = reading.amount(total.strip().removeprefix("-") if isinstance(total, str) else None)
    number = reading.name(document.get("id"))
    return MoneyBack(number[:64], money, None, at) if number is not None and money else None


def _interest(told: Told) -> dict[str, Any]:
    document = told.document
    lines = reading.parts(document, "line_items")
    line = lines[0] if lines else {}
    meta = _meta(document)
    wanted = {
        "product_id": reading.name(line.get("product_id")),
        "product_name": reading.name(reading.first(line.get("parent_name"), line.get("name"))),
        "product_url": _product_url(told.origin, line),
        "price": reading.amount(line.get("price")),
        "cart_value": reading.amount(document.get("total")),
        "currency": reading.read(cells.currency, document.get("currency")),
        "language": reading.read(cells.language, meta.get("wpml_language")),
    }
    came = {field: reading.name(meta.get(ATTRIBUTION + field)) for field in ("source", "medium", "campaign")}
    return _facts(told) | reading.known(wanted | came)


def _facts(told: Told) -> dict[str, Any]:
    billing, shipping = reading.part(told.document, "billing"), reading.part(told.document, "shipping")
    facts = {
        "first_name": reading.name(reading.first(billing.get("first_name"), told.document.get("first_name"))),
        "last_name": reading.name(reading.first(billing.get("last_name"), told.document.get("last_name"))),
        "country": reading.read(cells.country, reading.first(shipping.get("country"), billing.get("country"))),
        "city": reading.name(reading.first(shipping.get("city"), billing.get("city"))),
    }
    agreed = reading.read(cells.yes_no, reading.first(_meta(told.document).get(CONSENT_META)))
    said: dict[str, Any] = {} if agreed is None else {"consent_email": agreed}
    return reading.known(facts) | (said | {"consent_text": reading.CONSENT_TEXT} if agreed else said)


def _meta(document: Document) -> dict[str, Any]:
    return {str(one.get("key")): one.get("value") for one in reading.parts(document, "meta_data")}


def _product_url(origin: str, line: Document) -> str | None:
    """WordPress's short address of a product: it leads to the product's own page."""
    number = reading.name(line.get("product_id"))
    if number is None or not number.isdigit() or number == "0" or not _SITE.fullmatch(origin.lower()):
        return None
    return f"{origin.rstrip('/')}/?p={number}"
