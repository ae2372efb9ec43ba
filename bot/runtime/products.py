"""The product that somebody looked at, as a mail and the survey page show it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

LONGEST_ADDRESS: Final = 1000


@dataclass(frozen=True, slots=True)
class Product:
    """A product by its name; what is not known is None.

    `price` is in `currency` (ISO 4217); `url` and `picture` are https addresses of the shop.
    """

    name: str
    price: Decimal | None = None
    currency: str | None = None
    url: str | None = None
    picture: str | None = None

    @property
    def picture_origin(self) -> str | None:
        """Where the picture comes from, as a page has to allow it: `https://host`."""
        parts = urlsplit(self.picture) if self.picture else None
        return f"https://{parts.netloc}" if parts else None


def product_of(row: Any, picture: str | None, pictured_at: datetime | None) -> Product | None:
    """The product in a prospect's row, None when none is named there.

    Read are `product_name`, `product_url`, `price`, `currency` and `provenance`. What was said before the product was
    named belongs to another one, and is left out.
    """
    if not row.product_name:
        return None
    named = _said_at(row, "product_name")

    def is_of_this(at: datetime | None) -> bool:
        return named is None or (at is not None and at >= named)

    priced = row.price is not None and row.currency and is_of_this(_said_at(row, "price"))
    linked = is_of_this(_said_at(row, "product_url"))
    pictured = pictured_at is not None and is_of_this(pictured_at)
    return Product(
        name=row.product_name,
        price=row.price if priced else None,
        currency=row.currency if priced else None,
        url=secure_address(row.product_url) if linked else None,
        picture=secure_address(picture) if pictured else None,
    )


def _said_at(row: Any, name: str) -> datetime | None:
    said = row.provenance.get(name)
    return datetime.fromisoformat(said[1]) if said else None


def secure_address(given: str | None) -> str | None:
    """The address if it is a plain https one, else None: anything else came from a file or an event and is not shown.

    A page has to allow a picture's host by name, so a host is letters, digits, dots and a port.
    """
    address = (given or "").strip()
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    plain = host.replace("-", "").replace(".", "").isalnum() and parts.netloc.lower() == (
        f"{host}:{port}" if port is not None else host
    )
    return address if parts.scheme == "https" and plain and not set(address) & set("\"'<>\\`") else None
