"""Erasing and exporting a person: nothing is left out of the copy, and nothing is left behind."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, Table, Text, delete, func, insert, select

from bot.data.writing import plain
from storage import erasure, seeking, suppressions
from storage.columns import Json, UTCDateTime
from storage.database import Database, Tx
from storage.reads import lanes, record
from storage.tables import choices, endpoints, grants, identities, inbox, metadata, prospects, purchases

KEY = b"k" * 32
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TECHNICAL = {"token_hash", "dedupe_key"}
KNOWN = [
    ("external", "CANARY-external"),
    ("email", "canary-email@example.com"),
    ("phone", "+36309999999"),
    ("telegram", "987654321"),
]


def row_of(table: Table, **given: Any) -> dict[str, Any]:
    """A row with a canary in every text column that may hold one."""
    values: dict[str, Any] = {}
    for column in table.columns:
        name = f"CANARY-{table.name}-{column.name}"
        if column.name in given:
            values[column.name] = given[column.name]
        elif isinstance(column.type, UTCDateTime):
            values[column.name] = NOW
        elif isinstance(column.type, String | Text):
            length = column.type.length
            values[column.name] = name[-length:] if length else name
        elif column.type is Json:
            values[column.name] = [name] if column.name in ("tags", "barriers") else {"note": name}
        elif column.name == "id" or column.foreign_keys:
            continue
        else:
            values[column.name] = 0 if str(column.type) != "BOOLEAN" else False
    return values


async def live(tx: Tx) -> int:
    """A person in every table there is; returns their row id."""
    tables = metadata.tables
    me = (await tx.execute(insert(prospects).values(row_of(prospects)).returning(prospects.c.id))).scalar_one()
    for kind, value in KNOWN:
        await tx.execute(insert(identities).values(row_of(identities, prospect_id=me, kind=kind, value=value)))
    talk_table = tables["conversations"]
    talk = (
        await tx.execute(insert(talk_table).values(row_of(talk_table, prospect_id=me)).returning(talk_table.c.id))
    ).scalar_one()
    door = (await tx.execute(insert(endpoints).values(row_of(endpoints)).returning(endpoints.c.id))).scalar_one()
    for name in sorted(erasure.tables_about_people() - {"identities", "conversations"}):
        table = tables[name]
        owner = {
            column: owned
            for column, owned in (("prospect_id", me), ("conversation_id", talk), ("endpoint_id", door))
            if column in table.c
        }
        await tx.execute(insert(table).values(row_of(table, **owner)))
    for number, (source, lane, payload) in enumerate(raw_inputs(talk)):
        values = row_of(inbox, source=source, lane=lane, payload=payload, natural_key=f"CANARY-{number}")
        await tx.execute(insert(inbox).values(values))
    return int(me)


def raw_inputs(talk: int) -> list[tuple[str, str, str]]:
    """(source, lane, payload) of everything that may have come in about the person, by every door."""
    order = {"kind": "purchase", "identities": {"external": "CANARY-external"}, "data": {"note": "CANARY-order"}}
    mail = {"kind": "viewed", "identities": {"email": "canary-email@example.com"}, "data": {"note": "CANARY-mail"}}
    return [
        ("telegram", "telegram:987654321", '{"text": "CANARY-said"}'),
        ("shop", "shop:CANARY-external", json.dumps(order)),
        ("shop", "shop:elsewhere", json.dumps(mail)),
        ("page", "page:1", '{"link": 1, "text": "CANARY-page"}'),
        ("staff", f"conversation:{talk}", '{"text": "CANARY-staff"}'),
    ]


async def test_the_copy_has_everything_and_the_erasure_leaves_nothing(database: Database, database_url: str) -> None:
    me = await database.transact(live)
    async with database.read() as tx:
        copy = json.dumps(plain(await record.everything(tx, me)), ensure_ascii=False)
    for table in [prospects, *(metadata.tables[name] for name in erasure.tables_about_people())]:
        for name, value in row_of(table).items():
            if name not in TECHNICAL and isinstance(value, str) and (table.name, name) != ("identities", "value"):
                assert value in copy or name == "kind", f"{table.name}.{name} is missing in the copy"
    for canary in ("CANARY-said", "CANARY-order", "CANARY-mail", "CANARY-page", "CANARY-staff", *dict(KNOWN).values()):
        assert canary in copy

    counts = await database.transact(lambda tx: erasure.erase(tx, me, NOW, KEY))
    assert counts["prospects"] == 1 and counts["inbox"] == 5 and counts["suppressed"] == 3
    assert await database.wipe()
    async with database.read() as tx:
        for name in sorted(erasure.tables_about_people() - {"grants", "purchases", "choices"} | {"prospects", "inbox"}):
            left = (await tx.execute(select(func.count()).select_from(metadata.tables[name]))).scalar_one()
            assert left == 0, name
    if database.is_sqlite:
        _nothing_in_files(Path(database_url.partition("///")[2]))


def _nothing_in_files(file: Path) -> None:
    """What stays is what accounts and proofs need: those tables have no personal text; nor has the shop's own door."""
    kept = [row_of(table) for table in (grants, purchases, choices, endpoints)]
    stays = {name for row in kept for value in row.values() for name in _texts(value)}
    for path in file.parent.glob(f"{file.name}*"):
        content = path.read_bytes()
        for value in stays:
            content = content.replace(value.encode(), b"")
        for canary in (b"CANARY", b"canary-email", b"+3630999", b"987654321"):
            assert canary not in content, f"{canary!r} is left in {path.name}"


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value.values()) if isinstance(value, dict) else []


