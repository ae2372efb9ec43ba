"""Two prospects turn out to be one person: the newer one is folded into the older one, and nothing is lost."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy import insert as plain_insert

from flows.codec import decode_state, encode_state
from storage import consents as agreements
from storage import journeys, profiles, stage_counts, timers
from storage import outbox as outbox_rows
from storage.database import Record, Tx
from storage.tables import (
    answers,
    checkouts,
    choices,
    consents,
    conversations,
    deliveries,
    grants,
    identities,
    journal,
    links,
    outbox,
    prospect_facts,
    prospects,
    purchases,
    shop_events,
    stage_changes,
    tasks,
    walk_ins,
)

MOVED = (
    identities,
    consents,
    shop_events,
    purchases,
    conversations,
    answers,
    journal,
    links,
    grants,
    prospect_facts,
    stage_changes,
    tasks,
    walk_ins,
    checkouts,
    deliveries,
    choices,
)
"""What simply changes hands. The outbox does too, with its lane."""


async def join(tx: Tx, one: int, other: int, now: datetime) -> int:
    """Fold the newer of two prospects into the older one; returns the id that stays.

    If both have a conversation that is not over, the newer conversation is cancelled. An offer that both were granted
    stays with the older one; the other grant is kept as a row without a person, as after an erasure.
    """
    stays, goes = min(one, other), max(one, other)
    await tx.execute(select(prospects.c.id).where(prospects.c.id.in_((stays, goes))).with_for_update())
    await _cancel_second_conversation(tx, stays, goes, now)
    await _release_double_grants(tx, stays, goes)
    await _fill_gaps(tx, stays, goes, now)
    await _keep_refusals(tx, stays, goes, now)
    await _keep_newer_facts(tx, stays, goes)
    await stage_counts.forget(tx, (stays, goes))
    await journeys.forget(tx, [goes])
    for table in MOVED:
        await tx.execute(update(table).where(table.c.prospect_id == goes).values(prospect_id=stays))
    await tx.execute(
        update(outbox).where(outbox.c.prospect_id == goes).values(prospect_id=stays, lane=f"prospect:{stays}")
    )
    await tx.execute(delete(prospects).where(prospects.c.id == goes))
    await stage_counts.remember(tx, stays)
    await profiles.mark_due(tx, [stays], now)
    return stays


async def _cancel_second_conversation(tx: Tx, stays: int, goes: int, now: datetime) -> None:
    live = (
        await tx.execute(
            select(conversations)
            .where(conversations.c.prospect_id.in_((stays, goes)), conversations.c.ended_at.is_(None))
            .order_by(conversations.c.id)
            .with_for_update()
        )
    ).all()
    for row in live[1:]:
        await _cancel(tx, row, now)


async def _cancel(tx: Tx, row: Record, now: datetime) -> None:
    before = decode_state(row.state)
    state = replace(
        before, status="ended", outcome="cancelled", turn=before.turn + 1, prompt=None, timer=None, held_by=None
    )
    await tx.execute(
        update(conversations)
        .where(conversations.c.id == row.id)
        .values(
            state=encode_state(state),
            status="ended",
            outcome="cancelled",
            turn=state.turn,
            ended_at=now,
            updated_at=now,
            held_by=None,
        )
    )
    await timers.cancel(tx, row.id)
    await outbox_rows.cancel(tx, "joined with another prospect", conversation_id=row.id)
    await tx.execute(
        plain_insert(journal).values(
            prospect_id=row.prospect_id,
            conversation_id=row.id,
            turn=state.turn,
            at=now,
            event="Joined",
            note="cancelled: the prospect has an older conversation under another identity",
            data={},
        )
    )


async def _release_double_grants(tx: Tx, stays: int, goes: int) -> None:
    older = grants.alias("older")
    has_it = exists().where(older.c.prospect_id == stays, older.c.offer == grants.c.offer)
    await tx.execute(update(grants).where(grants.c.prospect_id == goes, has_it).values(prospect_id=None))


async def _keep_refusals(tx: Tx, stays: int, goes: int, now: datetime) -> None:
    """Who refused under one identity has refused: the yes of the other profile does not undo it."""
    current = await agreements.current(tx, (stays, goes))
    for channel in {channel for _, channel in current}:
        said = [current[owner, channel][0] for owner in (stays, goes) if (owner, channel) in current]
        if False in said and True in said:
            await agreements.record(tx, goes, channel, granted=False, way="joined", now=now)


async def _keep_newer_facts(tx: Tx, stays: int, goes: int) -> None:
    """Where both have a declared attribute, the newer word about it stays."""
    other = prospect_facts.alias("other")
    pair = and_(other.c.name == prospect_facts.c.name, other.c.prospect_id.in_((stays, goes)))
    newer = or_(
        other.c.at > prospect_facts.c.at,
        and_(other.c.at == prospect_facts.c.at, other.c.prospect_id < prospect_facts.c.prospect_id),
    )
    losing = select(prospect_facts.c.id).where(
        prospect_facts.c.prospect_id.in_((stays, goes)), exists().where(pair, newer)
    )
    await tx.execute(delete(prospect_facts).where(prospect_facts.c.id.in_(losing.scalar_subquery())))


async def _fill_gaps(tx: Tx, stays: int, goes: int, now: datetime) -> None:
    """Facts that only the newer profile has; where both know something, the older profile's word is kept."""
    rows = await tx.execute(select(prospects).where(prospects.c.id.in_((stays, goes))))
    people = {row.id: row._mapping for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for it
    older, newer = people[stays], people[goes]
    values: dict[str, Any] = {
        name: newer[name]
        for name in older
        if name not in ("id", "uid", "created_at", "updated_at") and not older[name] and newer[name]
    }
    if older["paused_until"] and newer["paused_until"]:
        values["paused_until"] = max(older["paused_until"], newer["paused_until"])
    values["provenance"] = {**newer["provenance"], **older["provenance"]}
    values["company"] = {**newer["company"], **older["company"]}
    values["attributes"] = {**newer["attributes"], **older["attributes"]}
    values["tags"] = list(dict.fromkeys([*older["tags"], *newer["tags"]]))
    await tx.execute(update(prospects).where(prospects.c.id == stays).values(updated_at=now, **values))
