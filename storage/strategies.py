"""Versions of a campaign's strategy: drafted, submitted, approved, live, retired. What was live once never changes."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from flows.offers.strategy import Control, StrategyDefinition
from storage.database import Record, Tx
from storage.dialects import one_at_a_time
from storage.errors import StorageError
from storage.ids import fingerprint
from storage.tables import strategies

OPEN = ("draft", "submitted")
"""States of a version that has not been decided on."""


class StrategyRefused(StorageError):
    """A version cannot take this step; the message says why and the cure."""


def definition_of(row: Record) -> StrategyDefinition:
    """The strategy of a row."""
    return StrategyDefinition.model_validate(row.definition)


async def create(tx: Tx, definition: StrategyDefinition, by: str, now: datetime, note: str | None = None) -> int:
    """A new draft, numbered after the campaign's newest version. Returns its row id."""
    await one_at_a_time(tx, f"strategy {definition.campaign}")
    newest = select(func.coalesce(func.max(strategies.c.version), 0) + 1).where(
        strategies.c.campaign == definition.campaign
    )
    row = insert(strategies).values(
        campaign=definition.campaign,
        version=newest.scalar_subquery(),
        state="draft",
        definition=definition.model_dump(mode="json"),
        note=note,
        created_by=by,
        created_at=now,
    )
    return int((await tx.execute(row.returning(strategies.c.id))).scalar_one())


async def change(tx: Tx, row_id: int, definition: StrategyDefinition, note: str | None) -> None:
    """Write a draft anew. Raises StrategyRefused when it is no draft (any more)."""
    row = await _locked(tx, row_id)
    if row.state != "draft":
        raise StrategyRefused(f"version {row.version} is {row.state} and stays as it is; make a new draft from it")
    await _set(tx, row_id, definition=definition.model_dump(mode="json"), note=note)


async def submit(tx: Tx, row_id: int, by: str, now: datetime) -> None:
    """Ask for approval. Raises StrategyRefused when it is no draft."""
    row = await _locked(tx, row_id)
    if row.state != "draft":
        raise StrategyRefused(f"version {row.version} is {row.state}; only a draft can be submitted")
    await _set(tx, row_id, state="submitted", submitted_by=by, submitted_at=now)


async def reopen(tx: Tx, row_id: int) -> None:
    """Make a submitted version a draft again. Raises StrategyRefused when it is not waiting for approval."""
    row = await _locked(tx, row_id)
    if row.state != "submitted":
        raise StrategyRefused(f"version {row.version} is {row.state}; only one that waits for approval can be reopened")
    await _set(tx, row_id, state="draft", submitted_by=None, submitted_at=None)


def face_of(row: Record) -> str:
    """What a version says, in a few signs: who approves it gives those of what they have looked at."""
    return fingerprint(json.dumps(row.definition, sort_keys=True))


async def approve(tx: Tx, row_id: int, by: str, now: datetime, *, seen: str | None = None) -> None:
    """Let a submitted version go live, in place of the one that is.

    Raises StrategyRefused when it was not submitted, when it says something else by now than what was `seen`, or when
    two people are wanted (by it, or by what was live last) and this is the person who submitted it.
    """
    row = await _locked(tx, row_id)
    if row.state != "submitted":
        raise StrategyRefused(f"version {row.version} is {row.state}; submit it before it is approved")
    before = await live(tx, row.campaign)
    if row.submitted_by == by and (_wants_two(row) or await wants_two(tx, row.campaign)):
        raise StrategyRefused(
            f"version {row.version} was submitted by {by}, and this shop wants two people; ask somebody else to approve"
        )
    if seen is not None and seen != face_of(row):
        raise StrategyRefused(f"version {row.version} was changed since you looked at it; look at it once more")
    if before is not None:
        await _set(tx, before.id, state="retired", retired_at=now)
    await _set(tx, row_id, state="live", approved_by=by, approved_at=now, live_at=now)


