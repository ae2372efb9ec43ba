"""The evidence page and the report: what they say, that they tell nobody, and that both files hold the same."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from bot.doors import create_web
from bot.house import House, open_house
from bot.report.document import document
from bot.report.figures import evidence_of, worth_of
from bot.report.gather import gather
from bot.report.html import as_html
from bot.report.pdf import as_pdf
from bot.runtime.campaigns import UnknownCampaign
from bot.runtime.clock import VirtualClock
from bot.runtime.weekly import keep_all
from bot.settings import Settings
from storage import campaigns
from storage.reads.common import ever
from storage.tables import verdicts
from tests.bot.console.asking import sign_in
from tests.bot.report.people import CAMPAIGN, Crowd

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = START + timedelta(days=30)


@pytest_asyncio.fixture
async def house(published_url: str, tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(
        home_dir=tmp_path, shop_name="Atelier Nordlys", timezone="Europe/Paris", database_url=SecretStr(published_url)
    )
    async with open_house(settings, clock=VirtualClock(NOW), server=True) as one:
        yield one


@pytest.fixture
def app(house: House) -> FastAPI:
    return create_web(house)


async def measured(house: House) -> None:
    """The offers help, whether asking helps is too early to say; one barrier was named by too few to be told."""
    crowd = Crowd(START)
    crowd.add(420, "offer", buyers=63, barrier="price", offer="discount_10")
    crowd.add(100, "offer", buyers=12, barrier="shipping", offer="free_shipping", segment="returning")
    crowd.add(3, "offer", barrier="trust", segment="b2b", words="Marguerite here, write to m@example.test")
    crowd.add(180, "offer", buyers=20)
    crowd.add(200, "control", buyers=10, barrier="price")
    crowd.add(90, "never", buyers=4)
    await house.database.transact(crowd.move_in)


async def evidence(house: House) -> dict[str, Any]:
    async with house.database.read() as tx:
        row = await campaigns.get(tx, CAMPAIGN)
        assert row is not None
        found = await evidence_of(tx, row, currency="EUR", now=house.clock.now())
        flow = await house.context.flows.newest(tx, "barriers")
        return document(found, await worth_of(tx, found, ever(house.clock.now()), flow, now=house.clock.now()))


async def test_the_verdicts_are_those_of_the_weekly_rule_and_say_what_is_missing(house: House) -> None:
    await measured(house)
    found = await evidence(house)
    contacted, offered = found["comparisons"]
    assert offered["verdict"] == "helps" and offered["week"] == 4 and offered["short"] == "helps"
    assert contacted["verdict"] == "too_early" and contacted["more_people"] > 0
    assert any("there are 95 and 4" in line for line in contacted["because"])
    assert found["moves"][0]["offer"] == "discount_10" and found["moves"][0]["bought"] == 63


async def test_what_was_said_in_a_week_stays_said_whatever_is_learned_later(house: House) -> None:
    await measured(house)
    before = await evidence(house)
    assert await keep_all(house.database, currency="EUR", now=NOW) == 8
    assert await keep_all(house.database, currency="EUR", now=NOW) == 0
    assert json.dumps(await evidence(house), default=str) == json.dumps(before, default=str)
    async with house.database.read() as tx:
        rows = (await tx.execute(verdicts.select().order_by(verdicts.c.week))).all()
    assert [row.verdict for row in rows if row.comparison == "offered"] == ["too_early", "helps", "helps", "helps"]


async def test_without_control_groups_the_page_explains_them_and_leads_to_the_strategy(
    house: House, app: FastAPI
) -> None:
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get("/console/evidence")).text
        assert "Nothing is measured yet" in page and 'href="/console/strategy"' in page
        assert (await client.get("/console/evidence?campaign=nowhere")).status_code == 404
        report = await client.get("/console/evidence/report")
        assert "Start measuring" in report.text and "None" not in report.text


async def test_the_page_says_the_verdict_in_words_and_leads_to_the_people_behind_it(house: House, app: FastAPI) -> None:
    await measured(house)
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get("/console/evidence")).text
        assert "The offers help: with them, more people bought." in page and "Too early to say: about" in page
        assert "NaN" not in page and "None" not in page
        for link in re.findall(
            r'href="(/console/conversations\?[^"]+arm=(?:never|offer)|/console/evidence.csv[^"]*)"', page
        ):
            assert (await client.get(link.replace("&amp;", "&"))).status_code == 200
        listed = (await client.get("/console/conversations?view=all&campaign=barriers&offer=free_shipping")).text
        assert listed.count("data-item") == 40
        lines = (await client.get("/console/evidence.csv?since=2026-02-01")).text.splitlines()
        assert lines[1].startswith("discount_10,price,") and len(lines) == 3


async def test_the_report_walks_from_research_to_results_and_tells_nobody(house: House) -> None:
    await measured(house)
    page = as_html(await gather(house, CAMPAIGN))
    order = [page.index(f"<h2>{number}. ") for number in range(1, 6)]
    assert order == sorted(order)
    assert "la livraison est bien trop chère" in page and "The offers help" in page
    for secret in ("Marguerite", "m@example.test", "Companies", "Follow-up: Trust", ">Trust<"):
        assert secret not in page
    assert "fewer than 5" in page and "not shown" in page and "there are 95 and 4" not in page
    assert not re.search(r'(src|href)="|url\(|@import', page)


async def test_the_report_is_a_pdf_too_with_letters_of_every_language(house: House) -> None:
    crowd = Crowd(START)
    for words in ("送料が高いです", "السعر مرتفع جدا", "Drága, sajnos őrült áron", "příliš žluťoučké"):
        crowd.add(6, "offer", barrier="price", words=words)
    await house.database.transact(crowd.move_in)
    found = await gather(house, CAMPAIGN)
    assert len(found.quotes["price"]) == 3
    content = as_pdf(found)
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    fonts = set(re.findall(rb"/FontName /\w+\+(\w+)", content))
    assert len(fonts) >= 3, fonts


async def test_files_of_the_report_are_noted_and_named(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "viewer") as client:
        page = await client.get("/console/evidence/report.html")
    assert page.headers["content-disposition"] == 'attachment; filename="report-barriers.html"'
    assert "Content-Security-Policy" in page.text


async def test_an_unknown_campaign_is_told_with_those_there_are(house: House) -> None:
    with pytest.raises(UnknownCampaign, match="there are: barriers"):
        await gather(house, "nowhere")
