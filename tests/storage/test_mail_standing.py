"""The standing of the shop's mail: what is kept of it, whoever works it out, and how a person begins afresh."""

import asyncio
from datetime import datetime, timedelta

from storage import mail_standing
from storage.database import Database
from storage.mail_standing import Kept
from tests.storage.world import NOW

LATER = NOW + timedelta(minutes=10)


async def keep(database: Database, standing: str, counted_from: datetime | None, now: datetime) -> Kept:
    return await database.transact(lambda tx: mail_standing.keep(tx, standing, counted_from, now))


async def begin_afresh(database: Database, now: datetime) -> bool:
    return await database.transact(lambda tx: mail_standing.count_from(tx, "unknown", instead_of="bad", now=now))


async def test_two_that_work_it_out_at_once_keep_one_standing(database: Database) -> None:
    await asyncio.gather(*(keep(database, "bad", None, NOW) for _ in range(2)))
    await asyncio.gather(*(keep(database, "bad", None, LATER) for _ in range(2)))
    assert await database.look(mail_standing.kept) == Kept("bad", since=NOW, at=LATER, counted_from=None)


async def test_who_has_counted_from_before_a_person_began_afresh_changes_nothing(database: Database) -> None:
    assert not await begin_afresh(database, NOW), "nothing was kept"
    await keep(database, "bad", None, NOW)
    assert await begin_afresh(database, LATER)
    afresh = Kept("unknown", since=LATER, at=LATER, counted_from=LATER)
    assert await keep(database, "bad", None, LATER) == afresh
    assert await database.look(mail_standing.kept) == afresh
    assert not await begin_afresh(database, LATER), "it is bad no more"
    assert (await keep(database, "good", LATER, LATER)).standing == "good"
