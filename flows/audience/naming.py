"""The name of a field, as it is written -> the field."""

import difflib
import re
from datetime import date
from decimal import Decimal
from typing import Any, Final, get_args

from flows.audience.fields import FIELDS, Declared, Field, Kind, company_field, declared_field, free_field
from flows.audience.places import Place
from flows.audience.terms import EVENT_KINDS, Whose

_NAME: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_WORDS: Final = (
    "all", "any", "not", "known", "unknown", "did", "bought", "answered",
    *get_args(Whose),
)  # fmt: skip


def find_field(name: str, declared: Declared, place: Place, value: Any = None) -> Field:
    """The field of this name: built in, declared, `company.X`, `fact.X` or `attribute.X`. Raises ConditionInvalid."""
    if name in FIELDS:
        return FIELDS[name]
    if name in declared:
        return declared[name]
    prefix, dot, rest = name.partition(".")
    if dot and prefix == "company" and _NAME.fullmatch(rest):
        return company_field(rest)
    if dot and prefix == "fact" and _NAME.fullmatch(rest):
        return declared.get(rest) or declared_field(rest, _kind_of(value))
    if dot and prefix == "attribute":
        return _free(rest, place)
    return _unknown(name, declared, place)


def _free(name: str, place: Place) -> Field:
    if not name.strip() or len(name) > 200 or any(sign in '"\\' or not sign.isprintable() for sign in name):
        place.refuse(
            "this is not the name of an attribute", "write it as the column is called, such as attribute.hobby"
        )
    return free_field(name)


def _unknown(name: str, declared: Declared, place: Place) -> Field:
    if name in EVENT_KINDS:
        place.refuse(f"{name!r} is an event", f"write did: {name}")
    known = [*FIELDS, *declared, *_WORDS]
    close = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]!r}?" if close else "write attribute.NAME for a column of your own"
    return place.refuse(f"there is no field {name[:60]!r}", hint)


def _kind_of(value: Any) -> Kind:
    """Of a declared attribute nobody told us about: what it must be for this comparison to make sense."""
    if isinstance(value, dict):
        return next((_kind_by_op(str(op), wanted) for op, wanted in value.items()), "text")
    if isinstance(value, list):
        return "text"
    return _kind_of_value(value)


def _kind_by_op(op: str, wanted: Any) -> Kind:
    if op in ("before", "after", "within_last", "within_next", "older_than"):
        return "day"
    if op in ("above", "at_least", "below", "at_most"):
        return "number"
    return _kind_of_value(wanted) if op in ("is", "is_not") else "text"


def _kind_of_value(value: Any) -> Kind:
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, int | float | Decimal):
        return "number"
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return "day"
    return "text"
