"""Barriers asked in SQL: named in an answer that holds, or said in the shop and noted by staff."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from flows.audience.conditions import Compare
from storage.dialects import list_names
from storage.segment_sets import member_of_any
from storage.segment_values import compare_word
from storage.tables import answers, walk_ins

_STANDS: ColumnElement[bool] = walk_ins.c.undone_at.is_(None)
"""What was noted in the shop, and not by mistake."""

_answer = answers.alias("newer_answer")
_note = walk_ins.alias("newer_note")


def _main(table: Any) -> ColumnElement[Any]:
    """The first barrier that an answer names; null when it names none. As storage.reads.common has it."""
    first: ColumnElement[Any] = table.c.barriers[0].as_string()
    return first


def _names(table: Any) -> ColumnElement[bool]:
    """An answer that holds and names a barrier."""
    return and_(table.c.superseded_at.is_(None), _main(table).is_not(None))


def named(values: list[str], *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """One of these barriers was named, by them or to staff."""
    answered = or_(*(list_names(answers.c.barriers, value) for value in values))
    sources = [
        (answers.c.prospect_id, [answers.c.superseded_at.is_(None), answered]),
        (walk_ins.c.prospect_id, [_STANDS, walk_ins.c.barrier.in_(values)]),
    ]
    return member_of_any(sources, wanted=wanted, top=top)


def any_named(*, wanted: bool, top: bool) -> ColumnElement[bool]:
    """Some barrier was named."""
    sources = [(answers.c.prospect_id, [_names(answers)]), (walk_ins.c.prospect_id, [_STANDS])]
    return member_of_any(sources, wanted=wanted, top=top)


def latest(condition: Compare, *, wanted: bool, top: bool) -> ColumnElement[bool]:
    """The newest word that names a barrier is as compared; of the very same moment, the answer is newer.

    As flows.audience.profile.Profile.naming has it.
    """
    op, value = condition.op, condition.value
    sources = [
        (answers.c.prospect_id, [_names(answers), compare_word(_main(answers), op, value), *_newest_answer()]),
        (walk_ins.c.prospect_id, [_STANDS, compare_word(walk_ins.c.barrier, op, value), *_newest_note()]),
    ]
    return member_of_any(sources, wanted=wanted, top=top)


def _newest_answer() -> list[ColumnElement[bool]]:
    later = or_(
        _answer.c.answered_at > answers.c.answered_at,
        and_(_answer.c.answered_at == answers.c.answered_at, _answer.c.id > answers.c.id),
    )
    return [
        _none(_answer.c.prospect_id == answers.c.prospect_id, _names(_answer), later),
        _none(
            _note.c.prospect_id == answers.c.prospect_id,
            _note.c.undone_at.is_(None),
            _note.c.at > answers.c.answered_at,
        ),
    ]


def _newest_note() -> list[ColumnElement[bool]]:
    later = or_(_note.c.at > walk_ins.c.at, and_(_note.c.at == walk_ins.c.at, _note.c.id > walk_ins.c.id))
    return [
        _none(_note.c.prospect_id == walk_ins.c.prospect_id, _note.c.undone_at.is_(None), later),
        _none(_answer.c.prospect_id == walk_ins.c.prospect_id, _names(_answer), _answer.c.answered_at >= walk_ins.c.at),
    ]


def _none(*where: ColumnElement[Any]) -> ColumnElement[bool]:
    return ~exists(select(literal(1)).where(*where))
