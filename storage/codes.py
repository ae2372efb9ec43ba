"""Code pools: taking over what the shop's system has made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.tables import codes


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code for an offer's pool; without `expires_at` it lasts until the offer's own time is over."""

    offer: str
    code: str
    expires_at: datetime | None


CodeResult = Literal["created", "updated", "unchanged", "other offer"]
"""`updated`: its expiry changed, and nobody has it yet. `other offer`: the code is in another pool and stays there."""


async def add(tx: Tx, rows: Sequence[NewCode], now: datetime) -> list[CodeResult]:
    """Add codes to their pools; adding one again changes nothing. Results in order."""
    found = await tx.execute(select(codes).where(codes.c.code.in_({row.code for row in rows})))
    known = {row.code: (row.offer, row.expires_at, row.used_at) for row in found}
    results: list[CodeResult] = []
    new: dict[str, NewCode] = {}
    for row in rows:
        offer, expires_at, used_at = known.get(row.code, ("", None, None))
        if not offer:
            new[row.code] = row
            known[row.code] = (row.offer, row.expires_at, None)
            results.append("created")
        elif offer != row.offer:
            results.append("other offer")
        elif expires_at != row.expires_at and used_at is None and row.code not in new:
            await tx.execute(update(codes).where(codes.c.code == row.code).values(expires_at=row.expires_at))
            results.append("updated")
        else:
            results.append("unchanged")
    if new:
        values = [
            {"offer": row.offer, "code": row.code, "expires_at": row.expires_at, "imported_at": now}
            for row in new.values()
        ]
        await tx.execute(insert(codes), values)
    return results
