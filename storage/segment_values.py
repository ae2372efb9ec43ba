"""Columns compared with the values of conditions: the SQL of flows.audience.comparing."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, func, literal, not_

from flows.audience.comparing import midnight
from flows.audience.fields import Op
from flows.audience.observing import day_number, today
from flows.audience.terms import Value, fold
from storage.dialects import folded


def sure(expression: ColumnElement[Any], *, wanted: bool) -> ColumnElement[bool]:
    """The comparison as it is (null holds for nobody); or its opposite, which holds where it is null or false."""
    return expression if wanted else not_(func.coalesce(expression, literal(False, Boolean())))  # noqa: FBT003 - SQL's own


def compare_text(column: ColumnElement[Any], op: Op, wanted: Value) -> ColumnElement[Any]:
    """A text; the empty one is unknown, and what is unknown is no match."""
    text = folded(column)
    if isinstance(wanted, tuple):
        values = sorted({fold(one) for one in wanted})
        return text.in_(values) if op == "one_of" else and_(column != "", text.not_in(values))
    other = fold(str(wanted))
    match op:
        case "is":
            return text == other
        case "is_not":
            return and_(column != "", text != other)
        case "contains":
            return text.contains(other, autoescape=True)
        case _:
            return text.startswith(other, autoescape=True)


def compare_word(column: ColumnElement[Any], op: Op, wanted: Value) -> ColumnElement[Any]:
    """One of our own closed words, which has no other spelling: an index may find it."""
    match op:
        case "is":
            return column == str(wanted)
        case "is_not":
            return column != str(wanted)
        case "one_of":
            return column.in_(list(wanted) if isinstance(wanted, tuple) else [])
        case _:
            return column.not_in(list(wanted) if isinstance(wanted, tuple) else [])


def compare_number(column: ColumnElement[Any], op: Op, wanted: Decimal | float) -> ColumnElement[Any]:
    """A number or an amount."""
    match op:
        case "is":
            return column == wanted
        case "is_not":
            return column != wanted
        case "above":
            return column > wanted
        case "at_least":
            return column >= wanted
        case "below":
            return column < wanted
        case _:
            return column <= wanted


def compare_moment(column: ColumnElement[Any], op: Op, wanted: Value, now: datetime) -> ColumnElement[Any]:
    """A moment, against a span up to or from now, or against a day of UTC."""
    if isinstance(wanted, timedelta):
        match op:
            case "within_last":
                return column.between(now - wanted, now)
            case "within_next":
                return column.between(now, now + wanted)
            case _:
                return column < now - wanted
    assert isinstance(wanted, date)  # noqa: S101 - a moment is compared with nothing else
    return column < midnight(wanted) if op == "before" else column >= midnight(wanted + timedelta(days=1))


def compare_day(column: ColumnElement[Any], op: Op, wanted: Value, now: datetime) -> ColumnElement[Any]:
    """A day kept as its number since 1970."""
    day = float(day_number(today(now)))
    if isinstance(wanted, timedelta):
        match op:
            case "within_last":
                return column.between(day - wanted.days, day)
            case "within_next":
                return column.between(day, day + wanted.days)
            case _:
                return column < day - wanted.days
    assert isinstance(wanted, date)  # noqa: S101 - a day is compared with nothing else
    number = float(day_number(wanted))
    match op:
        case "is":
            return column == number
        case "is_not":
            return column != number
        case "before":
            return column < number
        case _:
            return column > number


def recent(column: ColumnElement[Any], within: timedelta | None, now: datetime) -> list[ColumnElement[bool]]:
    """Within the last span; without a span, ever."""
    return [] if within is None else [column.between(now - within, now)]
