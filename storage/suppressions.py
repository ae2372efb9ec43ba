"""Addresses never to be written to again: only keyed hashes of them, so that they survive erasure and name nobody."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.database import Tx
from storage.dialects import insert
from storage.prospects import close, normalise
from storage.tables import suppressions

HASHED_KINDS = ("email", "phone", "telegram")
"""The kinds of identity that can be suppressed: addresses. A shop's own id is none."""


SUPPRESSED = "suppressed"
"""Why an address is closed that is on the list."""


def address_hash(key: bytes, kind: str, value: str) -> str:
    """What is kept of an address.

    `key` is the installation's secret: without it nobody can try addresses against the list.
    """
    return hmac.new(key, f"suppression:{kind}:{normalise(kind, value)}".encode(), hashlib.sha256).hexdigest()


async def add(tx: Tx, key: bytes, addresses: Iterable[tuple[str, str]], *, reason: str, now: datetime) -> int:
    """Suppress these addresses (kind, value).

    Returns how many are on the list because of this call or an earlier one.
    """
    rows = [
        {"hash": address_hash(key, kind, value), "at": now, "reason": reason}
        for kind, value in addresses
        if kind in HASHED_KINDS
    ]
    if rows:
        await tx.execute(insert(tx, suppressions).on_conflict_do_nothing(), rows)
    return len(rows)


async def lift(tx: Tx, key: bytes, kind: str, value: str) -> None:
    """Somebody came back by themselves, with an act of their own: this address may be written to again."""
    await tx.execute(_LIFT, {"address": address_hash(key, kind, value)})


_LIFT = delete(suppressions).where(suppressions.c.hash == bindparam("address"))


async def close_known(tx: Tx, key: bytes, addresses: Sequence[tuple[str, str]], now: datetime) -> None:
    """Those of these addresses (kind, value) that are suppressed are closed: nobody can be reached by them.

    For wherever an address becomes known that was perhaps erased before.
    """
    for kind, value in sorted(await find(tx, key, addresses)):
        await close(tx, kind, value, reason=SUPPRESSED, now=now)


_FIND = select(suppressions.c.hash).where(suppressions.c.hash.in_(bindparam("hashes", expanding=True)))


async def find(tx: Tx, key: bytes, addresses: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these addresses (kind, value) that are suppressed."""
    hashes = {address_hash(key, kind, value): (kind, value) for kind, value in addresses if kind in HASHED_KINDS}
    rows = await tx.execute(_FIND, {"hashes": list(hashes)})
    return {hashes[row.hash] for row in rows}
