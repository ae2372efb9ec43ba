"""Conditions as SQL over `prospects`, with the verdict that flows.audience.conditions.evaluate gives.

Every expression made here is true or false and never null. What is not wanted is pushed down to the leaves, where it
becomes NOT EXISTS: a list of ids that must not hold somebody would not fit into the memory of a database.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, assert_never

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, false, or_, true, union

from flows.audience.conditions import (
    All,
    Answered,
    AnyOf,
    Compare,
    Condition,
    Did,
    Has,
    Known,
    Not,
    Ordered,
    holds,
)
from flows.audience.profile import Profile
from flows.audience.terms import Leaf
from storage.segment_facts import compare_person, known_person
from storage.segment_happened import answered, did, has, ordered
from storage.segment_scores import score
from storage.segment_sets import listed, member
from storage.segment_values import sure
from storage.tables import profiles

_BLANK: Final = Profile()
"""Somebody of whom nothing has been computed yet."""


def compiled(condition: Condition, now: datetime, *, few: bool = False) -> ColumnElement[bool]:
    """The condition over `prospects` at `now`.

    `few`: only the first few are wanted, so that people are better looked at one by one than all found beforehand.
    """
    return _part(condition, now, wanted=True, top=not few)


def everybody_of(condition: Condition, now: datetime) -> Select[Any] | CompoundSelect[Any]:
    """The ids of all who match, each once: the quickest way to count them.

    Of what any part is enough for, each part is asked by itself, as its own indexes answer it best.
    """
    lists = _lists(condition, now)
    return union(*lists) if len(lists) > 1 else lists[0]


def _lists(condition: Condition, now: datetime) -> list[Select[Any]]:
    if not isinstance(condition, AnyOf) or not condition.parts or _is_score(condition):
        return [listed(compiled(condition, now))]
    scores = tuple(part for part in condition.parts if _is_score(part))
    parts = [part for part in condition.parts if part not in scores]
    return [one for part in (*parts, *([AnyOf(scores)] if scores else [])) for one in _lists(part, now)]


def _part(condition: Condition, now: datetime, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """`top`: nothing stands beside it but what must hold as well; the database may begin with it."""
    if _is_score(condition):
        return _scored(condition, now, wanted=wanted, top=top)
    match condition:
        case Not(part):
            return _part(part, now, wanted=not wanted, top=top)
        case All(parts) | AnyOf(parts):
            together = isinstance(condition, All) is wanted
            return _joined(condition, parts, now, wanted=wanted, top=top and together)
        case _:
            return _leaf(condition, now, wanted=wanted, top=top)


def _joined(
    condition: All | AnyOf, parts: Sequence[Condition], now: datetime, *, wanted: bool, top: bool
) -> ColumnElement[bool]:
    """The parts about scores are looked up together, once."""
    scores = tuple(part for part in parts if _is_score(part))
    others = [part for part in parts if part not in scores]
    kind = type(condition)
    found = [_scored(kind(scores), now, wanted=wanted, top=top)] if scores else []
    found += [_part(part, now, wanted=wanted, top=top) for part in others]
    return and_(true(), *found) if (kind is All) is wanted else or_(false(), *found)


def _is_score(condition: Condition) -> bool:
    """It is about nothing but what was computed."""
    match condition:
        case Not(part):
            return _is_score(part)
        case All(parts) | AnyOf(parts):
            return bool(parts) and all(_is_score(part) for part in parts)
        case Compare(field) | Known(field):
            return field.origin == "score"
        case _:
            return False


def _scored(condition: Condition, now: datetime, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """Somebody of whom nothing was computed has no row: what holds of them is asked the other way round."""
    computed = profiles.c.computed_at.is_not(None)
    if holds(condition, _BLANK, now) is not wanted:
        return member(profiles.c.prospect_id, (computed, _score_part(condition, now, wanted=wanted)), top=top)
    return member(
        profiles.c.prospect_id, (computed, _score_part(condition, now, wanted=not wanted)), wanted=False, top=top
    )


def _score_part(condition: Condition, now: datetime, *, wanted: bool) -> ColumnElement[bool]:
    match condition:
        case Not(part):
            return _score_part(part, now, wanted=not wanted)
        case All(parts) | AnyOf(parts):
            found = [_score_part(part, now, wanted=wanted) for part in parts]
            return and_(true(), *found) if isinstance(condition, All) is wanted else or_(false(), *found)
        case Compare() | Known():
            return sure(score(condition, now), wanted=wanted)
        case _:
            raise AssertionError("only conditions about scores come here")


def _leaf(condition: Leaf, now: datetime, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    match condition:
        case Compare():
            return compare_person(condition, now, wanted=wanted, top=top)
        case Known(field):
            return known_person(field, wanted=wanted, top=top)
        case Has():
            return has(condition, wanted=wanted, top=top)
        case Did():
            return did(condition, now, wanted=wanted, top=top)
        case Ordered():
            return ordered(condition, now, wanted=wanted, top=top)
        case Answered():
            return answered(condition, now, wanted=wanted, top=top)
        case _:
            assert_never(condition)
