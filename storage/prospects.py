"""Prospects and how they are known."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from flows.audience.profile import FactSource
from storage import profiles, prospect_facts
from storage.database import Record, Tx
from storage.dialects import prepared
from storage.ids import new_uid
from storage.many import many
from storage.tables import identities, prospects

KINDS = ("external", "email", "phone", "telegram")

REFUSED: Final = "refused"
BOUNCED: Final = "bounced"
COMPLAINED: Final = "complaint"
"""Why a mail address is closed: it was refused at the door, a mail came back for good, its owner called ours junk."""

Identity = tuple[str, str]
"""Kind and value."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a prospect: columns of the table, by whom, and when it was true (None: now)."""

    facts: Mapping[str, Any]
    by: FactSource = "shop"
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Created:
    """A prospect that was just made."""

    id: int
    uid: str


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


async def known_by(tx: Tx, identities_of: Iterable[Identity]) -> dict[Identity, int]:
    """Whose these identities are, as they were asked for; those of nobody are left out."""
    asked = {pair: normalise(*pair) for pair in identities_of}
    found: dict[Identity, int] = {}
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
    result = await tx.execute(_CREATE, _row(Told(fields, said_by, said_at), now))
    prospect_id = int(result.scalar_one())
    await profiles.mark_due(tx, [prospect_id], now)
    return prospect_id


async def create_all(tx: Tx, people: Sequence[Told], now: datetime) -> list[Created]:
    """As `create` for each of these, in order, with few statements."""
    rows = [_row(one, now) for one in people]
    await _CREATE_ALL(tx, rows)
    found = await tx.execute(_IDS, {"uids": [row["uid"] for row in rows]}) if rows else ()
    ids = {row.uid: row.id for row in found}
    await profiles.mark_due(tx, list(ids.values()), now)
    return [Created(ids[row["uid"]], row["uid"]) for row in rows]


_CREATE = insert(prospects).returning(prospects.c.id)
_CREATE_ALL = many(lambda _: insert(prospects))
_IDS = select(prospects.c.uid, prospects.c.id).where(prospects.c.uid.in_(bindparam("uids", expanding=True)))
_UNKNOWN: Mapping[str, Any] = {
    **{column.name: None for column in prospects.c if column.nullable},
    "awaiting": False,
    "tags": [],
    "company": {},
    "attributes": {},
}
"""What is known of somebody of whom nothing is."""


def _row(told: Told, now: datetime) -> dict[str, Any]:
    """A new prospect. All rows have the same columns, so that one statement takes them."""
    stamped = prospect_facts.said({}, told.facts, told.by, told.at or now)
    new = {"uid": new_uid(), "created_at": now, "updated_at": now, "provenance": stamped}
    return {**_UNKNOWN, **new, **told.facts}


async def get(tx: Tx, prospect_id: int) -> Record | None:
    """The prospect with this row id."""
    return (await tx.execute(_GET, {"row": prospect_id})).one_or_none()


_GET = select(prospects).where(prospects.c.id == bindparam("row"))


async def get_all(tx: Tx, prospect_ids: Sequence[int]) -> dict[int, Record]:
    """These prospects, by their row ids; who is not there is left out."""
    return {row.id: row for row in await tx.execute(_GET_ALL, {"rows": list(prospect_ids)})} if prospect_ids else {}


_GET_ALL = select(prospects).where(prospects.c.id.in_(bindparam("rows", expanding=True)))


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
    await change_all(tx, {prospect_id: Told(fields, said_by, said_at)}, now)


async def change_all(tx: Tx, told: Mapping[int, Told], now: datetime) -> None:
    """As `change` for each of these prospects (row id -> what is said of them), with few statements."""
    saying = {prospect_id: one for prospect_id, one in told.items() if one.facts}
    if not saying:
        return
    rows = await tx.execute(_PROVENANCE, {"rows": list(saying)})
    known = {row.id: row.provenance for row in rows}
    changes: defaultdict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for prospect_id, one in saying.items():
        before, at = known.get(prospect_id) or {}, one.at or now
        taken = {name: value for name, value in one.facts.items() if prospect_facts.may_say(before, name, one.by, at)}
        if taken:
            stamped = prospect_facts.said(before, taken, one.by, at)
            change = {"row": prospect_id, "updated_at": now, "provenance": stamped, **taken}
            changes[frozenset(taken)].append(change)
    for alike in changes.values():
        await _CHANGE(tx, alike)
    await profiles.mark_due(tx, [change["row"] for alike in changes.values() for change in alike], now)


_PROVENANCE = select(prospects.c.id, prospects.c.provenance).where(
    prospects.c.id.in_(bindparam("rows", expanding=True))
)
_CHANGE = many(lambda _: update(prospects).where(prospects.c.id == bindparam("row")))
"""Sets the columns that its rows have."""


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
    new = _identity(prospect_id, (kind, value), via, now)
    if (await tx.execute(_BIND(tx), new)).first() is not None:
        return True
    found = select(identities).where(identities.c.kind == kind, identities.c.value == new["value"])
    row = (await tx.execute(found)).one()
    if row.prospect_id != prospect_id:
        return False
    if row.closed_at is not None:
        await open_again(tx, [(kind, value)])
    return True


async def bind_all(tx: Tx, new: Sequence[tuple[int, Identity]], *, via: str, now: datetime) -> None:
    """Note identities of prospects (row id, identity) that were nobody's; one that was taken meanwhile stays so."""
    await _BIND_ALL(tx, [_identity(prospect_id, one, via, now) for prospect_id, one in new])


_BIND = prepared(lambda insert: insert(identities).on_conflict_do_nothing().returning(identities.c.id))
_BIND_ALL = many(lambda insert: insert(identities).on_conflict_do_nothing())


def _identity(prospect_id: int, one: Identity, via: str, now: datetime) -> dict[str, Any]:
    kind, value = one
    return {"prospect_id": prospect_id, "kind": kind, "value": normalise(kind, value), "created_at": now, "via": via}


async def open_again(tx: Tx, known: Iterable[Identity]) -> None:
    """Those of these identities that had been closed are open again: somebody has given them anew."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for kind, value in known:
        values[kind].append(normalise(kind, value))
    for kind, some in values.items():
        await tx.execute(_OPEN_AGAIN, {"of_kind": kind, "values": some})


_OPEN_AGAIN = (
    update(identities)
    .where(identities.c.kind == bindparam("of_kind"), identities.c.value.in_(bindparam("values", expanding=True)))
    .where(identities.c.closed_at.is_not(None))
    .values(closed_at=None, closed_reason=None)
)


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
