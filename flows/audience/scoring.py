"""The rules by which prospects are scored, as they stand in `scoring.yaml`: the target profile, points and limits."""

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from flows.fields import Strict
from flows.words import BARRIERS, Barrier

HALF_LIFE: Final = 14
"""Days after which engagement counts half. Fixed: stored figures and saved segments are made with it."""

Points = Annotated[int, Field(ge=0, le=100)]


def _names(values: tuple[str, ...]) -> tuple[str, ...]:
    """Without blanks around them, empty ones and repetitions; small and capital letters are the same."""
    kept = {value.strip().casefold(): value.strip() for value in values if value.strip()}
    return tuple(kept.values())


Names = Annotated[tuple[Annotated[str, Field(max_length=120)], ...], Field(max_length=200), AfterValidator(_names)]
"""A list of names as people write them."""


class PersonPoints(Strict):
    """What each part of the target is worth for a person."""

    country: Points = 30
    language: Points = 10
    product: Points = 30
    price: Points = 30


class CompanyPoints(Strict):
    """What each part of the target is worth for a company."""

    industry: Points = 25
    size: Points = 20
    role: Points = 25
    region: Points = 10
    use_case: Points = 20


class Range(Strict):
    """From one number up to and with another; an end that is left out is open."""

    at_least: Decimal | None = Field(default=None, ge=0)
    at_most: Decimal | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _rises(self) -> "Range":
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(
                f"the range begins at {self.at_least} and ends at {self.at_most}: nothing can lie in it; "
                "write the smaller number as at_least"
            )
        return self

    def described(self) -> bool:
        """Whether it says anything."""
        return self.at_least is not None or self.at_most is not None

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies in it."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class PersonTarget(Strict):
    """The person the shop would like to have as a customer. A list that is empty says nothing, and does not count.

    `products` are ids, or words of a product's name, an interest or a use; `price` is in the shop's currency.
    """

    countries: Names = ()
    languages: Names = ()
    products: Names = ()
    price: Range = Range()
    points: PersonPoints = PersonPoints()

    def described(self) -> bool:
        """Whether anything is said about the person."""
        return bool(self.countries or self.languages or self.products or self.price.described())


class CompanyTarget(Strict):
    """The company the shop would like to have as a customer. `size` is in people."""

    industries: Names = ()
    size: Range = Range()
    roles: Names = ()
    regions: Names = ()
    use_cases: Names = ()
    points: CompanyPoints = CompanyPoints()

    def described(self) -> bool:
        """Whether anything is said about the company."""
        return bool(self.industries or self.roles or self.regions or self.use_cases or self.size.described())


class Target(Strict):
    """The ideal customer: a person, a company, or both, each judged by its own part."""

    person: PersonTarget = PersonTarget()
    company: CompanyTarget = CompanyTarget()


class Grades(Strict):
    """The fit from which on each grade is given; below C it is D."""

    A: int = Field(default=75, ge=1, le=100)
    B: int = Field(default=50, ge=1, le=100)
    C: int = Field(default=25, ge=1, le=100)

    @model_validator(mode="after")
    def _fall(self) -> "Grades":
        if not self.A > self.B > self.C:
            raise ValueError(
                f"the grades A {self.A}, B {self.B}, C {self.C} do not fall; A must need more than B, B than C"
            )
        return self


class EngagementRules(Strict):
    """Points for what somebody did, each kind once, by its newest time; halved every 14 days.

    `viewed` counts when one product was looked at `often` times. From `level_1` on somebody is at level 1, from
    `level_2` on at level 2, else at level 3.
    """

    checkout_started: Points = 40
    cart_abandoned: Points = 25
    quote_sent: Points = 25
    viewed: Points = 15
    often: int = Field(default=3, ge=1, le=100)
    answered: Points = 20
    clicked: Points = 10
    level_1: int = Field(default=60, ge=1, le=100)
    level_2: int = Field(default=30, ge=1, le=100)

    @model_validator(mode="after")
    def _levels_differ(self) -> "EngagementRules":
        if self.level_1 <= self.level_2:
            raise ValueError(f"level 1 begins at {self.level_1} and level 2 at {self.level_2}; level 1 must need more")
        return self


class LeadTypeRules(Strict):
    """Where the bands of the four lead types begin.

    Frequency in orders of a year. Volume in multiples of the median order. Influence in referrals that bought, or in
    people reached.
    """

    regular_orders: int = Field(default=5, ge=2, le=1000)
    repeat_orders: int = Field(default=2, ge=2, le=1000)
    large_volume: Decimal = Field(default=Decimal(4), gt=0)
    medium_volume: Decimal = Field(default=Decimal(1), gt=0)
    many_referrals: int = Field(default=3, ge=1, le=1000)
    large_audience: int = Field(default=10_000, ge=1)
    some_audience: int = Field(default=1_000, ge=1)

    @model_validator(mode="after")
    def _bands_fall(self) -> "LeadTypeRules":
        for larger, smaller in (
            ("regular_orders", "repeat_orders"),
            ("large_volume", "medium_volume"),
            ("large_audience", "some_audience"),
        ):
            if getattr(self, larger) <= getattr(self, smaller):
                raise ValueError(f"{larger} must be more than {smaller}, or its band can never be told from the other")
        return self


Answer = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}\.[a-z0-9_-]{1,40}$")]
"""A question and its answer, such as `price.much_less`."""


class QualificationRules(Strict):
    """What answers mean for need, ability, authority and timing.

    `removable`: barriers that an offer may remove. `unable`: answers after which somebody cannot pay or cannot be
    delivered to. `solved`: answers that say the barrier is gone. `wait`: days until those who said "not yet" are asked
    again, by answer; `wait_else` for every other "not yet". `call_people`: whether a hot person, too, is a task for
    staff, and not only a hot company.
    """

    removable: tuple[Barrier, ...] = ("price", "reviews", "quality", "shipping", "trust", "fit", "approval")
    unable: tuple[Answer, ...] = ("price.much_less", "shipping.destination")
    solved: tuple[Answer, ...] = ("solved.yes",)
    wait: dict[Answer, Annotated[int, Field(ge=1, le=730)]] = Field(
        default_factory=lambda: {"timing.this_week": 5, "timing.this_month": 21, "timing.later": 60}
    )
    wait_else: int = Field(default=30, ge=1, le=730)
    call_people: bool = False

    @field_validator("removable")
    @classmethod
    def _can_be_removed(cls, value: tuple[Barrier, ...]) -> tuple[Barrier, ...]:
        for barrier in ("no_longer_needed", "bought_elsewhere", "timing"):
            if barrier in value:
                raise ValueError(f"{barrier!r} cannot be removed by an offer; take it out of removable")
        return tuple(one for one in BARRIERS if one in value)


class Rules(Strict):
    """A whole `scoring.yaml`."""

    format: Literal[1] = 1
    target: Target = Target()
    grades: Grades = Grades()
    engagement: EngagementRules = EngagementRules()
    lead_types: LeadTypeRules = LeadTypeRules()
    qualification: QualificationRules = QualificationRules()
