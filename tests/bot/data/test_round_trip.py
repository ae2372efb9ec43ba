"""An export of prospects says everything, and imported again it changes nothing."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from bot.data.export import export_lines
from bot.data.imports import Job, import_prospects
from bot.data.summary import Summary
from bot.library import Library
from flows.audience.attributes import AttributeDefinition, Attributes, write_value
from storage.database import Database, Tx
from storage.importing import ConsentSaid, Incoming, take_over
from storage.prospects import change
from storage.tables import identities, metadata, prospects
from tests.opened import opened

KEY = b"k" * 32
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHIPPED = Library().attributes()
OWN = [
    AttributeDefinition(id="floor", type="number", category="geographic", purpose="help", label={"en": "Floor"}),
    AttributeDefinition(id="lease", type="money", category="interest", purpose="help", label={"en": "Lease"}),
    AttributeDefinition(id="since", type="day", category="interest", purpose="help", label={"en": "Since"}),
    AttributeDefinition(id="garden", type="yes_no", category="interest", purpose="help", label={"en": "Garden"}),
]
KNOWN = Attributes({**SHIPPED.definitions, **{one.id: one for one in OWN}}, SHIPPED.purposes)
FACTS: dict[str, Any] = {
    "use_case": '=a; "b", c',
    "buying_time": "this_week",
    "audience_size": "1000-9999",
    "floor": Decimal("1.234"),
    "lease": Decimal("12.345"),
    "since": date(2026, 11, 1),
    "garden": False,
}
ROW = {
    "first_name": "=Anna", "last_name": "O'Neil", "language": "hu", "country": "HU", "city": "Pécs", "price": "123.456",
    "cart_value": "1250.50", "currency": "KWD", "tags": ["vip", "new"], "interest": "+lamps",
    "company": {"name": "Kiss Kft", "kind": "Kft", "size": "10-49"},
    "attributes": {"shoe size": "38", "note": "'quoted'; =1+1"},
}  # fmt: skip


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url) as database:
        await database.transact(fill)
        yield database


async def fill(tx: Tx) -> None:
    """Somebody with everything, somebody of whom staff corrected something, and somebody known by Telegram alone."""
    facts = ROW | {"price": Decimal("123.456"), "cart_value": Decimal("1250.50")}
    said = (ConsentSaid("email", granted=True, at=NOW - timedelta(days=3), text="I agree"),)
    declared = {name: write_value(value) for name, value in FACTS.items()}
    everything = Incoming(
        {"external": "c-1", "email": "a@example.com", "phone": "+36301234567"}, facts, said, "api", "key x", declared
    )
    other = Incoming({"email": "b@example.com"}, {"first_name": "Béla"}, (ConsentSaid("email", granted=False),))
    _, second = await take_over(tx, [everything, other], now=NOW - timedelta(days=2), key=KEY)
    await change(tx, second.prospect_id, NOW - timedelta(days=1), said_by="staff", first_name="Bella")
    row = {"uid": "t" * 22, "created_at": NOW, "updated_at": NOW, "tags": [], "company": {}, "attributes": {}}
    owner = (await tx.execute(insert(prospects).values(**row).returning(prospects.c.id))).scalar_one()
    named = {"prospect_id": owner, "kind": "telegram", "value": "77", "created_at": NOW, "via": "telegram"}
    await tx.execute(insert(identities).values(**named))


async def exported(database: Database, form: Any, **more: Any) -> str:
    return "".join([line async for line in export_lines(database, "prospects", form, attributes=KNOWN, **more)])


async def taken(database: Database, path: Path) -> Summary:
    return await import_prospects(database, Job(path), key=KEY, zone="Europe/Budapest", now=NOW, attributes=KNOWN)


async def everything(database: Database) -> dict[str, list[Any]]:
    async with database.read() as tx:
        tables = [one for one in metadata.sorted_tables if one.name != "profiles"]
        return {one.name: [tuple(row) for row in await tx.execute(select(one))] for one in tables}


async def test_every_declared_fact_has_its_column_and_its_place_in_the_object(database: Database) -> None:
    row = next(csv.DictReader(io.StringIO(await exported(database, "csv"), newline="")))
    assert {one.column for one in KNOWN.declared.values()} <= set(row) and "facts" not in row
    assert (row["buying_time"], row["floor"], row["since"], row["garden"]) == ("this_week", "1.234", "2026-11-01", "no")
    assert (row["company_kind"], row["use_case"][:2], row["referrals"]) == ("Kft", "'=", "")
    line = json.loads((await exported(database, "jsonl")).splitlines()[0])
    assert line["facts"] == {
        "audience_size": "1000-9999", "buying_time": "this_week", "floor": "1.234", "garden": False, "lease": "12.345",
        "since": "2026-11-01", "use_case": '=a; "b", c',
    }  # fmt: skip
    assert line["attributes"] == ROW["attributes"] and line["price"] == "123.456"


@pytest.mark.parametrize("again", [1, 2])
async def test_an_export_imported_again_changes_nothing(database: Database, tmp_path: Path, again: int) -> None:
    before, path = await everything(database), tmp_path / "out.csv"
    for _ in range(again):
        path.write_text(await exported(database, "csv"), encoding="utf-8")
        summary = await taken(database, path)
        assert (summary.read, summary.unchanged, summary.refused, summary.passed_over) == (3, 3, 0, 1), summary.refusals
        assert "left as it is" in summary.warnings[-1]
    assert await everything(database) == before


async def test_an_export_edited_in_a_spreadsheet_says_what_was_edited(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    text = (await exported(database, "csv")).replace("Pécs", "Szeged").replace(",1.234,", ",7,")
    path.write_text(text.replace('""38""', '""39""'), encoding="utf-8")
    summary = await taken(database, path)
    assert (summary.updated, summary.unchanged) == (1, 2)
    line = json.loads((await exported(database, "jsonl")).splitlines()[0])
    assert (line["city"], line["facts"]["floor"], line["attributes"]["shoe size"]) == ("Szeged", "7", "39")
    path.write_text(text.replace('{""', '{{""'), encoding="utf-8")
    assert (await taken(database, path)).refusals[0].column == "attributes"


async def test_what_changed_since_then_are_facts_too(database: Database) -> None:
    async def tell(tx: Tx) -> None:
        fact = {"floor": write_value(Decimal(3))}
        await take_over(tx, [Incoming({"external": "c-1"}, {}, declared=fact, at=NOW)], now=NOW, key=KEY)

    assert (await exported(database, "jsonl", since=NOW)).count("\n") == 1, "only who has just come"
    await database.transact(tell)
    assert (await exported(database, "jsonl", since=NOW)).count("\n") == 2
