"""The shape of a file of segments as JSON Schema, made from the very fields and words that conditions are read by.

Never stricter than the reader: what only it can say (that a segment never matches, that a column is declared) is left
to `holdback segments count`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from flows.audience.fields import FIELDS, NUMERIC, OPS, Field, Kind
from flows.audience.happenings import BOUNDS, TOTALS
from flows.audience.segments import LONGEST_LABEL, NAME, RESERVED
from flows.audience.terms import CLOSED, EVENT_KINDS, Whose
from flows.audience.values import LARGEST, LONGEST, MOST_VALUES
from flows.fields import SPAN
from flows.words import BARRIERS, CHANNELS

Schema = dict[str, Any]

_SPANS: Final = ("within_last", "within_next", "older_than")
_LISTS: Final = ("one_of", "none_of")
_DAY: Final = r"^\d{4}(-?\d\d-?\d\d|-?W\d\d(-?\d)?)$"
"""As ISO 8601 has days; the reader knows all its ways."""


def segments_schema() -> Schema:
    """The schema of `segments.yaml`: one segment, a list of them, or a list under `segments:`."""
    segment = {"$ref": "#/$defs/segment"}
    many = {"type": "array", "items": segment, "minItems": 1}
    either = _by_type("array", many, segment)
    whole = {"type": "object", "properties": {"segments": either}}
    listed = {"if": {"type": "object", "required": ["segments"]}, "then": whole, "else": either}
    return listed | {"$defs": _parts()}


def _parts() -> Schema:
    return {
        "segment": {
            "type": "object",
            "description": "Who belongs together: a name in files and addresses, a label for people, a condition.",
            "properties": {
                "name": {"type": "string", "pattern": f"^{NAME.pattern}$", "not": {"enum": sorted(RESERVED)}},
                "label": {"type": ["string", "null"], "description": f"At most {LONGEST_LABEL} characters."},
                "where": {"$ref": "#/$defs/condition"},
            },
            "required": ["name", "where"],
            "additionalProperties": False,
        },
        "condition": _condition(),
        "conditions": {"type": "array", "items": {"$ref": "#/$defs/condition"}},
        "names": _one_or_many({"type": "string"}),
        "text": {"type": "string", "pattern": r"\S", "description": f"1 to {LONGEST} characters."},
        "span": {"type": "string", "pattern": SPAN, "examples": ["30d"]},
        "day": {"anyOf": [{"type": "string", "pattern": _DAY, "examples": ["2026-11-30"]}, {"type": "integer"}]},
        "yes_no": {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": "^([Yy][Ee][Ss]|[Nn][Oo])$"}]},
        "of_text": _compared("text", {"$ref": "#/$defs/text"}),
        "of_declared": _of_declared(),
        "did": _did(),
        "bought": _bought(),
        "answered": _answered(),
        **{f"set-{what}": _one_or_many(_word(CLOSED.get(what, ()))) for what in get_args(Whose)},
        **{f"value-{field.name}": _value(field) for field in FIELDS.values() if field.kind in (*NUMERIC, "word")},
    }


def _condition() -> Schema:
    """A mapping: every one of its entries holds. Names that are not known here may be attributes the shop declared."""
    entries: Schema = {
        "all": _told("conditions", "Every one of these holds."),
        "any": _told("conditions", "At least one of these holds."),
        "not": _told("condition", "This does not hold, or is not known."),
        "known": _told("names", "These fields have a value."),
        "unknown": _told("names", "None of these fields has a value."),
        "did": _told("did", "What they did, reported by the shop."),
        "bought": _told("bought", "Orders that stand."),
        "answered": _told("answered", "Answers that hold."),
    }
    entries |= {what: {"$ref": f"#/$defs/set-{what}"} for what in get_args(Whose)}
    entries |= {name: _of_field(field) | {"description": field.label} for name, field in FIELDS.items()}
    free = {r"^(company|attribute)\.": {"$ref": "#/$defs/of_text"}}
    rest = {"$ref": "#/$defs/of_declared"}
    return {"type": "object", "properties": entries, "patternProperties": free, "additionalProperties": rest}


def _of_field(field: Field) -> Schema:
    match field.kind:
        case "text":
            return {"$ref": "#/$defs/of_text"}
        case "word" | "number" | "money" | "whole":
            return _compared(field.kind, {"$ref": f"#/$defs/value-{field.name}"})
        case "day" | "moment":
            return _compared(field.kind, {"$ref": "#/$defs/day"})
        case "yes_no":
            return _compared("yes_no", {"$ref": "#/$defs/yes_no"})


def _value(field: Field) -> Schema:
    if field.kind == "word":
        return _word(field.options)
    return _number(field.least, field.most, whole=field.kind == "whole")


def _compared(kind: Kind, value: Schema) -> Schema:
    """What may stand behind a field: a value, a list of values, or comparisons, as far as its kind has them."""
    ops = {op: _behind(op, value) for op in OPS[kind]} | {"known": {"type": "boolean"}}
    forms = [{"type": "object", "properties": ops, "additionalProperties": False, "minProperties": 1}]
    if "one_of" in ops:
        forms.append(_list_of(value))
    if "is" in ops:
        forms.append(value)
    return {"anyOf": forms}


def _behind(op: str, value: Schema) -> Schema:
    if op in _SPANS:
        return {"$ref": "#/$defs/span"}
    return _list_of(value) if op in _LISTS else value


def _of_declared() -> Schema:
    """Of what kind an attribute is that the shop declared is written in its own file: every kind is allowed here."""
    ops = sorted({"known", *(op for kind in OPS.values() for op in kind)})
    compared = {"type": "object", "propertyNames": {"enum": ops}, "minProperties": 1}
    plain = {"type": ["string", "number", "boolean"]}
    return {"anyOf": [compared, _list_of({"type": ["string", "integer"]}), plain]}


def _did() -> Schema:
    event = _one_or_many({"enum": list(EVENT_KINDS)})
    return _by_type("object", _object({"event": event, **_times(), **_around()}, ("event",)), event)


def _bought() -> Schema:
    totals: Schema = {name: _number(0, None) for name in TOTALS}
    never = {"anyOf": [{"enum": [True, False, "never"]}, {"type": "number", "minimum": 0, "maximum": 0}]}
    return _by_type("object", _object(_times() | totals | _around()), never)


def _answered() -> Schema:
    texts = {name: {"$ref": "#/$defs/text"} for name in ("step", "value", "sub_code")}
    words = {"barrier": _word(BARRIERS), "channel": _word(CHANNELS), "within": {"$ref": "#/$defs/span"}}
    return _by_type("object", _object({**texts, **words}), {"const": True})


def _times() -> Schema:
    return {str(bound): {"type": "integer", "minimum": 0, "maximum": 1_000_000} for bound in BOUNDS}


def _around() -> Schema:
    return {"within": {"$ref": "#/$defs/span"}, "product": {"$ref": "#/$defs/text"}}


def _object(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _number(least: int | None, most: int | None, *, whole: bool = False) -> Schema:
    found: Schema = {"type": "integer" if whole else "number", "exclusiveMaximum": int(LARGEST)}
    found |= {"minimum": least} if least is not None else {"exclusiveMinimum": -int(LARGEST)}
    return found | ({"maximum": most} if most is not None else {})


def _word(options: tuple[str, ...]) -> Schema:
    """One of a list, blanks around it forgiven; digits may be written as a number."""
    if not options:
        return {"$ref": "#/$defs/text"}
    numbers = [int(option) for option in options if option.isdigit()]
    padded = rf"^\s*({'|'.join(re.escape(option) for option in options)})\s*$"
    return {"anyOf": [{"enum": [*options, *numbers]}, {"type": "string", "pattern": padded}]}


def _one_or_many(one: Schema) -> Schema:
    return _by_type("array", {"type": "array", "items": one, "minItems": 1}, one)


def _list_of(one: Schema) -> Schema:
    return {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_VALUES}


def _by_type(kind: str, then: Schema, other: Schema) -> Schema:
    """One or the other by its type: an editor then names the mistake itself, not every way in which it does not fit."""
    return {"if": {"type": kind}, "then": then, "else": other}


def _told(part: str, description: str) -> Schema:
    return {"$ref": f"#/$defs/{part}", "description": description}
