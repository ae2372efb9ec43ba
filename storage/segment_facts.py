"""Facts about a prospect, compared in SQL: columns of their row, company, declared and free attributes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_

from flows.audience.conditions import Compare
from flows.audience.fields import NUMERIC, Field
from storage import segment_barriers
from storage.segment_sets import anything, member, ours
from storage.segment_values import compare_day, compare_moment, compare_number, compare_text, sure
from storage.tables import conversations, prospect_facts, prospects


def compare_person(condition: Compare, now: datetime, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """A comparison with anything that is not a score."""
    field = condition.field
    if field.origin == "declared":
        return member(prospect_facts.c.prospect_id, _declared(condition, now), wanted=wanted, top=top)
    if field.name == "asked":
        return _asked(wanted=wanted is condition.value, top=top)
    if field.name == "latest_barrier":
        return segment_barriers.latest(condition, wanted=wanted, top=top)
    expression = _row(condition, now)
    return sure(expression, wanted=wanted)


def known_person(field: Field, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """The field has a value."""
    if field.origin == "declared":
        there = [prospect_facts.c.name == field.key, prospect_facts.c.text != ""]
        return member(prospect_facts.c.prospect_id, there, wanted=wanted, top=top)
    if field.name in ("asked", "known_since"):
        return anything(wanted=wanted)
    if field.name == "latest_barrier":
        return segment_barriers.any_named(wanted=wanted, top=top)
    column = _column(field)
    known = and_(column.is_not(None), ours(prospects.c.currency)) if field.kind == "money" else column != ""
    return sure(known, wanted=wanted)


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
