"""What stands beside a conversation: how the person is known, what they agreed to, answered, were given and bought."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from storage.database import Record, Tx
from storage.tables import answers, consents, conversations, grants, identities, purchases, shop_events


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person, newest first within each part."""

    identities: Sequence[Record]
    consents: Sequence[Record]
    answers: Sequence[Record]
    grants: Sequence[Record]
    purchases: Sequence[Record]
    events: Sequence[Record]
    conversations: Sequence[Record]


async def read(tx: Tx, prospect_id: int, conversation_id: int) -> Known:
    """Everything that helps staff to answer. Answers are those of this conversation; all else is the person's."""
    newest = select(func.max(consents.c.id)).where(consents.c.prospect_id == prospect_id).group_by(consents.c.channel)
    agreed = select(consents).where(consents.c.id.in_(newest)).order_by(consents.c.channel)
    known = select(identities).where(identities.c.prospect_id == prospect_id).order_by(identities.c.kind)
    said = select(answers).where(answers.c.conversation_id == conversation_id).order_by(answers.c.id.desc())
    given = select(grants).where(grants.c.prospect_id == prospect_id).order_by(grants.c.id.desc())
    bought = select(purchases).where(purchases.c.prospect_id == prospect_id).order_by(purchases.c.bought_at.desc())
    did = select(shop_events).where(shop_events.c.prospect_id == prospect_id).order_by(shop_events.c.at.desc())
    others = (
        select(conversations.c.uid, conversations.c.status, conversations.c.outcome, conversations.c.created_at)
        .where(conversations.c.prospect_id == prospect_id, conversations.c.id != conversation_id)
        .order_by(conversations.c.id.desc())
    )
    return Known(
        identities=(await tx.execute(known.limit(20))).all(),
        consents=(await tx.execute(agreed)).all(),
        answers=(await tx.execute(said.limit(50))).all(),
        grants=(await tx.execute(given.limit(20))).all(),
        purchases=(await tx.execute(bought.limit(20))).all(),
        events=(await tx.execute(did.limit(10))).all(),
        conversations=(await tx.execute(others.limit(10))).all(),
    )


async def grant_of(tx: Tx, prospect_id: int, grant_id: int) -> Record | None:
    """A grant of this person (offer, code), or None."""
    query = select(grants).where(grants.c.id == grant_id, grants.c.prospect_id == prospect_id)
    return (await tx.execute(query)).one_or_none()
