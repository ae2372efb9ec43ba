"""Plain values (from YAML or JSON) -> a condition, strictly: what is not understood is refused with its place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, get_args

from flows.audience.fields import OPS, Declared, Field, Op
from flows.audience.happenings import read_answered, read_did, read_ordered
from flows.audience.naming import find_field
from flows.audience.places import Place
from flows.audience.terms import (
    CLOSED,
    All,
    AnyOf,
    Compare,
    Condition,
    Has,
    Known,
    Not,
    Value,
    Whose,
)
from flows.audience.values import read_value

DEEPEST: Final = 12
MOST: Final = 200
"""Conditions in one segment."""

_SETS: Final[tuple[Whose, ...]] = get_args(Whose)
_EXAMPLES: Final[dict[Whose, str]] = {
    "tag": "vip",
    "barrier": "price",
    "consent": "email",
    "reach": "email",
    "outcome": "helped",
    "offer": "discount_10",
}


def parse_condition(document: Any, where: str, declared: Declared | None = None) -> Condition:
    """The condition that a document describes. `where` is what its author calls it: a file, a segment's name.

    `declared` are the shop's own attributes; `fact.NAME` is understood without them, by the value it is compared with.
    Raises ConditionInvalid: one sentence with the place, what is wrong and the cure.
    """
    return _Reader(declared or {}).read(document, Place(where))


class _Reader:
    def __init__(self, declared: Declared) -> None:
        self._declared, self._count = declared, 0

    def read(self, document: Any, place: Place, depth: int = 0) -> Condition:
        """A mapping: every one of its entries holds."""
        if not isinstance(document, dict):
            place.refuse("a condition is written as NAME: VALUE", "such as country: HU")
        if depth > DEEPEST:
            place.refuse(f"conditions are nested more than {DEEPEST} deep", "take parts of it out into a list")
        parts = tuple(self._entry(str(name), value, place.at(str(name)), depth) for name, value in document.items())
        return parts[0] if len(parts) == 1 else All(parts)

    def _entry(self, name: str, value: Any, place: Place, depth: int) -> Condition:
        self._count += 1
        if self._count > MOST:
            place.refuse(f"this is more than {MOST} conditions", "make two segments of it")
        readers: dict[str, Callable[[Any, Place], Condition]] = {
            "did": read_did,
            "bought": read_ordered,
            "answered": read_answered,
            "known": self._known,
            "unknown": lambda value, place: _negated(self._known(value, place)),
        }
        match name:
            case "all":
                return All(self._list(value, place, depth))
            case "any":
                return AnyOf(self._list(value, place, depth))
            case "not":
                return Not(self.read(value, place, depth + 1))
            case _ if name in readers:
                return readers[name](value, place)
            case _:
                return self._set(name, value, place) or self._field(name, value, place)

    def _list(self, value: Any, place: Place, depth: int) -> tuple[Condition, ...]:
        if not isinstance(value, list):
            place.refuse("a list of conditions is missing", "write each on a line of its own, with a dash before it")
        return tuple(self.read(one, place.item(number), depth + 1) for number, one in enumerate(value, 1))

    def _known(self, value: Any, place: Place) -> Condition:
        names = value if isinstance(value, list) else [value]
        if not names or not all(isinstance(name, str) for name in names):
            place.refuse("the name of a field is missing", "such as known: city")
        parts = tuple(Known(find_field(name, self._declared, place)) for name in names)
        return parts[0] if len(parts) == 1 else All(parts)

    def _set(self, name: str, value: Any, place: Place) -> Condition | None:
        what = next((one for one in _SETS if one == name), None)
        if what is None:
            return None
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(one, str) and one.strip() for one in values):
            place.refuse(f"{name} needs a text or a list of texts", f"such as {name}: {_EXAMPLES[what]}")
        wanted = tuple(dict.fromkeys(one.strip() for one in values))
        options = CLOSED.get(what, ())
        unknown = [one for one in wanted if options and one not in options]
        if unknown:
            place.refuse(f"there is no {what} {unknown[0]!r}", f"write one of {', '.join(options)}")
        return Has(what, wanted)

    def _field(self, name: str, value: Any, place: Place) -> Condition:
        field = find_field(name, self._declared, place, value)
        if isinstance(value, list):
            return self._compare(field, "one_of", value, place)
        if not isinstance(value, dict):
            return self._compare(field, "is", value, place)
        if not value:
            place.refuse(f"it is not said what {name} should be", f"such as {name}: {{{OPS[field.kind][0]}: ...}}")
        parts = tuple(self._op(field, str(op), wanted, place.at(str(op))) for op, wanted in value.items())
        return parts[0] if len(parts) == 1 else All(parts)

    def _op(self, field: Field, op: str, wanted: Any, place: Place) -> Condition:
        if op == "known" and isinstance(wanted, bool):
            return Known(field) if wanted else Not(Known(field))
        known = next((one for one in OPS[field.kind] if one == op), None)
        if known is None:
            allowed = ", ".join((*OPS[field.kind], "known"))
            if field.kind == "text" and op in OPS["number"]:
                cure = f"use one of {allowed}, or declare it as a number"
                place.refuse(f"{field.label} is text and cannot be compared with {op!r}", cure)
            place.refuse(f"{op!r} cannot be said of {field.label}", f"use one of {allowed}")
        return self._compare(field, known, wanted, place)

    def _compare(self, field: Field, op: Op, wanted: Any, place: Place) -> Condition:
        if op not in OPS[field.kind]:
            place.refuse(f"a list cannot be said of {field.label}", f"use one of {', '.join(OPS[field.kind])}")
        value: Value = read_value(field, op, wanted, place)
        if field.kind == "day" and isinstance(value, timedelta) and value % timedelta(days=1):
            place.refuse(f"{field.label} is a day, and hours cannot be told of it", "write whole days, such as 30d")
        return Compare(field, op, value)


def _negated(condition: Condition) -> Condition:
    """`unknown: [a, b]`: neither is known."""
    return All(tuple(Not(part) for part in condition.parts)) if isinstance(condition, All) else Not(condition)
