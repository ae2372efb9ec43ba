"""Campaigns: their definition as last seen, and whether they run."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select, update

from flows.definition.campaign import CampaignDefinition
from storage.database import Record, Tx
from storage.dialects import insert, one_at_a_time
from storage.tables import campaigns, conversations, profiles, prospects, timers


async def put(tx: Tx, definition: CampaignDefinition, now: datetime) -> None:
    """Keep a campaign's definition; its state stays as it is, a new one is `ready`."""
    document = definition.model_dump(mode="json")
    row = insert(tx, campaigns).values(name=definition.campaign, state="ready", definition=document, created_at=now)
    await tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"definition": document}))


async def set_state(tx: Tx, name: str, state: str, now: datetime, of: Collection[str] | None = None) -> bool:
    """Start, pause or stop. False when there is no such campaign, or none in one of the states `of`."""
    values: dict[str, Any] = {"state": state}
    if state == "running":
        values["started_at"] = func.coalesce(campaigns.c.started_at, now)
    change = update(campaigns).where(campaigns.c.name == name).values(**values)
    result = await tx.execute(change if of is None else change.where(campaigns.c.state.in_(of)))
    return result.rowcount == 1


async def all_campaigns(tx: Tx) -> Sequence[Record]:
    """Every campaign, by name."""
    return (await tx.execute(_ALL)).all()


_ALL = select(campaigns).order_by(campaigns.c.name)


async def get(tx: Tx, name: str) -> Record | None:
    """One campaign."""
    return (await tx.execute(_GET, {"called": name})).one_or_none()


_GET = select(campaigns).where(campaigns.c.name == bindparam("called"))


async def counts(tx: Tx) -> dict[str, dict[str, int]]:
    """Campaign -> status -> number of conversations."""
    rows = await tx.execute(
        select(conversations.c.campaign, conversations.c.status, func.count()).group_by(
            conversations.c.campaign, conversations.c.status
        )
    )
    found: dict[str, dict[str, int]] = {}
    for campaign, status, number in rows:
        found.setdefault(campaign, {})[status] = number
    return found


async def live_conversations(tx: Tx, name: str) -> list[int]:
    """The conversations of a campaign that are not over."""
    query = select(conversations.c.id).where(conversations.c.campaign == name, conversations.c.ended_at.is_(None))
    return list((await tx.execute(query)).scalars())


async def awaiting(tx: Tx, limit: int, *, scored: datetime | None = None) -> list[int]:
    """Imported prospects that no running campaign has looked at yet, locked until the transaction ends.

    With `scored`, a moment, only those whose scores are not due to be computed then.
    """
    query = select(prospects.c.id).where(prospects.c.awaiting)
    if scored is not None:
        due = select(profiles.c.prospect_id).where(
            profiles.c.prospect_id == prospects.c.id, profiles.c.due_at <= scored
        )
        query = query.where(~due.exists())
    await one_at_a_time(tx, "enrol")
    # Whoever only writes a row about them (scores, right after an import) keeps nobody from being asked now.
    query = query.order_by(prospects.c.id).limit(limit).with_for_update(skip_locked=True, key_share=True, of=prospects)
    return list((await tx.execute(query)).scalars())


async def put_off(tx: Tx, name: str, since: datetime, now: datetime) -> list[Record]:
    """Conversations of a campaign opened since then whose first question is due only after `now`: id and timezone."""
    await one_at_a_time(tx, "enrol")
    query = (
        select(conversations.c.id, prospects.c.timezone)
        .join(prospects, prospects.c.id == conversations.c.prospect_id)
        .join(timers, and_(timers.c.conversation_id == conversations.c.id, timers.c.name == "start"))
        .where(conversations.c.campaign == name, conversations.c.status == "waiting")
        .where(conversations.c.created_at >= since, timers.c.due_at > now)
    )
    return list((await tx.execute(query)).all())


async def any_awaiting(tx: Tx) -> bool:
    """Whether anybody imported has not been looked at yet: a look that locks nothing."""
    return (
        await tx.execute(select(prospects.c.id).where(prospects.c.awaiting).limit(1))
    ).scalar_one_or_none() is not None


async def looked_at(tx: Tx, prospect_ids: Sequence[int]) -> None:
    """These prospects have been looked at."""
    await tx.execute(update(prospects).where(prospects.c.id.in_(prospect_ids)).values(awaiting=False))
