"""Prospects and how they are known."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy import insert as plain_insert

from flows.audience.profile import FactSource
from storage import profiles, prospect_facts
from storage.database import Record, Tx
from storage.dialects import prepared
from storage.ids import new_uid
from storage.tables import identities, prospects, shop_events

KINDS = ("external", "email", "phone", "telegram")


def normalise(kind: str, value: str) -> str:
    """An identity in the one form it is stored and looked up in."""
    value = unicodedata.normalize("NFKC", value).strip()
    match kind:
        case "email":
            return value.lower()
        case "phone":
            return ("+" if value.startswith("+") else "") + re.sub(r"\D", "", value)
        case _:
            return value


async def find(tx: Tx, known: Mapping[str, str]) -> list[int]:
    """The prospects known by any of these identities (kind -> value), oldest first.

    More than one: they are not joined yet.
    """
    pairs = [(kind, normalise(kind, value)) for kind, value in known.items() if value]
    found: set[int] = set()
    for kind, value in pairs:
        rows = await tx.execute(
            select(identities.c.prospect_id).where(identities.c.kind == kind, identities.c.value == value)
        )
        found.update(row.prospect_id for row in rows)
    return sorted(found)


async def known_by(tx: Tx, identities_of: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Whose these identities (kind, value) are, as they were asked for; those of nobody are left out."""
    asked = {pair: normalise(*pair) for pair in identities_of}
    found: dict[tuple[str, str], int] = {}
    for kind in sorted({pair[0] for pair in asked}):
        values = sorted({value for pair, value in asked.items() if pair[0] == kind})
        rows = await tx.execute(_KNOWN_BY, {"kind": kind, "values": values})
        whose = {row.value: row.prospect_id for row in rows}
        found |= {pair: whose[value] for pair, value in asked.items() if pair[0] == kind and value in whose}
    return found


_KNOWN_BY = select(identities.c.value, identities.c.prospect_id).where(
    identities.c.kind == bindparam("kind"), identities.c.value.in_(bindparam("values", expanding=True))
)


async def create(
    tx: Tx, now: datetime, *, said_by: FactSource = "shop", said_at: datetime | None = None, **fields: Any
) -> int:
    """A new prospect; returns the row id. `fields` are columns of the table, said by `said_by` at `said_at`."""
    stamped = prospect_facts.said({}, fields, said_by, said_at or now)
    values: dict[str, Any] = {"tags": [], "company": {}, "attributes": {}, "provenance": stamped, **fields}
    result = await tx.execute(_CREATE, {"uid": new_uid(), "created_at": now, "updated_at": now, **values})
    prospect_id = int(result.scalar_one())
    await profiles.mark_due(tx, [prospect_id], now)
    return prospect_id


_CREATE = plain_insert(prospects).returning(prospects.c.id)


async def get(tx: Tx, prospect_id: int) -> Record | None:
    """The prospect with this row id."""
    return (await tx.execute(_GET, {"row": prospect_id})).one_or_none()


_GET = select(prospects).where(prospects.c.id == bindparam("row"))


async def change(
    tx: Tx,
    prospect_id: int,
    now: datetime,
    *,
    said_by: FactSource = "shop",
    said_at: datetime | None = None,
    **fields: Any,
) -> None:
    """Change facts about a prospect. What they or staff have said later than `said_at` stays."""
    if not fields:
        return
    query = select(prospects.c.provenance).where(prospects.c.id == prospect_id)
    known = (await tx.execute(query)).scalar_one_or_none() or {}
    at = said_at or now
    taken = {name: value for name, value in fields.items() if prospect_facts.may_say(known, name, said_by, at)}
    if taken:
        stamped = prospect_facts.said(known, taken, said_by, at)
        values = {"updated_at": now, "provenance": stamped, **taken}
        await tx.execute(update(prospects).where(prospects.c.id == prospect_id).values(values))
        await profiles.mark_due(tx, [prospect_id], now)


async def set_company(
    tx: Tx, prospect_id: int, key: str, value: str | None, now: datetime, *, said_by: FactSource
) -> None:
    """Change one of the company's fields; None takes it away."""
    query = select(prospects.c.company, prospects.c.provenance).where(prospects.c.id == prospect_id)
    row = (await tx.execute(query.with_for_update())).one_or_none()
    if row is None:
        return
    company = {name: one for name, one in {**row.company, key: value}.items() if one is not None}
    stamped = prospect_facts.said(row.provenance, [f"company.{key}"], said_by, now)
    values = {"updated_at": now, "company": company, "provenance": stamped}
    await tx.execute(update(prospects).where(prospects.c.id == prospect_id).values(**values))
    await profiles.mark_due(tx, [prospect_id], now)


async def bind(tx: Tx, prospect_id: int, kind: str, value: str, *, via: str, now: datetime) -> bool:
    """Note that this prospect is known by this identity. False when it already belongs to somebody else.

    An identity that had been closed (bot blocked, address bounced) is open again.
    """
    value = normalise(kind, value)
    new = {"prospect_id": prospect_id, "kind": kind, "value": value, "created_at": now, "via": via}
    if (await tx.execute(_BIND(tx), new)).first() is not None:
        return True
    row = (await tx.execute(select(identities).where(identities.c.kind == kind, identities.c.value == value))).one()
    if row.prospect_id != prospect_id:
        return False
    if row.closed_at is not None:
        await tx.execute(update(identities).where(identities.c.id == row.id).values(closed_at=None, closed_reason=None))
    return True


_BIND = prepared(lambda insert: insert(identities).on_conflict_do_nothing().returning(identities.c.id))


async def note_event(tx: Tx, prospect_id: int, kind: str, at: datetime, data: Mapping[str, Any]) -> None:
    """Keep what the shop told us this prospect did."""
    await tx.execute(plain_insert(shop_events).values(prospect_id=prospect_id, kind=kind, at=at, data=dict(data)))
    await profiles.mark_due(tx, [prospect_id], at)


async def close(tx: Tx, kind: str, value: str, *, reason: str, now: datetime) -> None:
    """This address refuses for good."""
    await tx.execute(
        update(identities)
        .where(
            identities.c.kind == kind, identities.c.value == normalise(kind, value), identities.c.closed_at.is_(None)
        )
        .values(closed_at=now, closed_reason=reason)
    )


_ADDRESSES = (
    select(identities.c.prospect_id, identities.c.kind, identities.c.value, identities.c.closed_at)
    .where(identities.c.prospect_id.in_(bindparam("people", expanding=True)))
    .order_by(identities.c.closed_at.is_(None), identities.c.id)
)


async def addresses(tx: Tx, prospect_ids: Sequence[int]) -> dict[tuple[int, str], tuple[str, bool]]:
    """(prospect, kind) -> (value, open) of the newest identity of each kind."""
    rows = await tx.execute(_ADDRESSES, {"people": list(prospect_ids)})
    return {(row.prospect_id, row.kind): (row.value, row.closed_at is None) for row in rows}


async def resolve(tx: Tx, reference: str) -> int | None:
    """A prospect by any identity as people write it: `uid`, shop id, email, phone or `telegram:123`.

    None when unknown.
    """
    reference = reference.strip()
    kind, colon, rest = reference.partition(":")
    if colon and kind in KINDS:
        found = await find(tx, {kind: rest})
        return found[0] if found else None
    by_uid = (await tx.execute(select(prospects.c.id).where(prospects.c.uid == reference))).scalar_one_or_none()
    if by_uid is not None:
        return int(by_uid)
    for kind in ("external", "email", "phone"):
        found = await find(tx, {kind: reference})
        if found:
            return found[0]
    return None
