"""Conditions in words, for people: what a segment asks for."""

from datetime import timedelta
from decimal import Decimal
from typing import Final, assert_never

from flows.audience.fields import Field, Op
from flows.audience.terms import (
    All,
    Answered,
    AnyOf,
    Bound,
    Compare,
    Condition,
    Did,
    Has,
    Known,
    Leaf,
    Not,
    Ordered,
    Value,
    Whose,
)

OPS_IN_WORDS: Final[dict[Op, str]] = {
    "is": "is",
    "is_not": "is not",
    "one_of": "is one of",
    "none_of": "is none of",
    "contains": "contains",
    "starts_with": "starts with",
    "above": "is more than",
    "at_least": "is at least",
    "below": "is less than",
    "at_most": "is at most",
    "before": "is before",
    "after": "is after",
    "within_last": "is within the last",
    "within_next": "is within the next",
    "older_than": "is longer ago than",
}
BOUNDS: Final[dict[Bound, str]] = {
    "at_least": "at least",
    "at_most": "at most",
    "exactly": "exactly",
    "above": "more than",
    "below": "less than",
}
OWNED: Final[dict[Whose, str]] = {
    "tag": "tag",
    "barrier": "named barrier",
    "consent": "agreed to",
    "reach": "can be reached by",
    "outcome": "conversation ended as",
    "offer": "was given",
}
LACKED: Final[dict[Whose, str]] = {
    "tag": "has no tag",
    "barrier": "has not named barrier",
    "consent": "has not agreed to",
    "reach": "cannot be reached by",
    "outcome": "no conversation ended as",
    "offer": "was not given",
}
"""The opposite, as a reason tells it."""

EVENTS: Final = {
    "viewed": ("product view", "product views"),
    "cart_abandoned": ("abandoned cart", "abandoned carts"),
    "checkout_started": ("started checkout", "started checkouts"),
    "quote_sent": ("quote", "quotes"),
    "clicked": ("click on our links", "clicks on our links"),
}
"""One of them, and several."""


def describe(condition: Condition) -> str:
    """The condition as a phrase without an end, such as `country is HU and cart value is at least 100`."""
    match condition:
        case All(()):
            return "everybody"
        case All(parts):
            return " and ".join(_inner(part) for part in parts)
        case AnyOf(()):
            return "nobody"
        case AnyOf(parts):
            return " or ".join(_inner(part) for part in parts)
        case Not(Did(bound="at_least", times=1) as part):
            return happened(Did(part.kinds, "exactly", 0, part.within, part.product))
        case Not(part):
            return f"not {_inner(part)}"
        case _:
            return _leaf(condition)


def _leaf(condition: Leaf) -> str:
    match condition:
        case Compare(field, op, value):
            return said(field, comparison(field, op, value))
        case Known(field):
            return f"{field.label} is known"
        case Has(what, values):
            return f"{OWNED[what]} {listed(values)}"
        case Did() | Ordered() | Answered():
            return happened(condition)
        case _:
            assert_never(condition)


def _inner(part: Condition) -> str:
    text = describe(part)
    return f"({text})" if isinstance(part, All | AnyOf) and len(part.parts) > 1 else text


def said(field: Field, words: str) -> str:
    """The field and what is said of it: `country is HU`, `was asked: yes`."""
    return f"{field.label}: {words}" if field.kind == "yes_no" else f"{field.label} {words}"


def comparison(field: Field, op: Op, value: Value) -> str:
    """What is said of the field: `is at least 100`."""
    if field.kind == "yes_no":
        return "yes" if value is True else "no"
    return f"{OPS_IN_WORDS[op]} {written(value)}"


def written(value: Value) -> str:
    """A value as people write it."""
    match value:
        case tuple():
            return listed(value)
        case timedelta():
            return span(value)
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return number(value)
        case str():
            return value
        case _:
            return value.isoformat()


def number(value: Decimal | float) -> str:
    """A number without needless zeros."""
    text = f"{value:.3f}" if isinstance(value, float) else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(value: timedelta) -> str:
    """A span of time in days when it is so many, else in hours."""
    days, rest = divmod(int(value.total_seconds()), 86400)
    if not rest:
        return f"{days} day{'' if days == 1 else 's'}"
    hours = int(value.total_seconds()) / 3600
    return f"{hours:g} hour{'' if hours == 1 else 's'}"


def listed(values: tuple[str, ...]) -> str:
    """Values with `or` between the last two."""
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def happened(condition: Did | Ordered | Answered) -> str:
    """What has to have happened."""
    match condition:
        case Did(kinds, bound, times, within, product):
            return times_of(bound, times, kinds) + scope(within, product)
        case Ordered("times", bound, wanted, within, product):
            many = f"order{'' if wanted == 1 else 's'}"
            none = wanted == 0 and bound in ("exactly", "at_most")
            return (f"no {many}" if none else f"{BOUNDS[bound]} {number(wanted)} {many}") + scope(within, product)
        case Ordered(_, bound, wanted, within, product):
            return f"orders of {BOUNDS[bound]} {number(wanted)} in all" + scope(within, product)
        case Answered():
            return answered(condition) + scope(condition.within, None)
        case _:
            assert_never(condition)


def times_of(bound: Bound, times: int, kinds: tuple[str, ...]) -> str:
    """`at least 3 product views`, `no abandoned carts`."""
    if times == 0 and bound in ("exactly", "at_most"):
        return f"no {events(0, kinds)}"
    return f"{BOUNDS[bound]} {times} {events(times, kinds)}"


def events(number: int, kinds: tuple[str, ...]) -> str:
    """What so many events of these kinds are called."""
    return " or ".join(EVENTS[kind][number != 1] if kind in EVENTS else kind for kind in kinds)


def scope(within: timedelta | None, product: str | None) -> str:
    """Of what, and within which time."""
    return (f" of {product}" if product else "") + (f" within the last {span(within)}" if within else "")


def answered(wanted: Answered) -> str:
    """An answer, by what is asked of it."""
    parts = [
        f"{label} {value}"
        for label, value in (
            ("question", wanted.step),
            ("with", wanted.value),
            ("naming", wanted.barrier),
            ("sub-code", wanted.sub_code),
            ("on", wanted.channel),
        )
        if value is not None
    ]
    return " ".join(["answered", *parts])
