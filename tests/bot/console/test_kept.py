"""In a large shop pages show figures that were counted in the background: at once, with their moment, and the same."""

import asyncio
import re
from datetime import timedelta

import pytest
from fastapi import FastAPI

from bot.house import House
from bot.report import keeping, kept
from bot.runtime.clock import VirtualClock
from bot.runtime.supervisor import Supervisor
from storage import campaigns, snapshots
from storage.snapshots import Subject
from storage.tables import snapshots as table
from tests.bot.console.asking import FORM, csrf_of, sign_in
from tests.bot.console.sample import Street

PAGES = ("/console/evidence", "/console/evidence?since=2026-01-01", "/console/offers", "/console/barriers")
COUNTING = "Being counted"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is small enough to be counted while somebody waits."""
    monkeypatch.setattr(kept, "TALKS", -1)
    monkeypatch.setattr(kept, "OFFERS", -1)


async def lived(street: Street) -> None:
    """Two people who say what holds them back and get an offer."""
    for number, option in ((0, "price"), (1, "shipping")):
        email = await street.cart(number)
        await street.wander(timedelta(hours=2))
        await street.act(email, option)
        await street.act(email, (await street.options(email))[0])


def figures(page: str) -> str:
    """What stands in the page, without when it was counted and the tokens of forms."""
    inside = page.split("<main")[1]
    inside = re.sub(r'<div class="row spread" role="status".*?</div>', "", inside, flags=re.DOTALL)
    return " ".join(inside.split())


async def test_kept_figures_are_those_that_a_small_shop_sees_counted_on_the_spot(
    house: House, app: FastAPI, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(street)
    async with sign_in(house, app, "viewer") as client:
        afresh = [figures((await client.get(path)).text) for path in PAGES]
        assert not any(COUNTING in page for page in afresh) and "What solved it" in afresh[-1]
        monkeypatch.setattr(kept, "TALKS", -1)
        monkeypatch.setattr(kept, "OFFERS", -1)
        for path in PAGES:
            page = (await client.get(path)).text
            assert COUNTING in page and 'hx-trigger="load delay:2s"' in page, path
            assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page, "without a script as well"
        while await kept.count_next(house):
            pass
        for path, before in zip(PAGES, afresh, strict=True):
            page = (await client.get(path)).text
            assert figures(page) == before and "Counted at" in page and "http-equiv" not in page, path


@pytest.mark.usefixtures("large")
async def test_old_figures_are_shown_with_their_moment_and_counted_anew_meanwhile(
    house: House, app: FastAPI, clock: VirtualClock
) -> None:
    async with sign_in(house, app, "viewer") as client:
        await client.get("/console/offers")
        assert await kept.count_next(house)
        assert "Count anew" in (await client.get("/console/offers")).text
        assert not await kept.count_next(house), "fresh enough"
        clock.advance(kept.FRESH)
        page = (await client.get("/console/offers")).text
        assert "Counted at" in page and "They are being counted anew" in page and COUNTING not in page
        assert await kept.count_next(house)
        assert "being counted anew" not in (await client.get("/console/offers")).text


@pytest.mark.usefixtures("large")
async def test_anybody_may_have_them_counted_anew_and_comes_back_to_the_page(
    house: House, app: FastAPI, street: Street
) -> None:
    path = "/console/barriers?by="
    await lived(street)
    async with sign_in(house, app, "viewer") as client:
        await client.get(path)
        assert await kept.count_next(house)
        page = await client.get(path)
        key = page.text.split('name="key" value="')[1].split('"')[0]
        form = {"csrf_token": csrf_of(page), "key": key, "back": path}
        answer = await client.post("/console/figures/anew", data=form, headers=FORM)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
        assert "being counted anew" in (await client.get(path)).text and await kept.count_next(house)
        elsewhere = await client.post("/console/figures/anew", data=form | {"back": "//elsewhere"}, headers=FORM)
        assert elsewhere.headers["location"] == "/console/"
        assert (await client.post("/console/figures/anew", data=form | {"key": "x"}, headers=FORM)).status_code == 404


@pytest.mark.usefixtures("large")
async def test_when_counting_fails_the_page_says_so_and_it_is_tried_again(
    house: House, app: FastAPI, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ConnectionError

    async with sign_in(house, app, "viewer") as client:
        await client.get("/console/offers")
        with monkeypatch.context() as patched:
            patched.setitem(kept.PAGES, "offers", kept.Page("offers", kept.GIVEN.form, broken, kept.GIVEN.is_quick))
            with pytest.raises(ConnectionError):
                await kept.count_next(house)
        page = (await client.get("/console/offers")).text
        assert "Could not be counted" in page and "http-equiv" not in page
        clock.advance(snapshots.AGAIN + timedelta(seconds=1))
        assert await kept.count_next(house)
        assert "Could not be counted" not in (await client.get("/console/offers")).text


@pytest.mark.usefixtures("large")
async def test_what_staff_look_at_is_counted_ahead_for_the_span_that_the_page_will_ask_for(
    house: House, app: FastAPI, clock: VirtualClock
) -> None:
    async with sign_in(house, app, "viewer") as client:
        await client.get("/console/evidence")
        assert await kept.count_next(house)
        clock.advance(timedelta(days=1))
        await keeping.ask_ahead(house)
        assert await kept.count_next(house) and not await kept.count_next(house)
    async with sign_in(house, app, "viewer") as client:  # they sign in again the next day
        assert "Counted at" in (await client.get("/console/evidence")).text
        clock.advance(keeping.REMEMBERED + timedelta(days=2))
        await keeping.ask_ahead(house)
        assert not await kept.count_next(house), "nobody looked for a week"
        async with house.database.read() as tx:
            assert (await tx.execute(table.select())).first() is None


async def test_a_campaign_that_is_gone_leaves_nothing_to_count(house: House) -> None:
    gone = Subject("evidence", "gone")
    await house.database.transact(lambda tx: snapshots.want(tx, gone, house.clock.now()))
    assert await kept.count_next(house)
    async with house.database.read() as tx:
        assert await snapshots.get(tx, gone) is None and await campaigns.get(tx, "gone") is None


@pytest.mark.usefixtures("large")
async def test_the_running_house_counts_what_is_looked_at_by_itself(house: House, app: FastAPI) -> None:
    supervisor = Supervisor(house.clock)
    supervisor.run("figures", lambda: keeping.watch(house, supervisor))
    async with sign_in(house, app, "viewer") as client:
        for _ in range(100):
            if COUNTING not in (await client.get("/console/evidence")).text:
                break
            await asyncio.sleep(0.02)
        else:
            pytest.fail("nothing was counted")
    house.bells.ring()
    await supervisor.stop()
