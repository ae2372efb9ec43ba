"""A strategy: which offers are made to whom, in what order, within which guards (PRODUCT.md S4, EVIDENCE.md 2.1)."""

from decimal import Decimal
from typing import Final, Literal

from pydantic import Field

from flows.fields import Identifier, Strict
from flows.words import Barrier

ANYBODY: Final = "any"
"""The segment of a row that holds for everybody."""

Mode = Literal["strict", "expected"]
Period = Literal["campaign", "month", "week"]


class Row(Strict):
    """Whoever names this barrier and is in this segment is made the first of these offers that can be given.

    `segment` is `any`, one of the four learning segments (flows.audience.profile), or the name of a saved segment.
    """

    barrier: Barrier
    segment: Identifier = ANYBODY
    offers: tuple[Identifier, ...] = Field(min_length=1, max_length=8)


class Guards(Strict):
    """What no order and no learning can override.

    `money_for`: barriers for which a discount may be given. `max_discount`: percent of the cart (or price) that a
    discount may take. `margin`: percent of the price that is left after the goods are paid, for products that `margins`
    does not name by their id; `min_margin`: percent of the price that must be left after the offer is paid, too.
    `countries` (ISO 3166 codes; empty: all), `cooldown_days` since the last offer worth money and `one_live` offer at a
    time hold for offers that cost money; help that costs nothing may always be given.
    """

    money_for: tuple[Barrier, ...] = ("price",)
    max_discount: int | None = Field(default=None, ge=1, le=90)
    margin: int | None = Field(default=None, ge=1, le=100)
    margins: dict[str, int] = Field(default_factory=dict, max_length=1000)
    min_margin: int | None = Field(default=None, ge=0, le=100)
    countries: tuple[str, ...] = Field(default=(), max_length=250)
    cooldown_days: int = Field(default=0, ge=0, le=3650)
    one_live: bool = True


class Budget(Strict):
    """What offers of this campaign may cost: `amount` of `currency` `per` campaign, month or week.

    `strict`: redeemed and still valid codes count with their full value, so it cannot be exceeded even if everybody
    uses theirs. `expected`: valid codes count with the share that is usually used, plus three standard deviations; it
    spends more of the budget, and may exceed it. `days`: how long the budget of a campaign is to last.
    """

    amount: Decimal = Field(gt=0, max_digits=12, decimal_places=3)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    per: Period = "campaign"
    mode: Mode = "strict"
    days: int = Field(default=90, ge=1, le=3650)


class Learning(Strict):
    """Whether offers of a row are drawn by what worked so far instead of taken in order.

    `k1`: a new offer starts as if so many had bought at the barrier's usual rate; `k2`: the same for an offer in one
    segment, at the offer's rate; `floor`: the least share of any offer.
    """

    on: bool = False
    k1: int = Field(default=50, ge=1, le=10_000)
    k2: int = Field(default=400, ge=1, le=100_000)
    floor: Decimal = Field(default=Decimal("0.02"), ge=0, le=Decimal("0.2"))


class Control(Strict):
    """Percentages of people kept apart by lot to measure the effect: never written to, asked without offer."""

    never_contacted: int = Field(default=0, ge=0, le=50)
    asked_no_offer: int = Field(default=0, ge=0, le=50)


class StrategyDefinition(Strict):
    """A whole strategy of one campaign. Of the rows of a barrier, the first whose segment the person is in counts.

    Without `control` the campaign's own file says who is kept apart. `two_person`: who approves is not who submitted.
    """

    format: Literal[1] = 1
    campaign: Identifier
    rows: tuple[Row, ...] = Field(default=(), max_length=200)
    guards: Guards = Guards()
    budget: Budget | None = None
    learning: Learning = Learning()
    control: Control | None = None
    two_person: bool = False

    def rows_for(self, barrier: str) -> tuple[Row, ...]:
        """The rows of this barrier, in order."""
        return tuple(row for row in self.rows if row.barrier == barrier)
