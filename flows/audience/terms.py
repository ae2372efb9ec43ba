"""The closed language of conditions, as values: what is asked of a profile. Written down by parsing.py, read by all."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal, get_args

from flows.audience.fields import Field, Op
from flows.errors import FlowError
from flows.words import ADDRESSED, BARRIERS, CHANNELS, Outcome

Value = str | Decimal | bool | date | timedelta | tuple[str, ...]
"""What a field is compared with: several texts for `one_of` and `none_of`, a span for `within_last` and its like."""

EVENT_KINDS: Final = ("viewed", "cart_abandoned", "checkout_started", "quote_sent", "clicked")
"""What somebody can have done: reported by the shop, or `clicked` on a link of ours."""

Measure = Literal["times", "total"]
"""Of orders: how many, or what they came to in the shop's currency."""

Bound = Literal["at_least", "at_most", "exactly", "above", "below"]
Whose = Literal["tag", "barrier", "consent", "reach", "outcome", "offer"]
"""Sets that a profile has: tags, barriers named in answers that hold or in the shop, channels with consent, channels on
which they can be written to, how conversations ended, offers they were given."""

CLOSED: Final[dict[Whose, tuple[str, ...]]] = {
    "barrier": BARRIERS,
    "consent": CHANNELS,
    "reach": ADDRESSED,
    "outcome": get_args(Outcome),
}
"""The sets of which every possible value is known."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds. Without parts: everybody."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds. Without parts: nobody."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold. True as well where the part is false because something is unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Compare:
    """A field compared with a value. False when the field is unknown, whatever the comparison."""

    field: Field
    op: Op
    value: Value


@dataclass(frozen=True, slots=True)
class Known:
    """The field has a value (and not the empty text)."""

    field: Field


@dataclass(frozen=True, slots=True)
class Has:
    """At least one of `values` is among theirs."""

    what: Whose
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Did:
    """Events of one of these kinds, so many of them, of this product, within the last span."""

    kinds: tuple[str, ...]
    bound: Bound = "at_least"
    times: int = 1
    within: timedelta | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """Orders that stand (not refunded): so many or so much, within the last span, of this product.

    An order whose amount is unknown or in another currency counts as an order and adds nothing to the total.
    """

    measure: Measure = "times"
    bound: Bound = "at_least"
    number: Decimal = Decimal(1)
    within: timedelta | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that holds, with all that is given: its step, value, barrier, sub-code, channel, and how long ago."""

    step: str | None = None
    value: str | None = None
    barrier: str | None = None
    sub_code: str | None = None
    channel: str | None = None
    within: timedelta | None = None


Leaf = Compare | Known | Has | Did | Ordered | Answered
Condition = All | AnyOf | Not | Leaf


class ConditionInvalid(FlowError):
    """A condition that cannot be understood; the message is one sentence: where, what is wrong, the cure."""


def fold(text: str) -> str:
    """A text as it is compared: A to Z count as a to z, every other sign as it is.

    Both databases can do exactly this; what they do with Á or И differs between them.
    """
    return text.translate(_ASCII)


_ASCII: Final = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
