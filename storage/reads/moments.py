"""The times in the past when an offer could be made: what a strategy is tried on before it goes live."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Select, and_, exists, select

from flows.audience.profile import LEARNING_SEGMENTS
from flows.offers.backtest import Moment
from flows.scene import Person
from storage.database import Tx
from storage.tables import choices, conversations, grants, prospects

MOST: Final = 5000
"""So many moments are looked at, the newest ones: enough to compare, and quick."""

_FACTS: Final = (
    prospects.c.id.label("prospect_id"),
    prospects.c.country,
    prospects.c.product_id,
    prospects.c.price,
    prospects.c.cart_value,
    prospects.c.currency,
)


async def moments(tx: Tx, campaign: str, since: datetime) -> list[Moment]:
    """The newest moments of a campaign since then, oldest first.

    Its noted choices, and the barriers of conversations that are older than the log. People who by lot are asked
    without an offer are not among them.
    """
    noted = [_moment(row) for row in await tx.execute(_noted(campaign, since))]
    older = [_moment(row) for row in await tx.execute(_older(campaign, since))]
    found = sorted(noted + older, key=lambda moment: moment.at)
    return found[-MOST:]


def _noted(campaign: str, since: datetime) -> Select[Any]:
    given = and_(grants.c.conversation_id == choices.c.conversation_id, grants.c.offer == choices.c.chosen)
    return (
        select(choices.c.at, choices.c.barrier, choices.c.segment, choices.c.chosen, grants.c.value, *_FACTS)
        .select_from(choices.join(prospects, prospects.c.id == choices.c.prospect_id).outerjoin(grants, given))
        .where(choices.c.campaign == campaign, choices.c.at >= since, choices.c.arm == "offer")
        .where(choices.c.barrier.is_not(None))
        .order_by(choices.c.at.desc())
        .limit(MOST)
    )


def _older(campaign: str, since: datetime) -> Select[Any]:
    c = conversations.c
    noted = exists().where(choices.c.conversation_id == c.id)
    people = conversations.join(prospects, prospects.c.id == c.prospect_id)
    return (
        select(c.updated_at.label("at"), c.barrier, c.segment, grants.c.offer.label("chosen"), grants.c.value, *_FACTS)
        .select_from(people.outerjoin(grants, grants.c.conversation_id == c.id))
        .where(c.campaign == campaign, c.updated_at >= since, c.barrier.is_not(None), c.arm == "offer", ~noted)
        .order_by(c.updated_at.desc())
        .limit(MOST)
    )


def _moment(row: Any) -> Moment:
    person = Person(
        country=row.country,
        product_id=row.product_id,
        price=row.price,
        cart_value=row.cart_value,
        currency=row.currency,
    )
    segment = row.segment if row.segment in LEARNING_SEGMENTS else "new_other"
    return Moment(
        row.prospect_id, row.at, row.barrier, segment, frozenset(), person, row.chosen, row.value or Decimal(0)
    )