async def retire(tx: Tx, row_id: int, now: datetime) -> None:
    """Put a version away: a draft is discarded, after the live one the catalogue's order holds again.

    Raises StrategyRefused when it is retired already, or live where two people are wanted: one alone would take away
    every guard.
    """
    row = await _locked(tx, row_id)
    if row.state == "retired":
        raise StrategyRefused(f"version {row.version} is retired already")
    if row.state == "live" and _wants_two(row):
        raise StrategyRefused(
            f"version {row.version} is live, and this shop wants two people: submit another version and let somebody "
            "else approve it; to stop at once, pause the campaign"
        )
    await _set(tx, row_id, state="retired", retired_at=now)


async def discard(tx: Tx, row_id: int, now: datetime) -> None:
    """Put a draft away. Raises StrategyRefused when it is none (any more)."""
    row = await _locked(tx, row_id)
    if row.state != "draft":
        raise StrategyRefused(f"version {row.version} is {row.state}; only a draft can be discarded")
    await _set(tx, row_id, state="retired", retired_at=now)


async def get(tx: Tx, row_id: int) -> Record | None:
    """One version, by its row id."""
    return (await tx.execute(select(strategies).where(strategies.c.id == row_id))).one_or_none()


async def by_version(tx: Tx, campaign: str, version: int) -> Record | None:
    """One version of a campaign."""
    query = select(strategies).where(strategies.c.campaign == campaign, strategies.c.version == version)
    return (await tx.execute(query)).one_or_none()


async def live(tx: Tx, campaign: str) -> Record | None:
    """The campaign's version that is live, if there is one."""
    return (await tx.execute(_LIVE, {"of": campaign})).one_or_none()


_LIVE = select(strategies).where(strategies.c.campaign == bindparam("of"), strategies.c.state == "live")


async def all_live(tx: Tx) -> Sequence[Record]:
    """The live version of every campaign that has one."""
    query = select(strategies).where(strategies.c.state == "live").order_by(strategies.c.campaign)
    return (await tx.execute(query)).all()


async def history(tx: Tx, campaign: str | None = None) -> Sequence[Record]:
    """All versions, of one campaign or of all, the newest first."""
    query = select(strategies).order_by(strategies.c.campaign, strategies.c.version.desc())
    if campaign is not None:
        query = query.where(strategies.c.campaign == campaign)
    return (await tx.execute(query)).all()


async def control_of(tx: Tx, campaign: str) -> Control | None:
    """The control groups that the live version sets; None when it leaves them to the campaign's own file."""
    found = await live(tx, campaign)
    return definition_of(found).control if found is not None else None


async def wants_two(tx: Tx, campaign: str) -> bool:
    """Whether what was live last, or still is, asks for two people: putting it away does not lift the rule."""
    were = select(strategies).where(strategies.c.campaign == campaign, strategies.c.live_at.is_not(None))
    last = (await tx.execute(were.order_by(strategies.c.live_at.desc(), strategies.c.id.desc()).limit(1))).one_or_none()
    return last is not None and _wants_two(last)


def _wants_two(row: Record) -> bool:
    return definition_of(row).two_person


async def _locked(tx: Tx, row_id: int) -> Record:
    """The version, and with it all of its campaign's, locked until the transaction ends."""
    row = await get(tx, row_id)
    if row is None:
        raise StrategyRefused(f"there is no strategy with the number {row_id}; see `holdback strategy list`")
    query = select(strategies.c.id).where(strategies.c.campaign == row.campaign).order_by(strategies.c.id)
    await tx.execute(query.with_for_update())
    fresh = await get(tx, row_id)
    assert fresh is not None  # noqa: S101 - versions are never deleted
    return fresh


async def _set(tx: Tx, row_id: int, **values: Any) -> None:
    await tx.execute(update(strategies).where(strategies.c.id == row_id).values(**values))
