"""What happened, as it is written: `did`, `bought` and `answered`."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from flows.audience.places import Place
from flows.audience.terms import EVENT_KINDS, Answered, Bound, Condition, Did, Ordered
from flows.audience.values import LONGEST, read_number, read_span
from flows.words import BARRIERS, CHANNELS

BOUNDS: Final[tuple[Bound, ...]] = ("at_least", "at_most", "exactly")
TOTALS: Final[dict[str, Bound]] = {
    "total_at_least": "at_least",
    "total_at_most": "at_most",
    "total_above": "above",
    "total_below": "below",
}


def read_did(value: Any, place: Place) -> Condition:
    """`did: viewed`, or `did: {event: viewed, at_least: 3, within: 7d, product: lamp}`."""
    document = value if isinstance(value, dict) else {"event": value}
    _only(document, ("event", *BOUNDS, "within", "product"), place)
    named = document.get("event")
    kinds: list[Any] = named if isinstance(named, list) else [named]
    unknown = [kind for kind in kinds if kind not in EVENT_KINDS]
    if not kinds or unknown:
        what = f"there is no event {str(unknown[0])[:40]!r}" if unknown and unknown[0] else "the event is missing"
        place.refuse(what, f"write one of {', '.join(EVENT_KINDS)}")
    bound, times = _times(document, place)
    return Did(tuple(dict.fromkeys(kinds)), bound, times, _within(document, place), _text(document, "product", place))


def read_ordered(value: Any, place: Place) -> Condition:
    """`bought: true`, `bought: never`, or `bought: {at_least: 2, within: 90d}`, `bought: {total_at_least: 200}`."""
    if value in (False, "never"):
        return Ordered("times", "exactly", Decimal(0))
    document = {} if value is True else value
    if not isinstance(document, dict):
        place.refuse("it is not said what was bought", "write true, never, or {at_least: 2, within: 90d}")
    _only(document, (*BOUNDS, *TOTALS, "within", "product"), place)
    within, product = _within(document, place), _text(document, "product", place)
    totals = [name for name in TOTALS if name in document]
    if not totals:
        bound, times = _times(document, place)
        return Ordered("times", bound, Decimal(times), within, product)
    if len(totals) > 1 or any(name in document for name in BOUNDS):
        place.refuse("one comparison is enough for one bought", "write a second bought under all")
    total = read_number(document[totals[0]], place.at(totals[0]))
    if total < 0:
        place.refuse("orders never come to less than nothing", "write 0 or more")
    return Ordered("total", TOTALS[totals[0]], total, within, product)


def read_answered(value: Any, place: Place) -> Condition:
    """`answered: true`, or `answered: {step: price, value: too_dear, within: 30d}`."""
    document = {} if value is True else value
    if not isinstance(document, dict):
        place.refuse("it is not said what was answered", "write true, or {step: price, within: 30d}")
    _only(document, ("step", "value", "barrier", "sub_code", "channel", "within"), place)
    texts = {name: _text(document, name, place) for name in ("step", "value", "barrier", "sub_code", "channel")}
    for name, options in (("barrier", BARRIERS), ("channel", CHANNELS)):
        if texts[name] is not None and texts[name] not in options:
            place.at(name).refuse(f"there is no {name} {texts[name]!r}", f"write one of {', '.join(options)}")
    return Answered(**texts, within=_within(document, place))


def _times(document: dict[str, Any], place: Place) -> tuple[Bound, int]:
    bounds = [bound for bound in BOUNDS if bound in document]
    if not bounds:
        return "at_least", 1
    if len(bounds) > 1:
        place.refuse("one comparison is enough", "write a second one under all")
    number = read_number(document[bounds[0]], place.at(bounds[0]), whole=True)
    if not 0 <= number <= 1_000_000:
        place.refuse("nothing happens less than 0 times", "write 0 or more")
    return bounds[0], int(number)


def _within(document: dict[str, Any], place: Place) -> timedelta | None:
    return read_span(document["within"], place.at("within")) if "within" in document else None


def _text(document: dict[str, Any], name: str, place: Place) -> str | None:
    if name not in document:
        return None
    value = document[name]
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST or "\x00" in value:
        place.at(name).refuse(f"{name} is a text of 1 to {LONGEST} characters", 'put it in quotes, such as "lamp"')
    return value.strip()


def _only(document: dict[str, Any], allowed: Sequence[str], place: Place) -> None:
    unknown = [name for name in document if name not in allowed]
    if unknown:
        place.refuse(f"{str(unknown[0])[:40]!r} is not known here", f"use only {', '.join(allowed)}")
