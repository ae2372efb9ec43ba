"""The pages with numbers: honest, in the shop's days, and the same in the file."""

import csv
import io
import json
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import update

from bot.house import House
from bot.runtime.clock import VirtualClock
from storage.tables import inbox, outbox
from tests.bot.console.asking import sign_in
from tests.bot.console.sample import Street

PAGES = ("/console/", "/console/conversations", "/console/barriers", "/console/answers", "/console/offers")
NASTY = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1) too dear",
    "\t=1",
    "\r=1",
    "'=1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
)


async def answered(street: Street, number: int, option: str | None, text: str | None = None) -> str:
    """Somebody who was asked and answered; returns their address."""
    email = await street.cart(number)
    await street.wander(timedelta(hours=2))
    await street.act(email, option, text)
    return email


async def test_an_empty_house_says_what_will_stand_here(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "viewer") as client:
        for path in PAGES:
            page = await client.get(path)
            assert page.status_code == 200, path
            assert "NaN" not in page.text and "None" not in page.text and "Undefined" not in page.text, path


async def test_today_says_what_holds_people_back_with_n_and_the_week_before(
    house: House, app: FastAPI, street: Street, clock: VirtualClock
) -> None:
    await answered(street, 0, "price")
    clock.advance(timedelta(days=7))
    await answered(street, 1, "price")
    await answered(street, 2, "shipping")
    await answered(street, 3, None, "Can I talk to a person please?")
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get("/console/")).text
    assert "last 7 days · n = 2" in page and "The mark shows the 7 days before (n = 1)" in page
    assert "With only 2 answers" in page
    assert "One person is waiting for you" in page
    assert page.index("barrier=price") < page.index("barrier=shipping")


async def test_a_pool_that_runs_low_is_marked(house: House, app: FastAPI, street: Street) -> None:
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get("/console/")).text
    assert "Running low" in page.split("free_shipping")[1].split("</tr>")[0]
    assert "Running low" not in page.split("discount_10")[1].split("</tr>")[0]


async def test_health_is_one_quiet_line_that_names_what_is_wrong(house: House, app: FastAPI, street: Street) -> None:
    await street.cart(0)
    await street.wander(timedelta(hours=2))
    late = house.clock.now() - timedelta(hours=1)
    await house.database.transact(
        lambda tx: tx.execute(update(outbox).values(state="ready", not_before=late, sent_at=None))
    )
    await house.database.transact(lambda tx: tx.execute(update(inbox).values(state="quarantined")))
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get("/console/")).text
    assert "1 late, the oldest due" in page and "1 hour ago" in page
    assert "put aside for a person to look at" in page


async def test_barriers_can_be_told_apart_and_each_number_leads_to_its_answers(
    house: House, app: FastAPI, street: Street
) -> None:
    for number in range(4):
        await answered(street, number, "price" if number % 2 else "fit")
    async with sign_in(house, app, "viewer") as client:
        for by in ("product", "language", "source", "channel", "' or 1=1"):
            page = await client.get("/console/barriers", params={"by": by})
            assert page.status_code == 200 and "n = 4" in page.text
        languages = (await client.get("/console/barriers?by=language")).text
        assert "French" in languages and "Arabic" in languages
        href = languages.split("barrier=price")[0].rsplit('"', 1)[1] + "barrier=price"
        assert "language=" in href
        only = await client.get("/console/barriers?language=fr")
        assert "n = 1" in only.text
        table = list(csv.DictReader(io.StringIO((await client.get("/console/barriers.csv")).text)))
    assert {(row["barrier"], row["people"], row["of"], row["share"]) for row in table} == {
        ("price", "2", "4", "0.5000"),
        ("fit", "2", "4", "0.5000"),
    }


ODD = (
    "since=2026-03-01&until=2026-03-31",
    "since=2026-03-31&until=2026-03-01",
    "since=nonsense&until=99999-01-01",
    "since=0001-01-01",
    "until=9999-12-31",
    "since=%00",
    "by=product&product=%27%3B--",
    "barrier=%27+or+1%3D1&after=2026-03-12T10:00:00%2B00:00~9999999999999999999",
)


async def test_odd_addresses_are_answered_kindly(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent") as client:
        for path in ("/console/barriers", "/console/answers", "/console/barriers.csv", "/console/answers.csv"):
            for query in ODD:
                assert (await client.get(f"{path}?{query}")).status_code == 200, (path, query)


async def test_an_answer_counts_on_the_shops_own_day(
    house: House, app: FastAPI, street: Street, clock: VirtualClock
) -> None:
    email = await street.cart(0)
    await street.wander(timedelta(hours=2))
    clock.set(clock.now().replace(hour=23, minute=30))  # half past midnight of the 13th in Paris
    await street.act(email, "price")
    clock.advance(timedelta(hours=12))
    async with sign_in(house, app, "viewer") as client:
        assert "Le prix" in (await client.get("/console/answers?since=2026-03-13&until=2026-03-13")).text
        assert "Le prix" not in (await client.get("/console/answers?since=2026-03-12&until=2026-03-12")).text


async def test_a_file_holds_exactly_what_is_filtered_and_no_formula(house: House, app: FastAPI, street: Street) -> None:
    for number, text in enumerate(NASTY):
        email = await answered(street, 7 + 8 * number, "other")
        await street.act(email, None, text)
    await answered(street, 0, "price")
    async with sign_in(house, app, "agent") as client:
        table = list(csv.DictReader(io.StringIO((await client.get("/console/answers.csv")).text)))
        lines = (await client.get("/console/answers.jsonl")).text.splitlines()
        some = list(csv.DictReader(io.StringIO((await client.get("/console/answers.csv?barrier=other&main=yes")).text)))
        page = (await client.get("/console/answers")).text
    assert len(table) == len(lines) and 0 < len(some) < len(table)
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for row in table for cell in row.values() if cell)
    said = {json.loads(line)["verbatim"] for line in lines}
    assert {"=1+1", "@SUM(A1) too dear", "<script>alert(1)</script>"} <= said
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert set(json.loads(lines[0])) >= {"prospect", "campaign", "flow_version", "conversation", "barriers", "verbatim"}


async def test_who_only_looks_downloads_no_words(house: House, app: FastAPI, street: Street) -> None:
    async with sign_in(house, app, "viewer") as client:
        assert (await client.get("/console/answers.csv")).status_code == 403
        assert "answers.csv" not in (await client.get("/console/answers")).text


async def test_offers_show_what_is_left_of_each_limit(house: House, app: FastAPI, street: Street) -> None:
    email = await answered(street, 7, "price")
    await street.act(email, (await street.options(email))[0])
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get("/console/offers")).text
    card = page.split("<h2>discount_10</h2>")[1].split("</section>")[0]
    assert "1 <span" in card and "of</span>" not in card and "29" in card and "€2,500.00" in card
