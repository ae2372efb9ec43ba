"""The scene of a rehearsal: one fixed person and shop, and everything on the shelf unless told otherwise."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal

from flows.calendar import QuietHours
from flows.fields import Identifier, Strict
from flows.offers.catalogue import Catalogue
from flows.scene import Person, Reach, Reachable, Scene, Shop, Stock

START: Final = datetime(2025, 3, 4, 10, 0, tzinfo=UTC)
"""When a rehearsal begins: a Tuesday morning."""

CODE: Final = "PLAY-1234"
"""The coupon code that is on the shelf for every offer that needs one."""


class Stage(Strict):
    """What is special about a rehearsal's scene.

    `shelf` names the offers that can be given (all of them by default); `telegram` and `email` say how the prospect can
    be reached; `product` is false for a prospect of whom only the visit is known; `quiet` keeps the usual quiet hours;
    `enough` names the questions whose quota is reached.
    """

    shelf: tuple[Identifier, ...] | None = None
    telegram: Reachable = "open"
    email: Reachable = "open"
    product: bool = True
    quiet: bool = False
    first: Literal["telegram", "email"] = "telegram"
    enough: tuple[Identifier, ...] = ()

    def scene(self, catalogue: Catalogue) -> Scene:
        """The facts of the first turn."""
        offers = [offer for offer in catalogue.offers if self.shelf is None or offer.id in self.shelf]
        return Scene(
            person=_person(catalogue.currency, known=self.product),
            reach=Reach(telegram=self.telegram, email=self.email),
            shop=Shop(
                name="Lamp & Loom",
                url="https://shop.example",
                timezone="Europe/Prague",
                quiet=QuietHours() if self.quiet else None,
            ),
            stock=tuple(Stock(offer.id, CODE if offer.code == "pool" else None) for offer in offers),
            channels=("telegram", "email") if self.first == "telegram" else ("email", "telegram"),
            enough=frozenset(self.enough),
        )


def _person(currency: str, *, known: bool) -> Person:
    if not known:
        return Person(first_name="Alex", timezone="Europe/Prague")
    return Person(
        first_name="Alex",
        timezone="Europe/Prague",
        country="CZ",
        product_id="lamp-7",
        product="Aurora desk lamp",
        product_url="https://shop.example/lamp-7",
        price=Decimal("89.00"),
        cart_value=Decimal("129.00"),
        currency=currency,
    )
