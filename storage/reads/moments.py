"""The times in the past when an offer could be made: what a strategy is tried on before it goes live."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from flows.audience.profile import LEARNING_SEGMENTS
from flows.offers.looking_back import Occasion
from storage.database import Tx
from storage.tables import choices, conversations, grants

MOST: Final = 5000
"""So many are looked at, the newest ones: enough to compare, and quick."""

_c = conversations.c
_OLDER_AT: Final = func.coalesce(grants.c.granted_at, _c.updated_at)


async def occasions(tx: Tx, campaign: str, since: datetime) -> tuple[list[Occasion], int]:
    """(the newest occasions of a campaign since then, oldest first; how many there are in all).

    Its noted choices, and the barriers of conversations that are older than the log. People who by lot are asked
    without an offer are not among them, nor are erased ones.
    """
    noted = [_occasion(row) for row in await tx.execute(_noted(campaign, since))]
    older = [_occasion(row) for row in await tx.execute(_older(campaign, since))]
    found = sorted(noted + older, key=lambda one: one.at)
    if len(found) < MOST:
        return found, len(found)
    return found[-MOST:], await _how_many(tx, campaign, since)


def _are_noted(campaign: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    c = choices.c
    named = (c.barrier.is_not(None), c.prospect_id.is_not(None))
    return c.campaign == campaign, c.at >= since, c.arm == "offer", *named


def _are_older(campaign: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    noted = exists().where(choices.c.conversation_id == _c.id)
    return _c.campaign == campaign, _c.updated_at >= since, _c.barrier.is_not(None), _c.arm == "offer", ~noted


def _noted(campaign: str, since: datetime) -> Select[Any]:
    given = and_(grants.c.conversation_id == choices.c.conversation_id, grants.c.offer == choices.c.chosen)
    c = choices.c
    return (
        select(c.prospect_id, c.at, c.barrier, c.segment, c.chosen, grants.c.value)
        .select_from(choices.outerjoin(grants, given))
        .where(*_are_noted(campaign, since))
        .order_by(c.at.desc())
        .limit(MOST)
    )


def _older(campaign: str, since: datetime) -> Select[Any]:
    return (
        select(
            _c.prospect_id, _OLDER_AT.label("at"), _c.barrier, _c.segment, grants.c.offer.label("chosen"),
            grants.c.value,
        )
        .select_from(conversations.outerjoin(grants, grants.c.conversation_id == _c.id))
        .where(*_are_older(campaign, since))
        .order_by(_c.updated_at.desc())
        .limit(MOST)
    )  # fmt: skip


async def _how_many(tx: Tx, campaign: str, since: datetime) -> int:
    noted = select(func.count()).select_from(choices).where(*_are_noted(campaign, since))
    older = select(func.count()).select_from(conversations).where(*_are_older(campaign, since))
    return int((await tx.execute(noted)).scalar_one()) + int((await tx.execute(older)).scalar_one())


def _occasion(row: Any) -> Occasion:
    segment = row.segment if row.segment in LEARNING_SEGMENTS else None
    return Occasion(row.prospect_id, row.at, row.barrier, segment, row.chosen, row.value or Decimal(0))
