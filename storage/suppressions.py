"""Addresses never to be written to again: only keyed hashes of them, so that they survive erasure and name nobody."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.database import Tx
from storage.dialects import insert
from storage.ids import keyed_hash
from storage.many import many
from storage.prospects import KINDS, close, normalise
from storage.tables import suppressions

HASHED_KINDS = ("email", "phone", "telegram")
"""The kinds of identity that can be suppressed: addresses. A shop's own id is none."""


ERASED = "erased"
"""Why an address is on the list whose owner was erased."""

GONE = "gone"
"""Why something is on the list that is no address: it named somebody who was erased."""

SUPPRESSED = "suppressed"
"""Why an address is closed that is on the list."""


def address_hash(key: bytes, kind: str, value: str) -> str:
    """What is kept of an address.

    `key` is the installation's secret: without it nobody can try addresses against the list.
    """
    return keyed_hash(key, f"suppression:{kind}:{normalise(kind, value)}")


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


async def remember_gone(tx: Tx, key: bytes, references: Iterable[str], now: datetime) -> None:
    """Whom these named (a uid, a shop's own id) was erased. Nothing is suppressed by it: who comes back is welcome."""
    rows = [{"hash": gone_hash(key, one), "at": now, "reason": GONE} for one in references]
    if rows:
        await tx.execute(insert(tx, suppressions).on_conflict_do_nothing(), rows)


async def is_gone(tx: Tx, key: bytes, reference: str) -> bool:
    """Whether somebody was erased whom this names: an address, a uid, a shop's own id."""
    kind, colon, rest = reference.strip().partition(":")
    named = {kind: rest} if colon and kind in KINDS else dict.fromkeys(("external", "email", "phone"), reference)
    hashes = [
        address_hash(key, kind, value) if kind in HASHED_KINDS else gone_hash(key, value)
        for kind, value in named.items()
    ]
    found = await tx.execute(_FIND, {"hashes": hashes})
    return found.first() is not None


def gone_hash(key: bytes, reference: str) -> str:
    """What is kept of a uid, or of a shop's own id, of somebody who was erased."""
    # Another word before it than that of addresses: a backup that is restored must not erase who has come back.
    return keyed_hash(key, f"gone:{normalise('external', reference)}")


async def lift(tx: Tx, key: bytes, kind: str, value: str) -> None:
    """Somebody came back by themselves, with an act of their own: this address may be written to again."""
    await lift_all(tx, key, [(kind, value)])


async def lift_all(tx: Tx, key: bytes, addresses: Iterable[tuple[str, str]]) -> None:
    """As `lift` for each of these addresses (kind, value), with one statement."""
    await _LIFT(tx, [{"address": address_hash(key, kind, value)} for kind, value in addresses])


_LIFT = many(lambda _: delete(suppressions).where(suppressions.c.hash == bindparam("address")))


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
