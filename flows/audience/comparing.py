"""Whether a known value is as a condition wants it: the one definition that SQL has to agree with."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, assert_never

from flows.audience.fields import Op
from flows.audience.observing import Seen, engagement_needed, today
from flows.audience.terms import Bound, Value, fold

ENGAGEMENT_MOST: Final = 100
"""Points may add up to more; nobody is shown, or counts as, more engaged than this."""


def matches(op: Op, seen: Seen, wanted: Value, now: datetime) -> bool:
    """The value is as wanted. Days are days of UTC; a moment is `before` a day until that day begins."""
    match seen:
        case str():
            return _text(op, fold(seen), wanted)
        case bool():
            return seen is wanted
        case Decimal() | float():
            return _number(op, seen, wanted)
        case datetime():
            return _moment(op, seen, wanted, now)
        case date():
            return _day(op, seen, wanted, today(now))
        case _:
            assert_never(seen)


def engaged(op: Op, log: float | None, wanted: Decimal, now: datetime) -> bool:
    """Engagement now is as wanted, told by its `engagement_log` (None: there is none): at least so much, or more."""
    reaches = wanted <= 0 or (log is not None and log >= engagement_needed(wanted, now))
    exceeds = wanted < ENGAGEMENT_MOST and log is not None and (wanted <= 0 or log > engagement_needed(wanted, now))
    match op:
        case "at_least":
            return reaches
        case "above":
            return exceeds
        case "at_most":
            return not exceeds
        case "below":
            return not reaches
        case "is":
            return reaches and not exceeds
        case _:
            return exceeds or not reaches


def counts(bound: Bound, number: Decimal | int, wanted: Decimal | int) -> bool:
    """So many are as many as wanted."""
    match bound:
        case "at_least":
            return number >= wanted
        case "at_most":
            return number <= wanted
        case "exactly":
            return number == wanted
        case "above":
            return number > wanted
        case "below":
            return number < wanted


def _text(op: Op, seen: str, wanted: Value) -> bool:
    if isinstance(wanted, tuple):
        among = seen in {fold(one) for one in wanted}
        return among if op == "one_of" else not among
    other = fold(str(wanted))
    match op:
        case "is":
            return seen == other
        case "is_not":
            return seen != other
        case "contains":
            return other in seen
        case _:
            return seen.startswith(other)


def _number(op: Op, seen: Decimal | float, wanted: Value) -> bool:
    if not isinstance(wanted, Decimal):
        return False
    # A declared number is a float where it is kept, and is compared as one; money is exact.
    other: Any = float(wanted) if isinstance(seen, float) else wanted
    match op:
        case "is":
            return bool(seen == other)
        case "is_not":
            return bool(seen != other)
        case "above":
            return bool(seen > other)
        case "at_least":
            return bool(seen >= other)
        case "below":
            return bool(seen < other)
        case _:
            return bool(seen <= other)


def _day(op: Op, seen: date, wanted: Value, day: date) -> bool:
    if isinstance(wanted, timedelta):
        span = timedelta(days=wanted.days)
        match op:
            case "within_last":
                return day - span <= seen <= day
            case "within_next":
                return day <= seen <= day + span
            case _:
                return seen < day - span
    if not isinstance(wanted, date):
        return False
    match op:
        case "is":
            return seen == wanted
        case "is_not":
            return seen != wanted
        case "before":
            return seen < wanted
        case _:
            return seen > wanted


def _moment(op: Op, seen: datetime, wanted: Value, now: datetime) -> bool:
    if isinstance(wanted, timedelta):
        match op:
            case "within_last":
                return now - wanted <= seen <= now
            case "within_next":
                return now <= seen <= now + wanted
            case _:
                return seen < now - wanted
    if not isinstance(wanted, date):
        return False
    return seen < midnight(wanted) if op == "before" else seen >= midnight(wanted + timedelta(days=1))


def midnight(day: date) -> datetime:
    """The moment a day of UTC begins."""
    return datetime.combine(day, time(), UTC)
