"""How receivers see the shop's mail, as it was worked out last: kept, because counting a month is too dear to repeat.

One fact holds all of it, so that who looks reads one row, and who writes has locked what they have read.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from storage import facts
from storage.database import Tx
from storage.tables import facts as fact_rows

NAME: Final = "mail standing"


@dataclass(frozen=True, slots=True)
class Kept:
    """A `standing`, the same `since` then, last worked out `at`.

    `counted_from`: when a person said `go on`; mail from before is left out. None: nobody ever did.
    """

    standing: str
    since: datetime
    at: datetime
    counted_from: datetime | None


async def kept(tx: Tx) -> Kept | None:
    """What was worked out last, or None when it never was."""
    return _read(await facts.get(tx, NAME))


async def keep(tx: Tx, standing: str, counted_from: datetime | None, now: datetime) -> Kept:
    """Keep a standing that was worked out from mail since `counted_from`; returns what is kept from now on.

    Whoever has counted while a person said `go on` has counted too much: then what is kept stays.
    """
    before = await _locked(tx)
    if before is not None and before.counted_from != counted_from:
        return before
    unchanged = before is not None and before.standing == standing
    since = before.since if before is not None and unchanged else now
    return await _write(tx, Kept(standing, since, now, counted_from))


async def count_from(tx: Tx, standing: str, *, instead_of: str, now: datetime) -> bool:
    """Leave out all mail up to now, and begin with this standing. False when the one kept was not `instead_of`."""
    before = await _locked(tx)
    if before is None or before.standing != instead_of:
        return False
    await _write(tx, Kept(standing, now, now, now))
    return True


async def _locked(tx: Tx) -> Kept | None:
    return _read((await tx.execute(_LOCKED, {"called": NAME})).scalar_one_or_none())


_LOCKED = select(fact_rows.c.value).where(fact_rows.c.name == bindparam("called")).with_for_update()


async def _write(tx: Tx, one: Kept) -> Kept:
    moments = {"since": one.since, "at": one.at, "counted_from": one.counted_from}
    said = {name: moment.isoformat() for name, moment in moments.items() if moment is not None}
    await facts.put(tx, NAME, json.dumps({"standing": one.standing, **said}))
    return one


def _read(value: str | None) -> Kept | None:
    if value is None:
        return None
    said = json.loads(value)
    since, at = datetime.fromisoformat(said["since"]), datetime.fromisoformat(said["at"])
    counted_from = datetime.fromisoformat(said["counted_from"]) if "counted_from" in said else None
    return Kept(str(said["standing"]), since, at, counted_from)
