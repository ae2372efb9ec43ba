"""The value a field is compared with, read by the field's kind."""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from flows.audience.fields import Field, Op
from flows.audience.places import Place
from flows.audience.terms import Value
from flows.fields import parse_duration

LONGEST: Final = 200
LARGEST: Final = Decimal(10) ** 12
MOST_VALUES: Final = 500
_SPANS: Final = ("within_last", "within_next", "older_than")


def read_value(field: Field, op: Op, wanted: Any, place: Place) -> Value:
    """What stands behind a comparison. Raises ConditionInvalid."""
    if op in _SPANS:
        return read_span(wanted, place)
    if op in ("one_of", "none_of"):
        return _several(field, wanted, place)
    match field.kind:
        case "text" | "word":
            return _text(field, wanted, place)
        case "number" | "money" | "whole":
            return _bounded(field, read_number(wanted, place, whole=field.kind == "whole"), place)
        case "day" | "moment":
            return _day(wanted, place)
        case "yes_no":
            return _yes_no(field, wanted, place)


def read_span(wanted: Any, place: Place) -> timedelta:
    """A span of time such as 30d. Raises ConditionInvalid."""
    try:
        span = parse_duration(wanted)
    except ValueError:
        span = timedelta(0)
    if not timedelta(0) < span <= timedelta(days=36500):
        place.refuse(f"{_shown(wanted)} is not a span of time", "write a number and h, d or w, such as 30d")
    return span


def read_number(wanted: Any, place: Place, *, whole: bool = False) -> Decimal:
    """A number, with at most three decimals. Raises ConditionInvalid."""
    if isinstance(wanted, bool) or not isinstance(wanted, int | float | Decimal):
        place.refuse(f"{_shown(wanted)} is not a number", "write digits only, such as 100 or 12.50")
    try:
        number = Decimal(repr(wanted)) if isinstance(wanted, float) else Decimal(wanted)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= LARGEST or number != round(number, 3):
        place.refuse(f"{_shown(wanted)} is not a number one can compare with", "use at most three decimals")
    if whole and number != int(number):
        place.refuse(f"{_shown(wanted)} has decimals", "write a whole number")
    return number.normalize() + 0


def _bounded(field: Field, number: Decimal, place: Place) -> Decimal:
    low, high = field.least, field.most
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"from {low} to {high}" if high is not None else f"{low} or more"
        place.refuse(f"{field.label} is never {number:f}", f"it is {bounds}")
    return number


def _several(field: Field, wanted: Any, place: Place) -> tuple[str, ...]:
    if not isinstance(wanted, list) or not wanted:
        place.refuse("a list of values is missing", "such as [HU, CZ]")
    if len(wanted) > MOST_VALUES:
        place.refuse(f"these are more than {MOST_VALUES} values", "give people a tag and ask for it")
    return tuple(dict.fromkeys(_text(field, one, place) for one in wanted))


def _text(field: Field, wanted: Any, place: Place) -> str:
    if field.options and isinstance(wanted, int) and not isinstance(wanted, bool):
        wanted = str(wanted)
    if not isinstance(wanted, str):
        place.refuse(f"{field.label} is text, and {_shown(wanted)} is not", f'put it in quotes, such as "{wanted}"')
    text = wanted.strip()
    if not text or len(text) > LONGEST or "\x00" in text:
        place.refuse("the text is missing or too long", f"write 1 to {LONGEST} characters; for no value use unknown")
    if field.options and text not in field.options:
        place.refuse(f"{field.label} is never {text!r}", f"write one of {', '.join(field.options)}")
    return text


def _day(wanted: Any, place: Place) -> date:
    if isinstance(wanted, datetime):
        wanted = wanted.date()
    try:
        day = wanted if isinstance(wanted, date) else date.fromisoformat(str(wanted))
    except ValueError:
        day = date.min
    if not date(1900, 1, 1) <= day <= date(2200, 1, 1):
        place.refuse(f"{_shown(wanted)} is not a day", "write it like 2026-11-30")
    return day


def _yes_no(field: Field, wanted: Any, place: Place) -> bool:
    answer = {"yes": True, "no": False}.get(wanted.lower()) if isinstance(wanted, str) else wanted
    if not isinstance(answer, bool):
        place.refuse(f"{field.label} is yes or no", f"write {field.name}: true, or false")
    return answer


def _shown(value: Any) -> str:
    text = " ".join(str(value).split())
    return repr(text if len(text) <= 40 else text[:39] + "…")
