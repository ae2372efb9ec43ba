"""The catalogue of offers, as it stands in `catalogue.yaml`."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from flows.fields import Duration, Identifier, Strict
from flows.words import Barrier

OfferKind = Literal[
    "discount",
    "free_shipping",
    "review_digest",
    "guarantee",
    "sample",
    "brochure",
    "appointment",
    "callback",
    "nothing",
]


class Limits(Strict):
    """What is never exceeded: `total` grants in all, `budget` money promised in the catalogue's currency."""

    total: int = Field(ge=1)
    budget: Decimal | None = Field(default=None, gt=0)


class OfferDefinition(Strict):
    """One offer. `value` is its face value; a discount instead has `percent` of the cart (or price), `at_most` so much.

    `code: pool` needs an imported code for each grant. `calls` asks staff to act (`callback`, `appointment`). `url`
    (else the product's page, else the shop's) is shown as a link with the label `<offer>.link`.
    """

    id: Identifier
    kind: OfferKind
    removes: tuple[Barrier, ...] = Field(min_length=1)
    code: Literal["pool", "none"] = "none"
    value: Decimal | None = Field(default=None, ge=0)
    percent: int | None = Field(default=None, ge=1, le=90)
    at_most: Decimal | None = Field(default=None, gt=0)
    valid_for: Duration | None = None
    calls: Literal["callback", "appointment"] | None = None
    url: str | None = Field(default=None, pattern=r"^https?://")
    limits: Limits

    @model_validator(mode="after")
    def _money_makes_sense(self) -> "OfferDefinition":
        if self.kind == "discount" and (self.percent is None) == (self.value is None):
            raise ValueError(f"offer {self.id!r}: a discount has either a percent or a value; give exactly one")
        if self.code == "pool" and self.valid_for is None:
            raise ValueError(f"offer {self.id!r}: a code needs an expiry; add valid_for, such as 3d")
        if self.percent is not None and self.at_most is None:
            raise ValueError(f"offer {self.id!r}: a percentage needs an upper limit; add at_most")
        return self

    @property
    def costs_money(self) -> bool:
        """Whether giving it can cost the shop money: it has a value or a percentage, or a code of a pool."""
        return self.percent is not None or bool(self.value) or self.code == "pool"


class Catalogue(Strict):
    """All offers, in the order in which they are considered. `currency` is that of values and budgets (ISO 4217)."""

    format: Literal[1]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    offers: tuple[OfferDefinition, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Catalogue":
        ids = [offer.id for offer in self.offers]
        twice = sorted({offer for offer in ids if ids.count(offer) > 1})
        if twice:
            raise ValueError(f"offer {twice[0]!r} stands twice in the catalogue; give each offer its own id")
        return self

    def offer(self, offer_id: str) -> OfferDefinition | None:
        """The offer with this id, or None."""
        return next((offer for offer in self.offers if offer.id == offer_id), None)
