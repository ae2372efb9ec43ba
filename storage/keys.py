"""Keys of the REST API: shown once, kept as hashes.

A key is random enough that a plain SHA-256 of it gives nothing away.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from storage.database import Record, Tx
from storage.dialects import insert
from storage.ids import fingerprint
from storage.tables import api_keys

PREFIX = "hb_"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who a presented key belongs to."""

    name: str
    revoked: bool


async def add(tx: Tx, name: str, now: datetime) -> str | None:
    """Make a key and return it: it can never be read again. None when the name is taken."""
    key = PREFIX + secrets.token_urlsafe(32)
    made = await tx.execute(
        insert(tx, api_keys)
        .values(name=name, hash=fingerprint(key), created_at=now)
        .on_conflict_do_nothing()
        .returning(api_keys.c.id)
    )
    return key if made.scalar_one_or_none() is not None else None


async def find(tx: Tx, presented: str) -> ApiKey | None:
    """The key that was presented, or None. The hash is looked up, so the time it takes tells nothing about the key."""
    digest = fingerprint(presented)
    row = (await tx.execute(select(api_keys).where(api_keys.c.hash == digest))).one_or_none()
    if row is None or not hmac.compare_digest(row.hash, digest):
        return None
    return ApiKey(row.name, row.revoked_at is not None)


async def everyone(tx: Tx) -> Sequence[Record]:
    """All keys (name, created_at, revoked_at), oldest first."""
    query = select(api_keys.c.name, api_keys.c.created_at, api_keys.c.revoked_at).order_by(api_keys.c.id)
    return (await tx.execute(query)).all()


async def revoke(tx: Tx, name: str, now: datetime) -> bool:
    """This key counts no more. False when there is none of this name that counted."""
    result = await tx.execute(
        update(api_keys).where(api_keys.c.name == name, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return result.rowcount == 1
