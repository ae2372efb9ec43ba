"""The shops that can be connected."""

from collections.abc import Mapping
from typing import Final

from bot.runtime.arrivals import Arrival
from bot.shops import shopify, woocommerce
from bot.shops.told import Headers, Maker, read_told

SHOPIFY: Final = Maker(
    shopify.SHOP,
    Headers(
        signature="x-shopify-hmac-sha256",
        topic="x-shopify-topic",
        delivery="x-shopify-webhook-id",
        origin="x-shopify-shop-domain",
        moment="x-shopify-triggered-at",
    ),
    shopify.TOPICS,
    shopify.identities,
    shopify.resource,
)
WOOCOMMERCE: Final = Maker(
    woocommerce.SHOP,
    Headers(
        signature="x-wc-webhook-signature",
        topic="x-wc-webhook-topic",
        delivery="x-wc-webhook-delivery-id",
        origin="x-wc-webhook-source",
        moment=None,
    ),
    woocommerce.TOPICS,
    woocommerce.identities,
    woocommerce.resource,
)
MAKERS: Final[Mapping[str, Maker]] = {maker.name: maker for maker in (SHOPIFY, WOOCOMMERCE)}


def read_shopify(payload: str) -> Arrival:
    """A webhook of Shopify as it was kept."""
    return shopify.translate(read_told(payload))


def read_woocommerce(payload: str) -> Arrival:
    """A webhook of WooCommerce as it was kept."""
    return woocommerce.translate(read_told(payload))
