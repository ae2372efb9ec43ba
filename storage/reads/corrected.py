"""Answers that were corrected: what prospects had written, and what they, or staff, said it was in the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import aliased

from storage import putting_right
from storage.database import Record, Tx
from storage.tables import answers, identities, journal, prospects


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected answer. barriers: what stands now. known: how this prospect is known, to be taken out of the words.

    `value` is the option the first answer was kept as, None for none; `flow` and `version` say whose option that is.
    """

    id: int
    flow: str
    version: int
    step: str
    value: str | None
    language: str
    text: str
    barriers: tuple[str, ...]
    known: tuple[str, ...]


async def corrected(tx: Tx, *, after: int = 0, language: str | None = None, limit: int = 500) -> Sequence[Corrected]:
    """One page of the corrected answers, in the order they were given, behind the one with the id `after`.

    Corrected is an answer that was taken back and whose question was answered anew with other barriers.
    """
    newer = aliased(answers)
    newest = (
        select(newer.c.id)
        .where(
            newer.c.conversation_id == answers.c.conversation_id,
            newer.c.step == answers.c.step,
            newer.c.superseded_at.is_(None),
        )
        .order_by(newer.c.id.desc())
        .limit(1)
        .correlate(answers)
        .scalar_subquery()
    )
    final = aliased(answers)
    query = (
        select(
            *(answers.c[name] for name in ("id", "flow", "flow_version", "step", "value", "language", "verbatim")),
            answers.c.prospect_id,
            answers.c.barriers.label("former"),
            final.c.barriers.label("barriers"),
        )
        .select_from(answers)
        .join(final, final.c.id == newest)
        .where(answers.c.superseded_at.is_not(None), func.length(answers.c.verbatim) > 1, answers.c.id > after)
        .order_by(answers.c.id)
        .limit(limit)
    )
    if language:
        query = query.where(answers.c.language == language)
    rows = (await tx.execute(query)).all()
    known = await _known(tx, {row.prospect_id for row in rows})
    return [
        Corrected(
            row.id,
            row.flow,
            row.flow_version,
            row.step,
            row.value,
            row.language,
            row.verbatim,
            tuple(row.barriers) if row.barriers != row.former else (),
            known.get(row.prospect_id, ()),
        )
        for row in rows
    ]


async def put_right(
    tx: Tx, *, after: int = 0, language: str | None = None, limit: int = 500
) -> tuple[Sequence[Corrected], int | None]:
    """One page of what staff put right, in that order, behind the correction with the id `after`; and the next `after`.

    Left out is what is not so any more: it was put back as it had been, or the prospect has answered anew since.
    """
    made = select(journal.c.id, journal.c.conversation_id, journal.c.data).where(
        journal.c.event == putting_right.EVENT, journal.c.note == putting_right.PUT_RIGHT, journal.c.id > after
    )
    rows = (await tx.execute(made.order_by(journal.c.id).limit(limit))).all()
    first = await putting_right.history(tx, sorted({row.conversation_id for row in rows}))
    standing = await _standing(tx, [(row.conversation_id, row.data["visit"]) for row in rows], language)
    known = await _known(tx, {one.prospect_id for one in standing})
    found = [
        Corrected(
            one.id,
            one.flow,
            one.flow_version,
            one.step,
            one.value,
            one.language,
            one.verbatim,
            tuple(one.barriers),
            known.get(one.prospect_id, ()),
        )
        for one in standing
        if tuple(one.barriers) != first[one.conversation_id, one.visit][0].former
    ]
    return found, rows[-1].id if len(rows) == limit else None


async def _standing(tx: Tx, visits: Sequence[tuple[int, int]], language: str | None) -> Sequence[Record]:
    """The standing answers of these visits (conversation, visit), in the order they were given."""
    if not visits:
        return []
    query = select(answers).where(
        tuple_(answers.c.conversation_id, answers.c.visit).in_(visits),
        answers.c.superseded_at.is_(None),
        func.length(answers.c.verbatim) > 1,
    )
    if language:
        query = query.where(answers.c.language == language)
    return (await tx.execute(query.order_by(answers.c.id))).all()


async def _known(tx: Tx, people: set[int]) -> dict[int, tuple[str, ...]]:
    """Names, places and addresses by prospect."""
    if not people:
        return {}
    named = select(
        prospects.c.id, prospects.c.first_name, prospects.c.last_name, prospects.c.city, prospects.c.company
    ).where(prospects.c.id.in_(people))
    found: dict[int, list[str]] = {}
    for row in (await tx.execute(named)).all():
        texts = (row.first_name, row.last_name, row.city, *(row.company or {}).values())
        found[row.id] = [text for text in texts if text]
    reached = select(identities.c.prospect_id, identities.c.value).where(identities.c.prospect_id.in_(people))
    for person, value in (await tx.execute(reached)).all():
        found.setdefault(person, []).append(value)
    return {person: tuple(texts) for person, texts in found.items()}
