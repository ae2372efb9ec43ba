"""Forgetting a person: every row about them goes, and what accounts need stays without them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from storage import answer_counts, stage_counts, step_counts, suppressions
from storage import checkouts as open_checkouts
from storage import deliveries as webhooks
from storage import journeys as counted_journeys
from storage.database import Tx
from storage.failpoints import failpoint
from storage.reads.lanes import names_of, of_person
from storage.seeking import Sought, remove
from storage.tables import (
    answers,
    checkouts,
    choices,
    consents,
    conversations,
    deliveries,
    grants,
    identities,
    inbox,
    journal,
    journeys,
    links,
    metadata,
    outbox,
    profile_reasons,
    profiles,
    prospect_facts,
    prospects,
    purchases,
    shop_events,
    stage_changes,
    tasks,
    walk_ins,
)

GO = (
    identities,
    consents,
    shop_events,
    conversations,
    answers,
    journal,
    outbox,
    links,
    prospect_facts,
    profiles,
    profile_reasons,
    stage_changes,
    journeys,
    tasks,
    walk_ins,
    checkouts,
    deliveries,
)
"""Tables whose rows go with the prospect, directly; timers, notes and uses of replies go with the conversations."""

DETACHED = (walk_ins, checkouts, deliveries)
"""Of these, the ones whose rows may stand without a prospect: they are deleted by hand."""

STAY = (grants, purchases, choices)
"""Accounting and proof: the rows stay, and nobody can tell any more whose they were."""


async def erase(tx: Tx, prospect_id: int, now: datetime, key: bytes, sought: Sought | None = None) -> dict[str, int]:
    """Erase a prospect in the caller's transaction; returns table -> number of rows. Unknown prospects change nothing.

    Their addresses are put on the suppression list, hashed with `key`. With what was `sought` before (storage.seeking)
    the transaction need not look through all that ever came in. After the commit the caller has to run
    `Database.wipe`, or copies stay in SQLite's write-ahead log.
    """
    rows = await tx.execute(
        select(identities.c.kind, identities.c.value).where(identities.c.prospect_id == prospect_id)
    )
    known = [(row.kind, row.value) for row in rows]
    # Locked: whoever is writing about them comes to an end first, so that what is counted of them is all taken off.
    whose = select(prospects.c.uid).where(prospects.c.id == prospect_id).with_for_update()
    uid = (await tx.execute(whose)).scalar_one_or_none()
    counts = {table.name: await _count(tx, table, prospect_id) for table in GO}
    counts["suppressed"] = await suppressions.add(tx, key, known, reason=suppressions.ERASED, now=now)
    gone = [value for kind, value in known if kind == "external"]
    await suppressions.remember_gone(tx, key, gone if uid is None else [*gone, uid], now)
    counts["inbox"] = await remove(tx, await of_person(tx, prospect_id), sought)
    await answer_counts.forget(tx, prospect_id)
    await step_counts.forget(tx, prospect_id)
    await stage_counts.forget(tx, [prospect_id])
    await counted_journeys.forget(tx, [prospect_id])
    await tx.execute(delete(checkouts).where(open_checkouts.names(known)))
    for table in DETACHED:
        await tx.execute(delete(table).where(table.c.prospect_id == prospect_id))
    for table in STAY:
        kept = update(table).where(table.c.prospect_id == prospect_id).values(prospect_id=None, conversation_id=None)
        counts[f"{table.name} kept without the person"] = (await tx.execute(kept)).rowcount
    # Edits name the message they edit: gone first, the messages need no search for them one by one.
    await tx.execute(delete(outbox).where(outbox.c.prospect_id == prospect_id, outbox.c.edits.is_not(None)))
    counts["prospects"] = (await tx.execute(delete(prospects).where(prospects.c.id == prospect_id))).rowcount
    if uid is not None:
        await webhooks.announce(tx, "prospect.erased", {"prospect": {"id": uid}}, None, uid, now)
    failpoint("erasure.erased")
    return {name: number for name, number in counts.items() if number}


async def forget(tx: Tx, known: Sequence[tuple[str, str]], now: datetime, key: bytes) -> int:
    """Somebody who is no prospect is to be forgotten: what came in about these identities (kind, value) goes.

    Their addresses are suppressed as after `erase`. Returns how many rows went. The caller has to wipe as well.
    """
    if not known:
        return 0
    await suppressions.add(tx, key, known, reason=suppressions.ERASED, now=now)
    gone = await tx.execute(delete(checkouts).where(open_checkouts.names(known)))
    return gone.rowcount + await remove(tx, names_of(known))


async def forget_shop(tx: Tx, shop: str) -> int:
    """A connected shop takes its connection away: its open checkouts and what it sent go. Returns how many rows.

    Prospects stay: they gave their answers to whoever runs this installation. The caller has to wipe as well.
    """
    gone = await tx.execute(delete(checkouts).where(checkouts.c.shop == shop))
    said = await tx.execute(delete(inbox).where(inbox.c.source == shop, inbox.c.state != "new"))
    return gone.rowcount + said.rowcount


async def _count(tx: Tx, table: Any, prospect_id: int) -> int:
    query = select(func.count()).select_from(table).where(table.c.prospect_id == prospect_id)
    return int((await tx.execute(query)).scalar_one())


def tables_about_people() -> set[str]:
    """Every table that has rows of a person: what an erasure has to reach. A test holds it together with this file."""
    return {table.name for table in metadata.sorted_tables if {"prospect_id", "conversation_id"} & set(table.c.keys())}
