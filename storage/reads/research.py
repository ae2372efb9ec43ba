"""What a campaign's research found: barriers, who named them, and some of what was said, chosen by lot."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, select

from storage.database import Tx
from storage.reads.common import COUNTS, MAIN_BARRIER, Window, within
from storage.tables import answers, conversations, journal, profiles, prospects

PERSONAL: Final = re.compile(r"@|https?:|www\.|\d[\d ()./-]{4,}\d", re.IGNORECASE)
"""What may tell who somebody is: addresses, links, numbers of six signs and more."""

LONGEST: Final = 220
"""Longer words are not quoted: the more somebody tells, the easier they are to know."""

LOOKED_AT: Final = 400


@dataclass(frozen=True, slots=True)
class Named:
    """How many people named any barrier, and how many each."""

    people: int
    by_barrier: dict[str, int]


@dataclass(frozen=True, slots=True)
class Cohort:
    """The people of a campaign in one learning segment (None: not known yet): all, and what held them back."""

    segment: str | None
    people: int
    named: Named


@dataclass(frozen=True, slots=True)
class Quote:
    """Something that was said, as it was said."""

    text: str
    language: str


_PEOPLE = func.count(answers.c.conversation_id.distinct())


def _mine(campaign: str, window: Window) -> ColumnElement[bool]:
    return and_(COUNTS, answers.c.campaign == campaign, within(answers.c.answered_at, window))


async def named(tx: Tx, campaign: str, window: Window) -> Named:
    """What people said held them back. Who named two things counts once for each, and once among the people."""
    mine = _mine(campaign, window)
    rows = await tx.execute(select(MAIN_BARRIER, _PEOPLE).where(mine).group_by(MAIN_BARRIER))
    people = await tx.execute(select(_PEOPLE).where(mine))
    return Named(int(people.scalar_one()), {str(barrier): int(number) for barrier, number in rows})


async def cohorts(tx: Tx, campaign: str, window: Window) -> list[Cohort]:
    """The campaign's people by the learning segment they are in now, the largest first."""
    segment = profiles.c.learning_segment
    sizes = await tx.execute(
        select(segment, func.count(conversations.c.prospect_id.distinct()))
        .outerjoin(profiles, profiles.c.prospect_id == conversations.c.prospect_id)
        .where(conversations.c.campaign == campaign, within(conversations.c.created_at, window))
        .group_by(segment)
    )
    said: dict[str | None, dict[str, int]] = {}
    people: dict[str | None, int] = {}
    joined = select(segment, MAIN_BARRIER, _PEOPLE).outerjoin(profiles, profiles.c.prospect_id == answers.c.prospect_id)
    for name, barrier, number in await tx.execute(
        joined.where(_mine(campaign, window)).group_by(segment, MAIN_BARRIER)
    ):
        said.setdefault(name, {})[str(barrier)] = int(number)
    every = select(segment, _PEOPLE).outerjoin(profiles, profiles.c.prospect_id == answers.c.prospect_id)
    for name, number in await tx.execute(every.where(_mine(campaign, window)).group_by(segment)):
        people[name] = int(number)
    found = [Cohort(name, int(size), Named(people.get(name, 0), said.get(name, {}))) for name, size in sizes]
    return sorted(found, key=lambda one: (-one.people, one.segment or ""))


async def grades(tx: Tx, campaign: str, window: Window) -> dict[str, int]:
    """How many of the campaign's people have each grade of fit to the target profile (A to D)."""
    rows = await tx.execute(
        select(profiles.c.grade, func.count(conversations.c.prospect_id.distinct()))
        .join(profiles, profiles.c.prospect_id == conversations.c.prospect_id)
        .where(
            conversations.c.campaign == campaign,
            within(conversations.c.created_at, window),
            profiles.c.grade.is_not(None),
        )
        .group_by(profiles.c.grade)
        .order_by(profiles.c.grade)
    )
    return {grade: int(number) for grade, number in rows}


async def quotes(tx: Tx, campaign: str, window: Window, barrier: str, *, limit: int) -> list[Quote]:
    """Some of what people wrote in their own words about this barrier.

    By lot among the newest (a fixed shuffle of their numbers): neither the kindest nor the harshest. What may tell who
    somebody is, is left out; nobody and no words are quoted twice.
    """
    written = exists().where(
        journal.c.conversation_id == answers.c.conversation_id,
        journal.c.event == "Said",
        journal.c.said == answers.c.verbatim,
    )
    rows = (
        await tx.execute(
            select(
                answers.c.id, answers.c.prospect_id, answers.c.verbatim, answers.c.language, prospects.c.first_name,
                prospects.c.last_name,
            )
            .join(prospects, prospects.c.id == answers.c.prospect_id)
            .where(_mine(campaign, window), MAIN_BARRIER.is_not_distinct_from(barrier), written)
            .order_by(answers.c.id.desc())
            .limit(LOOKED_AT)
        )
    ).all()  # fmt: skip
    chosen: dict[int, Quote] = {}
    known: set[str] = set()
    for row in sorted(rows, key=lambda one: one.id * 2_654_435_761 % 2**32):
        words = row.verbatim.strip()
        if words.casefold() not in known and not _tells_who(words, (row.first_name, row.last_name)):
            known.add(words.casefold())
            chosen.setdefault(row.prospect_id, Quote(words, row.language))
    return list(chosen.values())[:limit]


def _tells_who(text: str, names: tuple[str | None, ...]) -> bool:
    if not text.strip() or len(text) > LONGEST or PERSONAL.search(text):
        return True
    return any(name and len(name) > 1 and name.casefold() in text.casefold() for name in names)


async def first_conversation(tx: Tx, campaign: str) -> datetime | None:
    """When the campaign's first conversation began; None before there was any."""
    query = select(func.min(conversations.c.created_at)).where(conversations.c.campaign == campaign)
    found: datetime | None = (await tx.execute(query)).scalar_one()
    return found
