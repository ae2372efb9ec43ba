"""What was computed about a prospect, compared in SQL: expressions over `profiles`, null where something is unknown."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from flows.audience.comparing import ENGAGEMENT_MOST, matches
from flows.audience.conditions import Compare, Known
from flows.audience.engagement import EPOCH
from flows.audience.fields import LEVELS, Op
from flows.audience.observing import engagement_needed
from storage.segment_values import compare_moment, compare_number, compare_text, compare_word
from storage.tables import profiles

LOG = profiles.c.engagement_log


def score(condition: Compare | Known, now: datetime) -> ColumnElement[Any]:
    """The comparison, or that the figure is known."""
    name = condition.field.name
    if isinstance(condition, Known):
        return true() if name in ("stage", "engagement", "engagement_level") else _column(name).is_not(None)
    value = condition.value
    match name:
        case "engagement":
            assert isinstance(value, Decimal)  # noqa: S101 - the field is a number
            return _engaged(condition.op, value, now)
        case "engagement_level":
            return _level(condition, now)
        case "fit":
            return compare_number(profiles.c.fit, condition.op, int(value))  # type: ignore[arg-type]
        case "stage_since":
            return compare_moment(profiles.c.stage_at, condition.op, value, now)
        case "stage":
            return _stage(condition, compare_word(profiles.c.stage, condition.op, value))
        case _:
            compare = compare_word if condition.field.kind == "word" else compare_text
            return compare(_column(name), condition.op, value)


def _stage(condition: Compare, told: ColumnElement[Any]) -> ColumnElement[Any]:
    """Who has no stage yet is informed."""
    return or_(profiles.c.stage.is_(None), told) if matches(condition.op, "informed", condition.value, EPOCH) else told


def _column(name: str) -> ColumnElement[Any]:
    return profiles.c["stage_at" if name == "stage_since" else name]


def _engaged(op: Op, wanted: Decimal, now: datetime) -> ColumnElement[Any]:
    """As flows.audience.comparing.engaged: at least so much, or more than it."""
    there = LOG.is_not(None)
    needed = engagement_needed(wanted, now) if wanted > 0 else 0.0
    reaches = true() if wanted <= 0 else and_(there, needed <= LOG)
    exceeds = false() if wanted >= ENGAGEMENT_MOST else there if wanted <= 0 else and_(there, needed < LOG)
    match op:
        case "at_least":
            return reaches
        case "above":
            return exceeds
        case "at_most":
            return ~exceeds
        case "below":
            return ~reaches
        case "is":
            return and_(reaches, ~exceeds)
        case _:
            return or_(exceeds, ~reaches)


def _level(condition: Compare, now: datetime) -> ColumnElement[Any]:
    named = condition.value if isinstance(condition.value, tuple) else (str(condition.value),)
    wanted = set(named) if condition.op in ("is", "one_of") else set(LEVELS) - set(named)
    first, second = (
        and_(until.is_not(None), until > now) for until in (profiles.c.level_1_until, profiles.c.level_2_until)
    )
    levels = {"1": first, "2": and_(second, ~first), "3": ~second}
    return or_(false(), *(levels[level] for level in sorted(wanted)))
