"""What a restore does not take back: who was erased, stopped or paused, which codes and offers went out, who may enter.

A backup is as of the past; these were promised to people since. They are read before everything is replaced, and stand
again afterwards.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Select, Table, delete, func, insert, select, update

from storage import consents, dialects, erasure, recounting, suppressions
from storage.database import Tx
from storage.rows import Rows
from storage.tables import api_keys, codes, grants, identities, prospects, staff, staff_tokens
from storage.tables import consents as consent_table
from storage.tables import suppressions as suppression_table

PIECE: Final = 500
"""Values in one list, rows of one look."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """Rows as they stood; whose they are is said by `uid`, which means the same person before and after."""

    suppressed: Rows
    refusals: Rows
    paused: Rows
    granted: Rows
    used: Rows
    revoked: Rows
    disabled: Rows


async def remember(tx: Tx) -> Lasting:
    """Read what lasts, before everything is replaced."""
    newest = select(func.max(consent_table.c.id)).group_by(consent_table.c.prospect_id, consent_table.c.channel)
    refusals = (
        select(prospects.c.uid, *_plain(consent_table))
        .join(prospects, prospects.c.id == consent_table.c.prospect_id)
        .where(consent_table.c.id.in_(newest), consent_table.c.granted.is_(False))
    )
    paused = select(prospects.c.uid, prospects.c.paused_until).where(prospects.c.paused_until.is_not(None))
    given = select(prospects.c.uid, *_plain(grants)).join(prospects, prospects.c.id == grants.c.prospect_id)
    return Lasting(
        suppressed=await _read(tx, select(suppression_table)),
        refusals=await _read(tx, refusals),
        paused=await _read(tx, paused),
        granted=await _read(tx, given.order_by(grants.c.id)),
        used=await _read(tx, select(*_plain(codes)).where(codes.c.used_at.is_not(None))),
        revoked=await _read(
            tx, select(api_keys.c.hash, api_keys.c.revoked_at).where(api_keys.c.revoked_at.is_not(None))
        ),
        disabled=await _read(tx, select(staff.c.email, staff.c.disabled_at).where(staff.c.disabled_at.is_not(None))),
    )


def _plain(table: Table) -> list[Column[Any]]:
    """What a row says itself: not its number, nor other rows' numbers."""
    return [column for column in table.columns if column.name != "id" and not column.foreign_keys]


async def _read(tx: Tx, query: Select[Any]) -> Rows:
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def put_back(tx: Tx, lasting: Lasting, now: datetime, key: bytes) -> None:
    """After a backup was loaded: what lasts stands again. `key` is the secret of the suppression list."""
    await _erase_again(tx, lasting.suppressed, now, key)
    await _refuse_again(tx, lasting.refusals)
    for row in lasting.paused:
        rest = update(prospects).where(prospects.c.uid == row["uid"])
        await tx.execute(rest.values(paused_until=row["paused_until"]))
    await _give_again(tx, lasting.granted)
    await _use_again(tx, lasting.used)
    for row in lasting.revoked:
        shut = update(api_keys).where(api_keys.c.hash == row["hash"], api_keys.c.revoked_at.is_(None))
        await tx.execute(shut.values(revoked_at=row["revoked_at"]))
    for row in lasting.disabled:
        out = update(staff).where(staff.c.email == row["email"], staff.c.disabled_at.is_(None))
        await tx.execute(out.values(disabled_at=row["disabled_at"]))
    # Sessions that were ended since would be open again, and links to come in that were used: everybody signs in anew.
    await tx.execute(delete(staff_tokens))


async def _erase_again(tx: Tx, suppressed: Rows, now: datetime, key: bytes) -> None:
    """Whoever was erased since the backup goes again; who had come back before it was made stays."""
    known = set((await tx.execute(select(suppression_table.c.hash))).scalars())
    since = [row for row in suppressed if row["hash"] not in known]
    if not since:
        return
    for piece in _pieces(since):
        await tx.execute(dialects.insert(tx, suppression_table).on_conflict_do_nothing(), piece)
    hashes = {row["hash"] for row in since if row["reason"] in (suppressions.ERASED, suppressions.GONE)}
    gone = {row.id async for row in _each(tx, prospects) if suppressions.gone_hash(key, row.uid) in hashes}
    async for row in _each(tx, identities):
        if suppressions.address_hash(key, row.kind, row.value) in hashes:
            gone.add(row.prospect_id)
    for prospect_id in sorted(gone):
        await erasure.erase(tx, prospect_id, now, key)


async def _refuse_again(tx: Tx, refusals: Rows) -> None:
    for piece in _pieces(refusals):
        ids = await _ids(tx, piece)
        current = await consents.current(tx, list(ids.values()))
        again = [
            row | {"prospect_id": ids[uid]}
            for row in piece
            if (uid := row.pop("uid")) in ids and current.get((ids[uid], row["channel"]), (True,))[0]
        ]
        if again:
            await tx.execute(insert(consent_table), again)


async def _give_again(tx: Tx, granted: Rows) -> None:
    """Offers given since: nobody gets one twice, and limits and budgets are used as far as they were."""
    for piece in _pieces(granted):
        ids = await _ids(tx, piece)
        again = [row | {"prospect_id": ids[uid]} for row in piece if (uid := row.pop("uid")) in ids]
        if again:
            await tx.execute(dialects.insert(tx, grants).on_conflict_do_nothing(), again)
    await recounting.recount(tx, recounting.LEDGER)


async def _use_again(tx: Tx, used: Rows) -> None:
    """Codes that went out since go out to nobody else, whether the backup has them or a file brings them again."""
    for piece in _pieces(used):
        await tx.execute(dialects.insert(tx, codes).on_conflict_do_nothing(), piece)
        for row in piece:
            out = update(codes).where(codes.c.code == row["code"], codes.c.used_at.is_(None))
            await tx.execute(out.values(used_at=row["used_at"]))
    owner = select(grants.c.id).where(grants.c.code == codes.c.code, grants.c.offer == codes.c.offer).scalar_subquery()
    nobodys = update(codes).where(codes.c.used_at.is_not(None), codes.c.grant_id.is_(None))
    await tx.execute(nobodys.values(grant_id=owner))


async def _ids(tx: Tx, rows: Rows) -> dict[str, int]:
    """The row ids of the people of these rows, by uid, as far as they are there."""
    query = select(prospects.c.uid, prospects.c.id).where(prospects.c.uid.in_({row["uid"] for row in rows}))
    return {row.uid: row.id for row in await tx.execute(query)}


async def _each(tx: Tx, table: Table) -> AsyncIterator[Any]:
    """Every row of a table, some at a time."""
    query, after = select(table).order_by(table.c.id).limit(PIECE), 0
    while rows := (await tx.execute(query.where(table.c.id > after))).all():
        for row in rows:
            yield row
        after = rows[-1].id


def _pieces(rows: Rows) -> Sequence[Rows]:
    return [rows[start : start + PIECE] for start in range(0, len(rows), PIECE)]
