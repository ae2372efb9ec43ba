"""What connected shops send, in the shapes of their public documentation, and signed as they sign it."""

import base64
import hashlib
import hmac
import json
from typing import Any

SHOPIFY_SECRET = "hush-hush-of-the-app"
WOO_SECRET = "another-secret-of-the-shop"

CUSTOMER: dict[str, Any] = {
    "id": 207119551,
    "email": "Bob.Norman@mail.example.com",
    "created_at": "2026-01-02T08:59:11-05:00",
    "updated_at": "2026-01-02T08:59:11-05:00",
    "first_name": "Bob",
    "last_name": "Norman",
    "state": "disabled",
    "note": None,
    "verified_email": True,
    "phone": "+16136120707",
    "email_marketing_consent": {"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": None},
    "default_address": {"id": 207119551, "city": "Louisville", "country_code": "US"},
}
LINE: dict[str, Any] = {
    "id": 49148385,
    "variant_id": 49148385,
    "product_id": 632910392,
    "title": "IPod Nano - 8GB",
    "variant_title": "Red",
    "sku": "IPOD2008RED",
    "quantity": 1,
    "price": "199.00",
    "grams": 200,
}
ADDRESS: dict[str, Any] = {
    "first_name": "Bob",
    "last_name": "Norman",
    "address1": "Chestnut Street 92",
    "city": "Louisville",
    "zip": "40202",
    "country": "United States",
    "country_code": "US",
}


def checkout(**changes: Any) -> dict[str, Any]:
    """The body of checkouts/create and checkouts/update."""
    return {
        "id": 981820079255243537,
        "token": "123123123",
        "cart_token": "68778783ad298f1c80c3bafcddeea02f",
        "email": "bob.norman@mail.example.com",
        "gateway": None,
        "buyer_accepts_marketing": True,
        "created_at": "2026-03-02T09:00:00+00:00",
        "updated_at": "2026-03-02T09:00:00+00:00",
        "landing_site": "/products/ipod?utm_source=newsletter&utm_medium=email&utm_campaign=spring",
        "note": None,
        "currency": "USD",
        "presentment_currency": "USD",
        "completed_at": None,
        "customer_locale": "en-US",
        "name": "#981820079255243537",
        "abandoned_checkout_url": "https://snowdevil.myshopify.example/checkouts/123/recover?key=abc",
        "total_price": "398.00",
        "total_tax": "0.00",
        "subtotal_price": "398.00",
        "line_items": [LINE],
        "discount_codes": [],
        "shipping_address": ADDRESS,
        "billing_address": ADDRESS,
        "customer": CUSTOMER,
        **changes,
    }


def order(**changes: Any) -> dict[str, Any]:
    """The body of orders/create, orders/paid, orders/cancelled."""
    return {
        "id": 820982911946154508,
        "admin_graphql_api_id": "gid://shopify/Order/820982911946154508",
        "name": "#9999",
        "email": "bob.norman@mail.example.com",
        "contact_email": "bob.norman@mail.example.com",
        "phone": None,
        "checkout_id": 981820079255243537,
        "checkout_token": "123123123",
        "cart_token": "68778783ad298f1c80c3bafcddeea02f",
        "created_at": "2026-03-02T09:20:00+00:00",
        "updated_at": "2026-03-02T09:20:01+00:00",
        "processed_at": "2026-03-02T09:20:00+00:00",
        "cancelled_at": None,
        "cancel_reason": None,
        "financial_status": "paid",
        "fulfillment_status": None,
        "currency": "USD",
        "total_price": "398.00",
        "current_total_price": "398.00",
        "buyer_accepts_marketing": True,
        "customer_locale": "en",
        "landing_site": "/",
        "discount_codes": [{"code": "spring-10", "amount": "10.00", "type": "percentage"}],
        "line_items": [LINE],
        "shipping_address": ADDRESS,
        "billing_address": ADDRESS,
        "customer": CUSTOMER,
        "refunds": [],
        "test": False,
        **changes,
    }


