"""The rules as a form and back: every rule a field, and every mistake a sentence beside its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import ValidationError
from starlette.datastructures import FormData

from flows.audience.reading import amount
from flows.audience.scoring import Rules
from flows.words import BARRIERS

Kind = Literal["names", "number", "amount", "answers", "waits", "barriers", "yes_no"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name in the form, where it stands in the rules, and how it is written."""

    name: str
    path: tuple[str, ...]
    kind: Kind


def _fields(prefix: str, path: tuple[str, ...], kind: Kind, names: str) -> tuple[Field, ...]:
    return tuple(Field(f"{prefix}{name}", (*path, *name.split("-")), kind) for name in names.split())


PERSON, COMPANY = ("target", "person"), ("target", "company")
GROUPS: Final[Mapping[str, tuple[Field, ...]]] = {
    "person": _fields("person-", PERSON, "names", "countries languages products")
    + _fields("person-", PERSON, "amount", "price-at_least price-at_most"),
    "person_points": _fields("person-", PERSON, "number", "points-country points-language points-product points-price"),
    "company": _fields("company-", COMPANY, "names", "industries roles regions use_cases")
    + _fields("company-", COMPANY, "amount", "size-at_least size-at_most"),
    "company_points": _fields(
        "company-", COMPANY, "number", "points-industry points-size points-role points-region points-use_case"
    ),
    "grades": _fields("grades-", ("grades",), "number", "A B C"),
    "engagement": _fields(
        "engagement-",
        ("engagement",),
        "number",
        "checkout_started cart_abandoned quote_sent answered viewed often clicked level_1 level_2",
    ),
    "lead_types": _fields(
        "types-", ("lead_types",), "number", "regular_orders repeat_orders many_referrals large_audience some_audience"
    )
    + _fields("types-", ("lead_types",), "amount", "large_volume medium_volume"),
    "qualification": (
        Field("qualification-removable", ("qualification", "removable"), "barriers"),
        *_fields("qualification-", ("qualification",), "answers", "unable solved"),
        Field("qualification-wait", ("qualification", "wait"), "waits"),
        Field("qualification-wait_else", ("qualification", "wait_else"), "number"),
        Field("qualification-call_people", ("qualification", "call_people"), "yes_no"),
    ),
}
"""All fields, in the order of the page."""

ALL: Final = tuple(field for fields in GROUPS.values() for field in fields)


def filled(rules: Rules) -> dict[str, Any]:
    """The form as these rules fill it in."""
    document = rules.model_dump()
    return {field.name: _shown(_at(document, field.path), field.kind) for field in ALL}


def read(form: FormData) -> tuple[Rules | None, dict[str, str], dict[str, Any]]:
    """(the rules, or None; what is wrong by field; the form as it was sent)."""
    given: dict[str, Any] = {field.name: _given(form, field) for field in ALL}
    errors: dict[str, str] = {}
    document: dict[str, Any] = {"format": 1}
    for field in ALL:
        try:
            _put(document, field.path, _value(given[field.name], field.kind))
        except ValueError as error:
            errors[field.name] = str(error)
    if errors:
        return None, errors, given
    try:
        return Rules.model_validate(document), {}, given
    except ValidationError as error:
        return None, _told(error), given


def _given(form: FormData, field: Field) -> Any:
    if field.kind == "barriers":
        return [one for one in BARRIERS if one in form.getlist(field.name)]
    if field.kind == "yes_no":
        return form.get(field.name) == "yes"
    value = form.get(field.name, "")
    return value.replace("\x00", "").strip()[:4000] if isinstance(value, str) else ""


def _value(given: Any, kind: Kind) -> Any:
    match kind:
        case "names" | "answers":
            return [part.strip() for part in re.split(r"[,;\n、،]", given) if part.strip()]
        case "number":
            if not re.fullmatch(r"\d{1,9}", given):
                raise ValueError("write a whole number, such as 30")
            return int(given)
        case "amount":
            return _amount(given)
        case "waits":
            return _waits(given)
        case "barriers" | "yes_no":
            return given


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    plain = text.replace(" ", "").replace(",", ".")
    if not re.fullmatch(r"\d{1,12}(\.\d{1,3})?", plain):
        raise ValueError("write a number, such as 20 or 19.90, or leave it empty")
    return Decimal(plain)


def _waits(text: str) -> dict[str, int]:
    found = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        answer, _, days = line.replace(":", " ").partition(" ")
        if not days.strip().isdigit():
            raise ValueError(
                f"write an answer and a number of days on each line, such as timing.later 60; found {line!r}"
            )
        found[answer] = int(days)
    return found


def _shown(value: Any, kind: Kind) -> Any:
    match kind:
        case "names" | "answers":
            return ", ".join(value)
        case "number":
            return str(value)
        case "amount":
            return "" if value is None else amount(value)
        case "waits":
            return "\n".join(f"{answer} {days}" for answer, days in value.items())
        case "barriers":
            return list(value)
        case "yes_no":
            return bool(value)


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def _put(document: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *outer, last = path
    for key in outer:
        document = document.setdefault(key, {})
    if value is not None or last in ("at_least", "at_most"):
        document[last] = value
    # A band's limit that was left empty is the shipped one.


def _told(error: ValidationError) -> dict[str, str]:
    """Each mistake at the field it is about; one about several fields at the first of them."""
    found: dict[str, str] = {}
    for detail in error.errors(include_url=False):
        path = tuple(str(part) for part in detail["loc"])
        name = next(
            (field.name for field in ALL if field.path[: len(path)] == path or path[: len(field.path)] == field.path),
            "",
        )
        found.setdefault(name or ALL[0].name, _sentence(detail["type"], detail["msg"], detail.get("ctx", {})))
    return found


def _sentence(kind: str, message: str, context: Mapping[str, Any]) -> str:
    limits = {
        "less_than_equal": ("le", "at most"),
        "greater_than_equal": ("ge", "at least"),
        "greater_than": ("gt", "more than"),
    }
    if kind in limits:
        key, words = limits[kind]
        return f"this must be {words} {context.get(key)}"
    if kind == "string_pattern_mismatch":
        return "write a question and its answer with a point between them, such as price.much_less"
    return message.removeprefix("Value error, ")