async def test_grants_and_purchases_stay_without_the_person(database: Database) -> None:
    me = await database.transact(live)
    await database.transact(lambda tx: erasure.erase(tx, me, NOW, KEY))
    async with database.read() as tx:
        for table in (grants, purchases):
            row = (await tx.execute(select(table))).one()
            assert row.prospect_id is None and row.conversation_id is None and row.code is not None


async def test_erased_addresses_are_suppressed_by_hashes(database: Database) -> None:
    me = await database.transact(live)
    await database.transact(lambda tx: erasure.erase(tx, me, NOW, KEY))
    async with database.read() as tx:
        found = await suppressions.find(tx, KEY, [("email", "CANARY-email@example.com"), ("email", "b@example.com")])
        other_key = await suppressions.find(tx, b"another key", [("email", "canary-email@example.com")])
    assert found == {("email", "CANARY-email@example.com")} and not other_key


async def arrived(tx: Tx, number: int, email: str) -> None:
    """Something came in that names an address."""
    payload = json.dumps({"kind": "viewed", "identities": {"email": email}, "data": {}})
    values = row_of(inbox, source="shop", lane=f"shop:{number}", payload=payload, natural_key=f"late-{number}")
    await tx.execute(insert(inbox).values(values))


async def test_what_came_in_since_it_was_sought_goes_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "PIECE", 2)
    monkeypatch.setattr(seeking, "UNDER_WAY", 0)
    me = await database.transact(live)
    sought = await seeking.seek(database, me)
    assert len(sought.rows) == 5
    for number, email in enumerate(("canary-email@example.com", "other@example.com")):
        await database.transact(lambda tx, at=number, who=email: arrived(tx, at, who))  # type: ignore[misc]
    counts = await database.transact(lambda tx: erasure.erase(tx, me, NOW, KEY, sought))
    assert counts["inbox"] == 6 and await left(database) == ["late-1"]


async def test_what_was_sought_counts_for_nothing_where_another_name_or_a_number_given_anew_came_between(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite gives the number of the newest row to the next one, once it was deleted."""
    monkeypatch.setattr(seeking, "UNDER_WAY", 0)
    me = await database.transact(live)
    await database.transact(lambda tx: arrived(tx, 1, "second@example.com"))
    sought = await seeking.seek(database, me)

    async def known_anew(tx: Tx) -> None:
        row = row_of(identities, prospect_id=me, kind="email", value="second@example.com")
        await tx.execute(insert(identities).values(row))

    await database.transact(known_anew)
    assert (await rolled_back(database, me, sought))["inbox"] == 6

    async def given_anew(tx: Tx) -> None:
        await tx.execute(delete(inbox))
        await arrived(tx, 2, "other@example.com")
        await arrived(tx, 3, "canary-email@example.com")

    sought = await seeking.seek(database, me)
    await database.transact(given_anew)
    await database.transact(lambda tx: erasure.erase(tx, me, NOW, KEY, sought))
    assert await left(database) == ["late-2"]


async def left(database: Database) -> list[str]:
    """What is in the inbox still."""
    async with database.read() as tx:
        return list((await tx.execute(select(inbox.c.natural_key).order_by(inbox.c.id))).scalars())


async def rolled_back(database: Database, person: int, sought: seeking.Sought) -> dict[str, int]:
    """What would be erased."""
    counts: dict[str, int] = {}

    async def work(tx: Tx) -> None:
        counts.update(await erasure.erase(tx, person, NOW, KEY, sought))
        raise LookupError

    with pytest.raises(LookupError):
        await database.transact(work)
    return counts


async def test_others_are_left_alone(database: Database) -> None:
    me = await database.transact(live)
    # Somebody whose shop id is a common short text, in the raw input of others as something else.
    other = await database.transact(lambda tx: _person(tx, "7"))
    payload = json.dumps({"kind": "viewed", "identities": {"external": "8"}, "data": {"product_id": "7"}})
    values = row_of(inbox, source="shop", lane="shop:8", payload=payload, natural_key="x")
    await database.transact(lambda tx: tx.execute(insert(inbox).values(values)))
    await database.transact(lambda tx: erasure.erase(tx, other, NOW, KEY))
    async with database.read() as tx:
        assert (await tx.execute(select(prospects.c.id))).scalars().all() == [me]
        assert (await tx.execute(select(func.count()).select_from(inbox))).scalar_one() == 6


async def _person(tx: Tx, external: str) -> int:
    values = row_of(prospects, uid="u" * 22, created_at=NOW + timedelta(days=1))
    other = (await tx.execute(insert(prospects).values(values).returning(prospects.c.id))).scalar_one()
    row = row_of(identities, prospect_id=other, kind="external", value=external)
    await tx.execute(insert(identities).values(row))
    return int(other)


async def test_erasing_somebody_unknown_changes_nothing(database: Database) -> None:
    assert await database.transact(lambda tx: erasure.erase(tx, 4711, NOW, KEY)) == {}
