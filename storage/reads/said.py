"""Answers one by one: a table to look through, and the same rows for a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from storage.database import Record, Tx
from storage.reads.common import MAIN_BARRIER, Cursor, Window, after, holds, within
from storage.tables import answers, conversations, identities, prospects


@dataclass(frozen=True, slots=True)
class Sought:
    """Which answers are asked for. Empty texts ask for all; `main` leaves out answers to later questions."""

    window: Window
    search: str = ""
    barrier: str = ""
    language: str = ""
    channel: str = ""
    product: str = ""
    campaign: str = ""
    source: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page of answers, the newest first, and where the next page starts, if there is more."""

    rows: Sequence[Record]
    following: Cursor | None


async def page(tx: Tx, sought: Sought, *, cursor: Cursor | None = None, limit: int = 50) -> Found:
    """One page of the answers."""
    external = (
        select(identities.c.value)
        .where(identities.c.prospect_id == answers.c.prospect_id, identities.c.kind == "external")
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            answers.c.id,
            answers.c.campaign,
            answers.c.flow,
            answers.c.flow_version,
            answers.c.conversation_id,
            answers.c.visit,
            answers.c.step,
            answers.c.value,
            answers.c.barriers,
            answers.c.sub_code,
            answers.c.verbatim,
            answers.c.language,
            answers.c.channel,
            answers.c.product,
            answers.c.source,
            answers.c.asked_at,
            answers.c.answered_at,
            answers.c.superseded_at,
            MAIN_BARRIER.label("barrier"),
            conversations.c.uid,
            prospects.c.uid.label("prospect"),
            prospects.c.first_name,
            prospects.c.last_name,
            external.label("external_id"),
        )
        .join(conversations, conversations.c.id == answers.c.conversation_id)
        .join(prospects, prospects.c.id == answers.c.prospect_id)
        .where(*_where(sought))
        .order_by(answers.c.answered_at.desc(), answers.c.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(after(answers.c.answered_at, answers.c.id, cursor, rising=False))
    rows = (await tx.execute(query)).all()
    more, rows = len(rows) > limit, rows[:limit]
    return Found(rows, Cursor(rows[-1].answered_at, rows[-1].id) if more else None)


async def standing(tx: Tx, conversation_id: int, visit: int) -> Record | None:
    """The answer of this visit that counts, or None: there is none, or it was taken back."""
    query = select(answers).where(
        answers.c.conversation_id == conversation_id, answers.c.visit == visit, answers.c.superseded_at.is_(None)
    )
    return (await tx.execute(query)).one_or_none()


def _where(sought: Sought) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [within(answers.c.answered_at, sought.window)]
    for name in ("language", "channel", "product", "campaign", "source"):
        wanted = getattr(sought, name)
        if wanted:
            clauses.append(answers.c[name] == wanted)
    if sought.barrier:
        clauses.append(MAIN_BARRIER.is_not_distinct_from(sought.barrier))
    if sought.main:
        clauses.extend((MAIN_BARRIER.is_not(None), answers.c.superseded_at.is_(None)))
    if sought.search:
        clauses.append(holds(answers.c.verbatim, sought.search))
    return clauses
