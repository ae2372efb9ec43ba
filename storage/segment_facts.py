"""Facts about a prospect, compared in SQL: columns of their row, company, declared and free attributes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, exists, func, literal, not_, or_, select

from flows.audience.conditions import Compare
from flows.audience.fields import NUMERIC, Field
from storage.segment_sets import anything, member, ours
from storage.segment_values import compare_day, compare_moment, compare_number, compare_text, compare_word
from storage.tables import answers, conversations, prospect_facts, prospects

MAIN_BARRIER: ColumnElement[Any] = answers.c.barriers[0].as_string()
"""The first barrier an answer names; null when it names none."""

_later = answers.alias("later")


def compare_person(condition: Compare, now: datetime, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """A comparison with anything that is not a score."""
    field = condition.field
    if field.origin == "declared":
        return member(prospect_facts.c.prospect_id, _declared(condition, now), wanted=wanted, top=top)
    if field.name == "asked":
        return _asked(wanted=wanted is condition.value, top=top)
    if field.name == "latest_barrier":
        return _latest_barrier(condition, wanted=wanted, top=top)
    expression = _row(condition, now)
    return expression if wanted else _not(expression)


def known_person(field: Field, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """The field has a value."""
    if field.origin == "declared":
        there = [prospect_facts.c.name == field.key, prospect_facts.c.text != ""]
        return member(prospect_facts.c.prospect_id, there, wanted=wanted, top=top)
    if field.name in ("asked", "known_since"):
        return anything(wanted=wanted)
    if field.name == "latest_barrier":
        there = [answers.c.superseded_at.is_(None), MAIN_BARRIER.is_not(None)]
        return member(answers.c.prospect_id, there, wanted=wanted, top=top)
    column = _column(field)
    known = and_(column.is_not(None), ours(prospects.c.currency)) if field.kind == "money" else column != ""
    return known if wanted else _not(known)


def _not(expression: ColumnElement[Any]) -> ColumnElement[bool]:
    return not_(func.coalesce(expression, literal(False, Boolean())))  # noqa: FBT003 - SQL's own


def _row(condition: Compare, now: datetime) -> ColumnElement[Any]:
    """A comparison within the prospect's own row."""
    field, op, value = condition.field, condition.op, condition.value
    column = _column(field)
    if field.kind == "moment":
        return compare_moment(column, op, value, now)
    if field.kind == "money":
        assert isinstance(value, Decimal)  # noqa: S101 - money is compared with nothing else
        return and_(compare_number(column, op, value), ours(prospects.c.currency))
    return compare_text(column, op, value)


def _column(field: Field) -> Any:
    match field.origin:
        case "company":
            return prospects.c.company[field.key].as_string()
        case "free":
            return prospects.c.attributes[field.key].as_string()
        case _:
            return prospects.c["created_at" if field.name == "known_since" else field.name]


def _declared(condition: Compare, now: datetime) -> list[ColumnElement[Any]]:
    """Numbers, days and yes or no are in `number`, and then only there; texts in `text`."""
    field, op, value = condition.field, condition.op, condition.value
    named = prospect_facts.c.name == field.key
    number = prospect_facts.c.number
    if field.kind in NUMERIC:
        assert isinstance(value, Decimal)  # noqa: S101 - a number is compared with nothing else
        return [named, compare_number(number, op, float(value))]
    if field.kind == "yes_no":
        return [named, number == 1.0 if value is True else number != 1.0]
    if field.kind == "day":
        return [named, compare_day(number, op, value, now)]
    return [named, number.is_(None), compare_text(prospect_facts.c.text, op, value)]


def _asked(*, wanted: bool, top: bool) -> ColumnElement[bool]:
    contacted = [conversations.c.first_contact_at.is_not(None)]
    return member(conversations.c.prospect_id, contacted, wanted=wanted, top=top)


def _latest_barrier(condition: Compare, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """Of the answers that hold and name a barrier, the newest one."""
    counts = [answers.c.superseded_at.is_(None), compare_word(MAIN_BARRIER, condition.op, condition.value)]
    newer = or_(
        _later.c.answered_at > answers.c.answered_at,
        and_(_later.c.answered_at == answers.c.answered_at, _later.c.id > answers.c.id),
    )
    none_newer = ~exists(
        select(literal(1)).where(
            _later.c.prospect_id == answers.c.prospect_id,
            _later.c.superseded_at.is_(None),
            _later.c.barriers[0].as_string().is_not(None),
            newer,
        )
    )
    return member(answers.c.prospect_id, [*counts, none_newer], wanted=wanted, top=top)
