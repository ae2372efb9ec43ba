"""What a profile shows of a field: its value at a moment, or None when it is unknown."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from flows.audience.engagement import EPOCH, engagement_now, level_at
from flows.audience.fields import Field
from flows.audience.profile import FactValue, Profile, Scores
from flows.audience.scoring import HALF_LIFE

Seen = str | Decimal | float | bool | date | datetime
"""A value as it is compared. Declared numbers are floats, as the database keeps them."""


def observe(field: Field, profile: Profile, now: datetime) -> Seen | None:
    """The field's value now. The empty text counts as unknown."""
    match field.origin:
        case "fact" | "company":
            fact = profile.facts.get(field.name)
            return (fact.value or None) if fact is not None and isinstance(fact.value, str) else _value(fact)
        case "declared":
            fact = profile.facts.get(field.key)
            return _declared(field, fact.value) if fact is not None else None
        case "free":
            return profile.free.get(field.key) or None
        case "score":
            return _score(field.name, profile.scores, now)
        case "person":
            return _person(field.name, profile)


def known(field: Field, profile: Profile, now: datetime) -> bool:
    """The field has a value. A declared attribute has one whatever its type."""
    if field.origin != "declared":
        return observe(field, profile, now) is not None
    fact = profile.facts.get(field.key)
    return fact is not None and fact.value != ""


def engagement_needed(at_least: Decimal | float, now: datetime) -> float:
    """The `engagement_log` from which on somebody's engagement is at least so much now. More than 0 is asked of."""
    return math.log2(at_least) + (now - EPOCH) / timedelta(days=HALF_LIFE)


def day_number(day: date) -> int:
    """Whole days since 1970."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def today(now: datetime) -> date:
    """The day it is, in UTC: the same for every reader of a condition."""
    return now.astimezone(UTC).date()


def _value(fact: object) -> Seen | None:
    return getattr(fact, "value", None)


def _declared(field: Field, value: FactValue) -> Seen | None:
    """Numbers, days and yes or no are read where numbers are kept, texts where none is: never one as the other."""
    if field.kind in ("text", "word"):
        return value or None if isinstance(value, str) else None
    if isinstance(value, str):
        return None
    if field.kind == "day":
        return date.fromordinal(int(_number(value)) + date(1970, 1, 1).toordinal()) if _is_day(value) else None
    return _number(value) == 1.0 if field.kind == "yes_no" else _number(value)


def _is_day(value: FactValue) -> bool:
    number = _number(value)
    return number == int(number) and abs(number) < 700_000


def _number(value: FactValue) -> float:
    if isinstance(value, bool | Decimal):
        return float(value)
    return float(day_number(value)) if isinstance(value, date) else math.nan


def _score(name: str, scores: Scores, now: datetime) -> Seen | None:
    match name:
        case "engagement":
            return engagement_now(scores.engagement, scores.engaged_at, now)
        case "engagement_level":
            return str(level_at(scores.level_1_until, scores.level_2_until, now))
        case "stage_since":
            return scores.stage_at
        case "by_frequency" | "by_volume" | "by_influence" | "by_profile":
            return scores.lead_types.get(name.removeprefix("by_")) or None
        case "fit":
            return None if scores.fit is None else Decimal(scores.fit)
        case _:
            found: str | None = getattr(scores, name)
            return found or None


def _person(name: str, profile: Profile) -> Seen | None:
    match name:
        case "latest_barrier":
            return next(iter(profile.barriers), None)
        case "known_since":
            return profile.known_since
        case _:
            return profile.asked
