"""A condition -> plain values, as `parse_condition` reads them: for the database, the API and the YAML view."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, assert_never

from flows.audience.terms import (
    All,
    Answered,
    AnyOf,
    Compare,
    Condition,
    Did,
    Has,
    Known,
    Leaf,
    Not,
    Ordered,
    Value,
)
from flows.fields import write_duration


def dump_condition(condition: Condition) -> dict[str, Any]:
    """The condition as JSON can hold it. Read again, it is the same."""
    match condition:
        case All(parts):
            return {"all": [dump_condition(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [dump_condition(part) for part in parts]}
        case Not(Known(field)):
            return {"unknown": field.name}
        case Not(part):
            return {"not": dump_condition(part)}
        case _:
            return _leaf(condition)


def _leaf(condition: Leaf) -> dict[str, Any]:
    match condition:
        case Known(field):
            return {"known": field.name}
        case Compare(field, "is" | "one_of", value):
            return {field.name: plain(value)}
        case Compare(field, op, value):
            return {field.name: {op: plain(value)}}
        case Has(what, values):
            return {what: values[0] if len(values) == 1 else list(values)}
        case Did() | Ordered() | Answered():
            return _happened(condition)
        case _:
            assert_never(condition)


def plain(value: Value) -> Any:
    """A value as JSON can hold it."""
    match value:
        case bool() | str():
            return value
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case timedelta():
            return write_duration(value)
        case tuple():
            return list(value)
        case date():
            return value.isoformat()
        case _:
            assert_never(value)


def _happened(condition: Did | Ordered | Answered) -> dict[str, Any]:
    match condition:
        case Did(kinds, bound, times, within, product):
            event = kinds[0] if len(kinds) == 1 else list(kinds)
            return {"did": {"event": event, bound: times, **_scope(within, product)}}
        case Ordered("times", bound, number, within, product):
            return {"bought": {bound: plain(number), **_scope(within, product)}}
        case Ordered(_, bound, number, within, product):
            return {"bought": {f"total_{bound}": plain(number), **_scope(within, product)}}
        case Answered(step, value, barrier, sub_code, channel, within):
            wanted = {"step": step, "value": value, "barrier": barrier, "sub_code": sub_code, "channel": channel}
            given = {name: text for name, text in wanted.items() if text is not None}
            return {"answered": given | _scope(within, None)}
        case _:
            assert_never(condition)


def _scope(within: timedelta | None, product: str | None) -> dict[str, str]:
    found = {"within": write_duration(within)} if within is not None else {}
    return found | ({"product": product} if product is not None else {})
