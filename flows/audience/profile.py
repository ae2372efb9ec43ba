"""What is known about one prospect at one moment, as a value: what conditions and scores look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, get_args

FactValue = str | Decimal | bool | date
"""The value of a fact: text, a number or money, yes or no, a day."""

FactSource = Literal["csv", "api", "shop", "flow", "staff", "join"]
"""Who said so. `flow`: the prospect, in a conversation."""

Stage = Literal["informed", "lead", "qualified", "customer"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)

Qualification = Literal["hot", "blocked", "later", "nurture", "out"]
QUALIFICATIONS: Final[tuple[Qualification, ...]] = get_args(Qualification)

LearningSegment = Literal["b2b", "returning", "new_high", "new_other"]
LEARNING_SEGMENTS: Final[tuple[LearningSegment, ...]] = get_args(LearningSegment)
"""Companies; people who bought before; new with a cart of 1.5 times the median or more; other new (EVIDENCE.md 3)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with who said so and when it was true."""

    value: FactValue
    source: FactSource
    at: datetime
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the prospect did.

    `kind`: `viewed`, `cart_abandoned`, `checkout_started`, `quote_sent` from the shop; `answered`, `clicked` with us.
    """

    kind: str
    at: datetime
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Bought:
    """An order. `amount` in the shop's currency, None when it is unknown or in another currency."""

    at: datetime
    amount: Decimal | None = None
    product: str | None = None
    refunded: bool = False


IN_THE_SHOP: Final = "shop"
"""The channel of what was said to staff: no channel of ours."""


@dataclass(frozen=True, slots=True)
class Replied:
    """An answer that still holds (not superseded). `channel` is where it was given.

    What somebody said in the shop, and staff noted, has the same shape: `step` and `channel` are `IN_THE_SHOP`.
    """

    step: str
    value: str | None
    barriers: tuple[str, ...]
    sub_code: str | None
    at: datetime
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class Scores:
    """What was computed last. `engagement` held at `engaged_at` and is halved every 14 days since.

    `level_1_until`, `level_2_until`: until when (without that moment) it is enough for that level, by the rules that it
    was computed by; None when it never was.
    """

    fit: int | None = None
    grade: str | None = None
    engagement: float = 0.0
    engaged_at: datetime | None = None
    level_1_until: datetime | None = None
    level_2_until: datetime | None = None
    stage: Stage = "informed"
    stage_at: datetime | None = None
    qualification: Qualification | None = None
    rfm: str | None = None
    lead_types: Mapping[str, str] = field(default_factory=dict)
    learning_segment: LearningSegment | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One prospect. `facts` holds built-in facts (country, cart_value, ...) and declared attributes by name.

    `free` are undeclared attributes, always text. `agreed` are the channels with consent, `addressed` those on which an
    address is known that did not refuse for good. `heard` is what they said in the shop: it names barriers as `answers`
    do, and is no answer. `outcomes` are those of the conversations that ended, the newest last; `asked` whether anybody
    was ever asked anything.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    free: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    agreed: frozenset[str] = frozenset()
    addressed: frozenset[str] = frozenset()
    happened: tuple[Happening, ...] = ()
    orders: tuple[Bought, ...] = ()
    answers: tuple[Replied, ...] = ()
    heard: tuple[Replied, ...] = ()
    offers: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    asked: bool = False
    known_since: datetime | None = None
    scores: Scores = field(default_factory=Scores)

    @property
    def reachable(self) -> frozenset[str]:
        """The channels on which they may be written to."""
        return self.agreed & self.addressed

    @property
    def naming(self) -> tuple[Replied, ...]:
        """Everything that names barriers, the newest last: answers that hold, and what was said in the shop.

        Of what is of the very same moment, the answer counts as newer.
        """
        return tuple(sorted((one for one in (*self.heard, *self.answers) if one.barriers), key=lambda one: one.at))

    @property
    def barriers(self) -> tuple[str, ...]:
        """All barriers that were named, each once, the newest first."""
        named = (barrier for reply in reversed(self.naming) for barrier in reply.barriers)
        return tuple(dict.fromkeys(named))
