"""People who open a chat by themselves and whom nobody knew: those who come together are written together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from storage import profiles, prospect_facts
from storage.consents import FOLLOW_UP
from storage.database import Tx
from storage.ids import new_uid
from storage.many import many
from storage.prospects import normalise
from storage.suppressions import address_hash
from storage.tables import consents, identities, prospects, suppressions


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who starts a chat: the identity that the channel vouches for, and what it tells of them."""

    kind: str
    value: str
    first_name: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The prospect that was made of a newcomer."""

    id: int
    uid: str


async def welcome(tx: Tx, key: bytes, people: Sequence[Newcomer], now: datetime) -> list[Welcomed]:
    """Make prospects of them, in this order: known by their identity, agreed by their own start, suppressed no more.

    `key` is the installation's secret. A few statements, however many they are.
    """
    await _LIFT(tx, [{"address": address_hash(key, one.kind, one.value)} for one in people])
    rows = [_prospect(one, now) for one in people]
    await _CREATE(tx, rows)
    found = await tx.execute(_IDS, {"uids": [row["uid"] for row in rows]})
    ids = {row.uid: row.id for row in found}
    made = [Welcomed(ids[row["uid"]], row["uid"]) for row in rows]
    await profiles.mark_due(tx, [one.id for one in made], now)
    both = list(zip(made, people, strict=True))
    await _BIND(tx, [_identity(one.id, who, now) for one, who in both])
    await _AGREE(tx, [_consent(one.id, who.kind, now) for one, who in both])
    return made


_LIFT = many(lambda _: delete(suppressions).where(suppressions.c.hash == bindparam("address")))
_CREATE = many(lambda _: insert(prospects))
_IDS = select(prospects.c.uid, prospects.c.id).where(prospects.c.uid.in_(bindparam("uids", expanding=True)))
_BIND = many(lambda insert: insert(identities).on_conflict_do_nothing())
_AGREE = many(lambda _: insert(consents))


def _prospect(one: Newcomer, now: datetime) -> dict[str, Any]:
    said = {"first_name": one.first_name, "language": one.language, "source": one.kind}
    return {
        "uid": new_uid(),
        "created_at": now,
        "updated_at": now,
        "tags": [],
        "company": {},
        "attributes": {},
        "provenance": prospect_facts.said({}, said, "flow", now),
        **said,
    }


def _identity(prospect_id: int, one: Newcomer, now: datetime) -> dict[str, Any]:
    value = normalise(one.kind, one.value)
    return {"prospect_id": prospect_id, "kind": one.kind, "value": value, "created_at": now, "via": "start"}


def _consent(prospect_id: int, channel: str, now: datetime) -> dict[str, Any]:
    what = {"prospect_id": prospect_id, "channel": channel, "purpose": FOLLOW_UP, "granted": True}
    return what | {"at": now, "way": "start", "text": None, "proof": None}
