"""What solved a barrier: offers given for it and what came of them; how barriers move over time; people's own words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, case, exists, func, select

from storage.database import Record, Tx
from storage.dialects import utc_day
from storage.reads.barriers import Asked, chosen, standing
from storage.reads.common import MAIN_BARRIER, within
from storage.tables import answer_counts, answers, conversations, grants, purchases


@dataclass(frozen=True, slots=True)
class Solved:
    """An offer given for a barrier: how many people got it, of how many it said that it helped, how many bought."""

    barrier: str
    offer: str
    given: int
    helped: int
    bought: int


async def solved(tx: Tx, asked: Asked) -> list[Solved]:
    """The offers given in the window, by the barrier they were given for; the most frequent first.

    Bought: an order that was not given back is attributed to the conversation, with the offer's code or without.
    """
    order = exists().where(purchases.c.conversation_id == conversations.c.id, purchases.c.refunded_at.is_(None))
    given = func.count(conversations.c.id.distinct())
    only: list[ColumnElement[bool]] = [within(grants.c.granted_at, asked.window), grants.c.barrier.is_not(None)]
    only += [conversations.c[name] == wanted for name, wanted in chosen(asked).items()]
    query = (
        select(
            grants.c.barrier,
            grants.c.offer,
            given,
            func.count(case((conversations.c.outcome == "helped", conversations.c.id)).distinct()),
            func.count(case((order, conversations.c.id)).distinct()),
        )
        .join(conversations, conversations.c.id == grants.c.conversation_id)
        .where(*only)
        .group_by(grants.c.barrier, grants.c.offer)
        .order_by(given.desc(), grants.c.barrier, grants.c.offer)
    )
    return [Solved(barrier, offer, *(int(n) for n in numbers)) for barrier, offer, *numbers in await tx.execute(query)]


async def over_time(tx: Tx, asked: Asked) -> dict[str, dict[str, int]]:
    """UTC day -> barrier -> people who named it that day, for the days of the window on which anybody answered."""
    # Named by the days of the window's own zone: a day of a shop is not quite a UTC day, but nobody is counted beside.
    first, last = (
        asked.window.since.date().isoformat(),
        (asked.window.until - timedelta(microseconds=1)).date().isoformat(),
    )
    wanted = chosen(asked)
    if len(wanted) <= 1:
        by, name = next(iter(wanted.items()), ("campaign", ""))
        kept = answer_counts.c
        only = [
            kept.by == by,
            kept.day.between(first, last),
            kept.barrier != "",
            *([kept.name == name] if name else []),
        ]
        query = select(kept.day, kept.barrier, func.sum(kept.n)).where(*only).group_by(kept.day, kept.barrier)
    else:
        day = utc_day(answers.c.answered_at).label("day")
        days = select(day, MAIN_BARRIER.label("barrier"), answers.c.conversation_id).distinct()
        told = days.where(*standing(asked)).subquery()
        query = select(told.c.day, told.c.barrier, func.count()).group_by(told.c.day, told.c.barrier)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for day, barrier, number in await tx.execute(query):
        found[day][barrier] = int(number)
    return dict(sorted(found.items()))


async def words(tx: Tx, asked: Asked, limit: int) -> Sequence[Record]:
    """What people wrote themselves, the newest first: verbatim, language, barrier, answered_at, uid (conversation)."""
    query = (
        select(
            answers.c.verbatim,
            answers.c.language,
            MAIN_BARRIER.label("barrier"),
            answers.c.answered_at,
            conversations.c.uid,
        )
        .join(conversations, conversations.c.id == answers.c.conversation_id)
        .where(*standing(asked), answers.c.value.is_(None), answers.c.verbatim != "")
        .order_by(answers.c.answered_at.desc(), answers.c.id.desc())
        .limit(limit)
    )
    return (await tx.execute(query)).all()