def refund(number: int = 890088186047892319, amount: str = "100.00", **changes: Any) -> dict[str, Any]:
    """The body of refunds/create."""
    return {
        "id": number,
        "order_id": 820982911946154508,
        "created_at": "2026-03-02T10:00:00+00:00",
        "processed_at": "2026-03-02T10:00:00+00:00",
        "note": "Things were damaged",
        "restock": False,
        "refund_line_items": [],
        "transactions": [
            {"id": 245135271310201194, "kind": "refund", "status": "success", "amount": amount, "currency": "USD"}
        ],
        **changes,
    }


def privacy() -> dict[str, Any]:
    """The body of customers/redact and customers/data_request."""
    return {
        "shop_id": 954889,
        "shop_domain": "snowdevil.myshopify.example",
        "customer": {"id": 207119551, "email": "bob.norman@mail.example.com", "phone": "+16136120707"},
        "orders_to_redact": [299938, 280263],
    }


def woo_order(status: str = "pending", **changes: Any) -> dict[str, Any]:
    """The body of order.created and order.updated."""
    paid = "2026-03-02T09:20:00" if status in ("processing", "completed", "refunded") else None
    return {
        "id": 727,
        "parent_id": 0,
        "number": "727",
        "order_key": "wc_order_58d2d042d1d",
        "created_via": "checkout",
        "status": status,
        "currency": "EUR",
        "date_created": "2026-03-02T10:00:00",
        "date_created_gmt": "2026-03-02T09:00:00",
        "date_modified": "2026-03-02T10:00:00",
        "date_modified_gmt": "2026-03-02T09:00:00",
        "date_paid_gmt": paid,
        "total": "29.35",
        "customer_id": 26,
        "customer_note": "",
        "billing": {
            "first_name": "Zsófia",
            "last_name": "Kiss",
            "city": "Szeged",
            "country": "HU",
            "email": "Zsofia@example.com",
            "phone": "+36 30 123 4567",
        },
        "shipping": {"first_name": "Zsófia", "last_name": "Kiss", "city": "Pécs", "country": "HU"},
        "meta_data": [
            {"id": 1, "key": "_wc_order_attribution_utm_source", "value": "google"},
            {"id": 2, "key": "wpml_language", "value": "hu"},
            {"id": 3, "key": "holdback_consent_email", "value": "yes"},
        ],
        "line_items": [
            {
                "id": 315,
                "name": "Woo Single #1",
                "product_id": 93,
                "variation_id": 0,
                "quantity": 2,
                "price": 14.67500001,
            }
        ],
        "coupon_lines": [],
        "refunds": [],
        **changes,
    }


def body_of(document: Any) -> bytes:
    """A document as a shop writes it: no blanks, letters as they are."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def signature(body: bytes, secret: str) -> str:
    """As both shops sign: HMAC-SHA256 of the raw body, in base64."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def shopify_headers(body: bytes, topic: str, delivery: str = "d-1", at: str | None = None) -> dict[str, str]:
    """The headers of Shopify's call."""
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": signature(body, SHOPIFY_SECRET),
        "X-Shopify-Shop-Domain": "snowdevil.myshopify.com",
        "X-Shopify-API-Version": "2026-01",
        "X-Shopify-Webhook-Id": delivery,
        "Content-Type": "application/json",
    }
    return headers | ({"X-Shopify-Triggered-At": at} if at else {})


def woo_headers(body: bytes, topic: str, delivery: str = "d-1") -> dict[str, str]:
    """The headers of WooCommerce's call."""
    return {
        "X-WC-Webhook-Source": "https://shop.example/",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Resource": topic.partition(".")[0],
        "X-WC-Webhook-Signature": signature(body, WOO_SECRET),
        "X-WC-Webhook-ID": "142",
        "X-WC-Webhook-Delivery-ID": delivery,
        "Content-Type": "application/json",
    }
