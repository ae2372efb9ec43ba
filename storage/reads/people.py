"""Prospects as staff look through them: a page of the table, one person with everything that happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, or_, select

from flows.audience.conditions import Condition
from storage import segments
from storage.database import Record, Tx
from storage.prospects import KINDS, normalise
from storage.reads.common import Window, holds, within
from storage.tables import (
    answers,
    consents,
    conversations,
    grants,
    identities,
    profile_reasons,
    profiles,
    prospects,
    purchases,
    shop_events,
    stage_changes,
    tasks,
)

MANY: Final = 10_000
"""Counting stops here: a page must not wait for an exact number that nobody needs."""


@dataclass(frozen=True, slots=True)
class People:
    """A page of prospects, the newest first, and behind which row id the next one begins."""

    rows: Sequence[Record]
    following: int | None


def _newest(table: Any, at: ColumnElement[Any]) -> Any:
    query = select(func.max(at)).where(table.c.prospect_id == prospects.c.id)
    return query.correlate(prospects).scalar_subquery()


def _columns() -> Select[Any]:
    return select(
        prospects.c.id,
        prospects.c.uid,
        prospects.c.created_at,
        prospects.c.first_name,
        prospects.c.last_name,
        prospects.c.language,
        prospects.c.country,
        prospects.c.city,
        prospects.c.source,
        prospects.c.product_name,
        profiles.c.stage,
        profiles.c.grade,
        profiles.c.fit,
        profiles.c.engagement,
        profiles.c.engaged_at,
        profiles.c.level_1_until,
        profiles.c.level_2_until,
        profiles.c.qualification,
        profiles.c.barrier,
        profiles.c.computed_at,
        _newest(answers, answers.c.answered_at).label("answered_at"),
        _newest(shop_events, shop_events.c.at).label("came_at"),
        _newest(purchases, purchases.c.bought_at).label("bought_at"),
    ).outerjoin(profiles, profiles.c.prospect_id == prospects.c.id)


def last_seen(row: Record) -> datetime | None:
    """When the prospect last did something that we know of."""
    return max((at for at in (row.answered_at, row.came_at, row.bought_at) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is looked for: the condition holds of them, and they became known in the window.

    Their name holds `search`, or they are known by exactly this address.
    """

    condition: Condition
    search: str = ""
    came: Window | None = None


def _where(wanted: Wanted, now: datetime, *, few: bool = False) -> list[ColumnElement[bool]]:
    found = [segments.where(wanted.condition, now, few=few)]
    if wanted.search:
        spelled = {normalise(kind, wanted.search) for kind in KINDS}
        known = select(identities.c.prospect_id).where(identities.c.value.in_(spelled))
        named = or_(holds(prospects.c.first_name, wanted.search), holds(prospects.c.last_name, wanted.search))
        found.append(or_(named, prospects.c.id.in_(known)))
    if wanted.came is not None:
        found.append(within(prospects.c.created_at, wanted.came))
    return found


async def page(tx: Tx, wanted: Wanted, now: datetime, *, before: int | None = None, limit: int = 50) -> People:
    """Prospects that are looked for, behind row id `before`."""
    query = _columns().where(*_where(wanted, now, few=True))
    if before is not None:
        query = query.where(prospects.c.id < before)
    rows = (await tx.execute(query.order_by(prospects.c.id.desc()).limit(limit + 1))).all()
    return People(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


async def count(tx: Tx, wanted: Wanted, now: datetime) -> int:
    """How many there are, up to MANY + 1."""
    some = select(prospects.c.id).where(*_where(wanted, now)).limit(MANY + 1).subquery()
    return int((await tx.execute(select(func.count()).select_from(some))).scalar_one())


async def total(tx: Tx) -> int:
    """How many prospects there are, up to MANY + 1."""
    some = select(prospects.c.id).limit(MANY + 1).subquery()
    return int((await tx.execute(select(func.count()).select_from(some))).scalar_one())


async def sources(tx: Tx, limit: int = 30) -> list[str]:
    """Where people came from, the names that occur among the newest thousands, most frequent first."""
    some = select(prospects.c.source).order_by(prospects.c.id.desc()).limit(MANY).subquery()
    query = select(some.c.source).where(some.c.source.is_not(None), some.c.source != "").group_by(some.c.source)
    return list((await tx.execute(query.order_by(func.count().desc(), some.c.source).limit(limit))).scalars())


async def languages(tx: Tx) -> list[str]:
    """The languages that occur among the newest thousands."""
    some = select(prospects.c.language).order_by(prospects.c.id.desc()).limit(MANY).subquery()
    query = select(some.c.language).where(some.c.language.is_not(None)).distinct().order_by(some.c.language)
    return list((await tx.execute(query)).scalars())


@dataclass(frozen=True, slots=True)
class Person:
    """One prospect: their row, how they are known, what was computed and why, and all that happened, newest first."""

    row: Record
    profile: Record | None
    reasons: dict[str, Sequence[str]]
    identities: Sequence[Record]
    consents: Sequence[Record]
    answers: Sequence[Record]
    grants: Sequence[Record]
    purchases: Sequence[Record]
    events: Sequence[Record]
    stages: Sequence[Record]
    tasks: Sequence[Record]
    conversations: Sequence[Record]


async def find(tx: Tx, uid: str) -> int | None:
    """The row id of the prospect with this public id."""
    return (await tx.execute(select(prospects.c.id).where(prospects.c.uid == uid))).scalar_one_or_none()


async def person(tx: Tx, prospect_id: int, *, limit: int = 50) -> Person | None:
    """Everything about one prospect, at most `limit` rows of each kind."""
    row = (await tx.execute(select(prospects).where(prospects.c.id == prospect_id))).one_or_none()
    if row is None:
        return None

    async def of(table: Any, order: ColumnElement[Any], *only: ColumnElement[bool]) -> Sequence[Record]:
        query = select(table).where(table.c.prospect_id == prospect_id, *only).order_by(order, table.c.id.desc())
        return (await tx.execute(query.limit(limit))).all()

    newer = consents.alias("newer")
    same = (newer.c.prospect_id == prospect_id, newer.c.channel == consents.c.channel, newer.c.id > consents.c.id)
    reasons = select(profile_reasons.c.reasons).where(profile_reasons.c.prospect_id == prospect_id)
    computed = select(profiles).where(profiles.c.prospect_id == prospect_id, profiles.c.computed_at.is_not(None))
    first_open = case((tasks.c.state == "open", 0), else_=1)
    return Person(
        row=row,
        profile=(await tx.execute(computed)).one_or_none(),
        reasons=(await tx.execute(reasons)).scalar_one_or_none() or {},
        identities=await of(identities, identities.c.kind),
        consents=await of(consents, consents.c.channel, ~exists(select(literal(1)).where(*same))),
        answers=await of(answers, answers.c.answered_at.desc()),
        grants=await of(grants, grants.c.granted_at.desc()),
        purchases=await of(purchases, purchases.c.bought_at.desc()),
        events=await of(shop_events, shop_events.c.at.desc()),
        stages=await of(stage_changes, stage_changes.c.at.desc()),
        tasks=await of(tasks, first_open),
        conversations=await of(conversations, conversations.c.id.desc()),
    )
