"""The list of conversations as staff go through it: who needs a person first, the one that waits longest on top."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all

from storage.database import Record, Tx
from storage.reads.common import Cursor, after, holds
from storage.tables import answers, conversations, grants, identities, journal, prospects

View = Literal["needs", "held", "bot", "waiting", "done", "all"]
"""Whose turn it is: staff's, theirs who took over, the bot's, nobody's yet, nobody's any more; or all."""

VIEWS: Final[tuple[View, ...]] = get_args(View)

MANY: Final = 1000
"""Counting stops here: nobody needs to know whether 40,000 or 41,000 wait, and a page must not wait for it."""

_some = conversations.alias("some")

NEEDS_STAFF: ColumnElement[bool] = conversations.c.id.in_(
    union_all(
        select(_some.c.id).where(_some.c.needs_person.is_not(None), _some.c.held_by.is_(None)),
        select(_some.c.id).where(_some.c.held_by.is_not(None), _some.c.unread),
    )
)
"""Somebody asked for a person and nobody has taken over, or somebody wrote to the person who has.

Two lists, each found by its own index, instead of one condition that would look at every conversation.
"""

WAITING_SINCE = func.coalesce(conversations.c.needs_since, conversations.c.updated_at)
"""Since when they wait."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which conversations are asked for. Empty texts ask for all."""

    view: View = "all"
    unread: bool = False
    channel: str = ""
    language: str = ""
    barrier: str = ""
    product: str = ""
    source: str = ""
    campaign: str = ""
    arm: str = ""
    offer: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list and where the next one starts, if there is more."""

    rows: Sequence[Record]
    following: Cursor | None


async def page(tx: Tx, chosen: Chosen, *, cursor: Cursor | None = None, limit: int = 50) -> Listed:
    """One page: uid, names, where it stands, what was said last. Who needs staff: oldest first; else newest."""
    rising = chosen.view == "needs"
    at = WAITING_SINCE if rising else conversations.c.updated_at
    query = _columns(at).where(*_where(chosen))
    if cursor is not None:
        query = query.where(after(at, conversations.c.id, cursor, rising=rising))
    order = (at.asc(), conversations.c.id.asc()) if rising else (at.desc(), conversations.c.id.desc())
    rows = (await tx.execute(query.order_by(*order).limit(limit + 1))).all()
    more = len(rows) > limit
    rows = rows[:limit]
    return Listed(rows, Cursor(rows[-1].at, rows[-1].id) if more else None)


def _columns(at: ColumnElement[object]) -> Select[tuple[object, ...]]:
    said = (
        select(journal.c.said)
        .where(journal.c.conversation_id == conversations.c.id, journal.c.said.is_not(None))
        .order_by(journal.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        conversations.c.id,
        conversations.c.uid,
        conversations.c.status,
        conversations.c.outcome,
        conversations.c.channel,
        conversations.c.language,
        conversations.c.barrier,
        conversations.c.product,
        conversations.c.needs_person,
        conversations.c.unread,
        conversations.c.held_by,
        at.label("at"),
        said.label("said"),
        prospects.c.first_name,
        prospects.c.last_name,
        prospects.c.product_name,
    ).join(prospects, prospects.c.id == conversations.c.prospect_id)


_OF_VIEW: Final[dict[View, tuple[ColumnElement[bool], ...]]] = {
    "needs": (NEEDS_STAFF,),
    "held": (conversations.c.held_by.is_not(None),),
    "bot": (conversations.c.status.in_(("asking", "snoozed", "resting")),),
    "waiting": (conversations.c.status == "waiting",),
    "done": (conversations.c.status == "ended",),
    "all": (),
}


def _where(chosen: Chosen) -> list[ColumnElement[bool]]:
    clauses = [*_OF_VIEW[chosen.view]]
    if chosen.unread:
        clauses.append(conversations.c.unread)
    for name in ("channel", "language", "barrier", "product", "source", "campaign", "arm"):
        wanted = getattr(chosen, name)
        if wanted:
            clauses.append(conversations.c[name] == wanted)
    if chosen.offer:
        clauses.append(conversations.c.id.in_(select(grants.c.conversation_id).where(grants.c.offer == chosen.offer)))
    if chosen.search:
        clauses.append(_found(chosen.search))
    return clauses


def _found(words: str) -> ColumnElement[bool]:
    """By name, by an address as a whole, or by what somebody answered."""
    named = select(prospects.c.id).where(or_(holds(prospects.c.first_name, words), holds(prospects.c.last_name, words)))
    known = select(identities.c.prospect_id).where(identities.c.value.in_({words, words.lower()}))
    said = select(answers.c.conversation_id).where(holds(answers.c.verbatim, words))
    return or_(
        conversations.c.prospect_id.in_(named), conversations.c.prospect_id.in_(known), conversations.c.id.in_(said)
    )


async def count(tx: Tx, view: View) -> int:
    """How many conversations a view has, counted up to MANY."""
    some = select(conversations.c.id).where(*_where(Chosen(view))).limit(MANY).subquery()
    return int((await tx.execute(select(func.count()).select_from(some))).scalar_one())
