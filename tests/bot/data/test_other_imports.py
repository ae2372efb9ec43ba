"""Importing codes and purchases."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select

from bot.data.errors import FileRefused
from bot.data.imports import Job, import_codes, import_prospects
from bot.data.purchases import import_purchases
from bot.data.summary import Summary
from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from bot.settings import Settings
from storage.tables import codes, inbox, purchases
from tests.bot.data.test_import_prospects import NOW, written


@pytest_asyncio.fixture
async def house(sampled_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(home_dir=tmp_path, database_url=SecretStr(sampled_database_url))
    async with open_house(settings, clock=VirtualClock(NOW)) as house:
        yield house


async def take_codes(house: House, path: Path) -> Summary:
    return await import_codes(house.database, Job(path), catalogue=house.catalogue, zone="UTC", now=NOW)


async def take_purchases(house: House, path: Path, *, dry_run: bool = False) -> Summary:
    job = Job(path, dry_run=dry_run)
    return await import_purchases(house.database, house.intake.put_many, job, zone="UTC", now=NOW)


async def test_codes_go_to_their_pools_once(house: House, tmp_path: Path) -> None:
    path = written(tmp_path, "offer;code;expires_at\ndiscount_10;A1;2026-12-31\ndiscount_10;A2;\n", name="codes.csv")
    first, second = await take_codes(house, path), await take_codes(house, path)
    assert (first.created, second.created, second.unchanged) == (2, 0, 2)
    later = written(tmp_path, "offer,code,expires_at\ndiscount_10,A1,2027-12-31\n", name="later.csv")
    assert (await take_codes(house, later)).updated == 1
    async with house.database.read() as tx:
        assert (await tx.execute(select(codes.c.code).order_by(codes.c.id))).scalars().all() == ["A1", "A2"]


async def test_codes_that_cannot_be_given_are_refused(house: House, tmp_path: Path) -> None:
    lines = ["nonsense,A1,", "review_digest,A2,", "discount_10,A3,2020-01-01", "discount_10,,", "discount_10,A4,"]
    lines += ["free_shipping,A4,", "discount_10,A4,"]
    summary = await take_codes(house, written(tmp_path, "offer,code,expires_at\n" + "\n".join(lines), name="codes.csv"))
    assert (summary.read, summary.created, summary.unchanged, summary.refused) == (7, 1, 1, 5)
    told = {(one.line, one.column): one.reason for one in summary.refusals}
    assert "known ones: discount_10, free_shipping" in told[2, "offer"] and (3, "offer") in told
    assert "has passed" in told[4, "expires_at"] and "is empty" in told[5, "code"]
    assert "another offer" in told[7, "code"]


async def test_a_file_of_another_kind_is_refused(house: House, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"there is no column 'offer'.*found: email, first_name"):
        await take_codes(house, written(tmp_path, "email,first_name\na@example.com,A\n"))
    path = written(tmp_path, "colour,size\nred,3\n")
    with pytest.raises(FileRefused, match="no column is known"):
        await import_prospects(house.database, Job(path), key=b"k", zone="UTC", now=NOW)


async def test_a_misspelt_column_is_pointed_out(house: House, tmp_path: Path) -> None:
    path = written(tmp_path, "external_id,consent_mail\nc-1,yes\n")
    summary = await import_prospects(house.database, Job(path), key=b"k", zone="UTC", now=NOW)
    assert "column 'consent_mail' is not known; did you mean 'consent_email'?" in summary.warnings


PURCHASES = (
    "order_id,external_id,email,bought_at,amount,currency,product_id,code\n"
    'o-1,c-1,,2026-11-20,"12,50",EUR,p1,\no-2,,b@example.com,,,,,\no-3,,,,,,,\no-2,,b@example.com,,,,,\n'
)


async def test_purchases_enter_by_the_shops_door_once(house: House, tmp_path: Path) -> None:
    path = written(tmp_path, PURCHASES, name="purchases.csv")
    assert (await take_purchases(house, path, dry_run=True)).created == 2
    first = await take_purchases(house, path)
    assert (first.read, first.created, first.unchanged, first.refused) == (4, 2, 1, 1)
    assert "names nobody" in first.refusals[0].reason
    await house.settle()
    second = await take_purchases(house, path)
    assert (second.created, second.unchanged) == (0, 3)
    async with house.database.read() as tx:
        rows = (await tx.execute(select(purchases.c.order_id, purchases.c.amount).order_by(purchases.c.id))).all()
        payload = (await tx.execute(select(inbox.c.payload).where(inbox.c.natural_key == "purchase:o-1"))).scalar_one()
    assert [(row.order_id, str(row.amount)) for row in rows] == [("o-1", "12.50"), ("o-2", "None")]
    assert json.loads(payload)["at"] == "2026-11-20T00:00:00Z"
