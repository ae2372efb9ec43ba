"""What a restore does not take back, and what it must not do: on both databases, by the commands themselves."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.house import read_secret
from bot.settings import load_settings
from storage import consents, doubt, erasure, hold, pauses, prospects, shelf, staff, workers
from storage.columns import Json
from storage.database import Database, Tx
from storage.tables import api_keys, codes, grants, offer_ledger, staff_tokens
from storage.tables import prospects as prospect_table
from storage.tables import staff as staff_table
from tests.bot.cli.shell import Shell

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LATER = datetime(2026, 11, 22, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cat")


@pytest.fixture
def holdback(shell_at: Callable[[str], Shell], sampled_database_url: str, tmp_path: Path) -> Shell:
    (tmp_path / "var").mkdir()
    return shell_at(sampled_database_url)


def run(url: str, work: Callable[[Tx], Any]) -> Any:
    async def go() -> Any:
        database = Database(url)
        try:
            return await database.transact(work)
        finally:
            await database.close()

    return asyncio.run(go())


async def people(tx: Tx) -> None:
    """Three people who agreed, three codes, a key and a colleague."""
    for name in PEOPLE:
        person = await prospects.create(tx, NOW)
        await prospects.bind(tx, person, "external", name, via="import", now=NOW)
        await consents.record(tx, person, "email", granted=True, way="import", now=NOW)
        await shelf.import_code(tx, "ten", f"TEN-{name}", None, NOW)
    await tx.execute(insert(api_keys).values(name="shop", hash="h", created_at=NOW))
    await staff.add(tx, "eve@shop.example", "admin", NOW)
    who = (await tx.execute(select(staff_table.c.id))).scalar_one()
    session = {"hash": "s", "kind": "session", "staff_id": who, "created_at": NOW, "seen_at": NOW, "expires_at": LATER}
    await tx.execute(insert(staff_tokens).values(session))


async def since(tx: Tx) -> None:
    """What happens after the backup: Ann is given a code and says stop, Bob is erased, Cat pauses, key and Eve go."""
    ann, bob, cat = [await prospects.resolve(tx, name) for name in PEOPLE]
    assert ann is not None and bob is not None and cat is not None
    given = {"prospect_id": ann, "campaign": "c", "offer": "ten", "kind": "discount", "code": "TEN-ann", "value": 5}
    await tx.execute(insert(grants).values(**given, granted_at=LATER))
    await tx.execute(update(codes).where(codes.c.code == "TEN-ann").values(used_at=LATER, grant_id=1))
    await consents.record(tx, ann, "email", granted=False, way="stop word", now=LATER)
    await pauses.pause(tx, cat, LATER)
    await erasure.erase(tx, bob, LATER, read_secret(load_settings()))
    await tx.execute(update(api_keys).values(revoked_at=LATER))
    await tx.execute(update(staff_table).values(disabled_at=LATER))


async def standing(tx: Tx) -> dict[str, Any]:
    """How all of this stands."""
    ann = await prospects.resolve(tx, "ann")
    assert ann is not None
    free = await tx.execute(select(codes.c.code).where(codes.c.used_at.is_(None)).order_by(codes.c.id))
    given = await tx.execute(
        select(grants.c.prospect_id, grants.c.code, codes.c.used_at).join(codes, codes.c.grant_id == grants.c.id)
    )
    paused = await tx.execute(select(prospect_table.c.paused_until).where(prospect_table.c.paused_until.is_not(None)))
    ledger = (await tx.execute(select(offer_ledger.c.granted, offer_ledger.c.promised))).all()
    return {
        "there": [name for name in PEOPLE if await prospects.resolve(tx, name) is not None],
        "ann agrees": (await consents.current(tx, [ann]))[ann, "email"][0],
        "paused": list(paused.scalars()),
        "free": list(free.scalars()),
        "given": [tuple(row) == (ann, "TEN-ann", LATER) for row in given],
        "ledger": [(row.granted, int(row.promised)) for row in ledger],
        "key": (await tx.execute(select(api_keys.c.revoked_at))).scalar_one(),
        "eve": (await tx.execute(select(staff_table.c.disabled_at))).scalar_one(),
        "sessions": len((await tx.execute(select(staff_tokens))).all()),
    }


def test_what_was_promised_since_the_backup_stays(holdback: Shell, sampled_database_url: str) -> None:
    run(sampled_database_url, people)
    assert holdback("db", "backup", "b.backup").code == 0
    run(sampled_database_url, since)
    said = holdback("db", "restore", "b.backup", "--json")
    assert said.code == 0 and said.json["codes_set_aside"] == 0
    assert run(sampled_database_url, standing) == {
        "there": ["ann", "cat"],
        "ann agrees": False,
        "paused": [LATER],
        "free": ["TEN-bob", "TEN-cat"],
        "given": [True],
        "ledger": [(1, 5)],
        "key": LATER,
        "eve": LATER,
        "sessions": 0,
    }
    assert holdback("db", "recount", "--check").code == 0


def test_who_had_come_back_before_the_backup_is_not_erased_by_it(holdback: Shell, sampled_database_url: str) -> None:
    async def again(tx: Tx) -> None:
        address = "bob@mail.example"
        bob = await prospects.resolve(tx, "bob")
        assert bob is not None
        await prospects.bind(tx, bob, "email", address, via="import", now=NOW)
        await since(tx)
        bob = await prospects.create(tx, LATER)
        await prospects.bind(tx, bob, "external", "bob", via="import", now=LATER)
        await prospects.bind(tx, bob, "email", address, via="import", now=LATER)

    run(sampled_database_url, people)
    run(sampled_database_url, again)
    holdback("db", "backup", "b.backup")
    holdback("db", "restore", "b.backup")
    assert run(sampled_database_url, standing)["there"] == list(PEOPLE)


def test_where_nothing_is_known_of_what_has_happened_since_no_code_goes_out(
    holdback: Shell, sampled_database_url: str
) -> None:
    run(sampled_database_url, people)
    holdback("db", "backup", "b.backup")
    run(sampled_database_url, lambda tx: tx.execute(update(codes).values(code=codes.c.code + "x")))
    run(
        sampled_database_url, lambda tx: tx.exec_driver_sql("DELETE FROM facts")
    )  # another machine, which knows nothing
    said = holdback("db", "restore", "b.backup")
    assert "3 codes are set aside" in said.out and "db release --codes-unused" in said.out
    assert run(sampled_database_url, standing)["free"] == []
    assert "nothing is sent (restored from a backup" in holdback("doctor").out
    assert holdback("db", "release", "--json").json == {"released": True}
    assert "has set 3 codes aside" in holdback("doctor").out
    assert holdback("db", "release", "--codes-unused", "--json").json == {"released": False, "codes_given_back": 3}
    assert run(sampled_database_url, standing)["free"] == ["TEN-ann", "TEN-bob", "TEN-cat"]
    assert run(sampled_database_url, doubt.waiting) == 0


@pytest.mark.postgres
def test_nothing_is_restored_under_a_running_server(shell_at: Callable[[str], Shell], postgres_url: str) -> None:
    holdback = shell_at(postgres_url)
    holdback("db", "backup", "b.backup")
    run(postgres_url, lambda tx: workers.join(tx, ["web"]))
    said = holdback("db", "restore", "b.backup")
    assert said.code == 1 and "already running" in said.err
    assert run(postgres_url, hold.reason) is None


def test_a_document_that_is_missing_is_not_one_that_says_null(holdback: Shell, sampled_database_url: str) -> None:
    async def two_keys(tx: Tx) -> list[Any]:
        rows = await tx.execute(select(api_keys.c.scopes.is_(None)).order_by(api_keys.c.id))
        return list(rows.scalars())

    async def make(tx: Tx) -> None:
        for name, scopes in (("one", None), ("two", Json.NULL)):
            row = {"name": name, "hash": name, "created_at": NOW} | ({} if scopes is None else {"scopes": scopes})
            await tx.execute(insert(api_keys).values(row))

    run(sampled_database_url, make)
    holdback("db", "backup", "b.backup")
    holdback("db", "restore", "b.backup")
    assert run(sampled_database_url, two_keys) == [True, False]
