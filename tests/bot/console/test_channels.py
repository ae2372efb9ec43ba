"""Channels, spend and the funnel as staff see them: figures that lead to people, and mistakes that are explained."""

import csv
import io
from datetime import timedelta
from itertools import product
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import delete, insert

from bot.house import House
from flows.audience.profile import STAGES
from storage import journeys, prospects, stage_counts
from storage.database import Tx
from storage.tables import profile_reasons, profiles, purchases, stage_changes
from tests.bot.console.asking import send, sign_in
from tests.bot.console.sample import NOW

PAGES = ("/console/channels", "/console/channels.csv", "/console/funnel", "/console/funnel.csv", "/console/spend")
MISSED = "HU is not among the countries of the target: 0 of 30"
HOUR = timedelta(hours=1)


async def come(tx: Tx, source: str, stage: str, *lines: str, medium: str | None = None) -> None:
    """Somebody from a source, as far as this stage; customers have bought for 50."""
    who = await prospects.create(tx, NOW - 5 * HOUR, source=source, medium=medium)
    await tx.execute(delete(profiles).where(profiles.c.prospect_id == who))
    await tx.execute(insert(profiles).values(prospect_id=who, stage=stage, fit=40, grade="C"))
    await tx.execute(insert(profile_reasons).values(prospect_id=who, reasons={"fit": lines}))
    for number, passed in enumerate(STAGES[: STAGES.index(stage) + 1]):
        at = NOW + (number - 5) * HOUR
        row: dict[str, Any] = {"prospect_id": who, "stage": passed, "at": at, "recorded_at": at, "because": "x"}
        await stage_counts.note(tx, [row | {"source": source}])
        await tx.execute(insert(stage_changes).values(row | {"source": source}))
    if stage == "customer":
        order = {"prospect_id": who, "order_id": f"o-{who}", "bought_at": NOW, "recorded_at": NOW, "currency": "EUR"}
        await tx.execute(insert(purchases).values(order | {"amount": 50}))
    await journeys.note(tx, [who], "EUR")


async def street_of(house: House) -> None:
    """Twenty from the newsletter, a third of them far away; one from <search>."""

    async def work(tx: Tx) -> None:
        for number in range(20):
            stage = "customer" if number < 4 else "lead"
            await come(tx, "newsletter", stage, MISSED if number % 3 == 0 else "ships to HU: +30", medium="mail")
        await come(tx, "<search>", "informed")

    await house.database.transact(work)


async def test_empty_pages_and_odd_addresses_are_answered_kindly(house: House, app: FastAPI) -> None:
    odd = ("", "?by=%00&since=x&until=9999-99-99", "?of='--&product=%27&campaign=x&by=week&segment=nobody")
    async with sign_in(house, app, "viewer") as client:
        for path, query in product(PAGES, odd):
            page = await client.get(path + query)
            assert page.status_code == 200 and "None" not in page.text and "Undefined" not in page.text


async def test_a_channel_says_who_came_what_it_cost_and_how_far_they_are(house: House, app: FastAPI) -> None:
    await street_of(house)
    async with sign_in(house, app, "agent") as client:
        form = {"source": "newsletter", "from": "2026-03-12", "to": "2026-03-13", "amount": "200", "currency": ""}
        assert (await send(client, "/console/spend/add", "/console/spend", **form)).status_code == 303
        page = (await client.get("/console/channels?of=newsletter")).text
        lines = await table(client, "/console/channels.csv")
        behind = await client.get(page.split('<td class="num"><a href="')[1].split('"')[0].replace("&amp;", "&"))
        others = await client.get("/console/people?source=newsletter&since=2026-01-01&until=2026-01-31")
    assert behind.text.count("/console/people/") >= 20 and others.text.count("<tr data-item") == 0
    far, money, near = page.split("<h2>")[1:4]
    assert "20% (8%–42%)" in far and "source=newsletter" in far and "mail" in far and "&lt;search&gt;" in far
    assert "€100.00" in money and "€25.00" in money and "2 ×" in money and "Too early to say" in money
    assert "A third are outside the countries you ship to" in near
    assert (lines[0]["came"], lines[0]["bought"], lines[0]["revenue"]) == ("20", "4", "200.00")


async def table(client: AsyncClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((await client.get(path)).text)))


async def test_a_spend_that_is_wrong_is_explained_beside_its_field_and_nothing_is_lost(
    house: House, app: FastAPI
) -> None:
    form = {"source": "search", "from": "2026-03-01", "to": "2026-03-31", "amount": "310"}
    async with sign_in(house, app, "agent") as client:
        assert (await send(client, "/console/spend/add", "/console/spend", **form)).status_code == 303
        clash = await send(client, "/console/spend/add", "/console/spend", **form | {"from": "2026-03-30"})
        empty = await send(client, "/console/spend/add", "/console/spend", **form | {"amount": "", "to": "2026-02-01"})
        assert clash.status_code == 422 and "overlaps with 2026-03-01 to 2026-03-31" in clash.text
        assert empty.status_code == 422 and "Fill this in" in empty.text and 'value="search"' in empty.text
        page = await client.get("/console/spend")
        assert page.text.count("<tr data-item") == 1
        gone = await send(client, "/console/spend/remove", "/console/spend", spend="1")
        assert gone.status_code == 303 and "Nothing is recorded yet" in (await client.get("/console/spend")).text
    async with sign_in(house, app, "viewer") as client:
        assert (await send(client, "/console/spend/add", "/console/account", **form)).status_code == 403


async def test_the_funnel_leads_to_people_and_small_groups_say_so(house: House, app: FastAPI) -> None:
    await street_of(house)
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get("/console/funnel?by=source")).text
        lines = await table(client, "/console/funnel.csv?by=source")
    whole, groups = page.split("<h2>")[1:3]
    assert "stage=customer" in whole and "95%" in whole and "an hour" in whole
    assert "Too early to say" in groups and "source=newsletter" in groups
    assert [row["people"] for row in lines if row["source"] == "newsletter"] == ["20", "20", "4", "4"]
    assert lines[1]["median_hours"] == "1"
