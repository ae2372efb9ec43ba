"""The flows' pages: what happened at each step, every text beside its translations, and publishing with its plan."""

import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select

from bot.house import House, open_house
from bot.library import shipped_root
from bot.runtime.clock import VirtualClock
from storage.tables import audit, conversations, journal, outbox
from tests.bot.console.asking import csrf_of, send, sign_in
from tests.bot.console.sample import Street
from tests.bot.console.stand import settings_for, turning
from tests.bot.console.test_figures import answered

PUBLISH = "/console/flows/publish"


@pytest_asyncio.fixture
async def house(published_url: str, tmp_path: Path, clock: VirtualClock) -> AsyncIterator[House]:
    """A house whose shop has the shipped flow in a folder of its own."""
    assert published_url
    folder = tmp_path / "flows"
    shutil.copytree(shipped_root() / "barriers", folder / "barriers")
    settings = settings_for(tmp_path, flows_dir=str(folder))
    async with open_house(settings, clock=clock, server=True) as one, turning(one):
        yield one


@pytest.fixture
def edited(tmp_path: Path) -> None:
    """The question of the price has another name in the files, and one answer more."""
    folder = tmp_path / "flows" / "barriers"
    path = folder / "flow.yaml"
    text = path.read_text("utf-8").replace("  price:\n", "  cost:\n").replace("next: price}", "next: cost}")
    path.write_text(text, "utf-8")
    for file in (folder / "texts").glob("*.ftl"):
        file.write_text(file.read_text("utf-8").replace("\nprice =", "\ncost ="), "utf-8")


async def rows(house: House, query: object) -> list[object]:
    async with house.database.read() as tx:
        return list((await tx.execute(query)).all())  # type: ignore[call-overload]


async def test_the_numbers_of_each_step_stand_in_the_table_and_in_the_picture(
    house: House, app: FastAPI, street: Street, clock: VirtualClock
) -> None:
    async with sign_in(house, app, "viewer") as viewer:
        nobody = (await viewer.get("/console/flows")).text
        assert "Nobody has been asked in these days" in nobody and "/console/flows/picture.svg?flow=barriers" in nobody
    await answered(street, 0, "price")
    await answered(street, 1, "price")
    await street.cart(2)
    await street.wander(timedelta(hours=2))
    async with sign_in(house, app, "agent") as agent:
        page = re.sub(r"<[^>]+>|&nbsp;", " ", (await agent.get("/console/flows")).text)
        assert re.search(r"barrier\s+asks\s+What held you back\?.*?\s3\s+2\s+67%\s+0\s+1\s", page, re.DOTALL), page
        assert re.search(r"price\s+asks\s.*?\s2\s+0\s+0%\s+0\s+2\s", page, re.DOTALL)
        picture = await agent.get("/console/flows/picture.svg?language=ar")
        assert (
            picture.headers["content-type"] == "image/svg+xml"
            and "sandbox" in picture.headers["content-security-policy"]
        )
        drawn = ET.fromstring(picture.text)  # noqa: S314 - our own
        step = next(one for one in drawn.iter() if one.get("data-step") == "barrier")
        words = [one.text for one in step.iter() if one.text]
        assert "3 reached · 2 answered · 1 now" in words and "2" in words and drawn.get("lang") == "ar"
        assert (await agent.get("/console/flows?flow=nothing")).status_code == 404


async def test_texts_stand_side_by_side_and_can_be_looked_for(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "viewer") as viewer:
        page = (await viewer.get("/console/flows/texts")).text
        assert "What held you back?" in page and 'lang="ar"' in page and 'lang="ja"' in page
        found = (await viewer.get("/console/flows/texts?q=up_to_10")).text
        assert "price.up_to_10" in found and "What held you back?" not in found
        assert "No text has these words" in (await viewer.get("/console/flows/texts?q=xyzzy")).text


async def test_publishing_shows_what_it_means_and_moves_who_can_be_moved(
    house: House, app: FastAPI, street: Street, edited: None
) -> None:
    assert edited is None
    await answered(street, 0, "price")
    await answered(street, 1, "shipping")
    before = await rows(house, select(outbox.c.id))
    async with sign_in(house, app, "viewer") as viewer:
        page = (await viewer.get(PUBLISH)).text
        assert "Only an admin can publish" in page and "is new, of kind choose" in page
    async with sign_in(house, app, "admin", "mira@nordlys.example") as mira:
        first = (await mira.get(PUBLISH)).text
        assert "the step &#39;price&#39; is gone" in first and "needs a mapping" in first and "can be moved" in first
        wrong = (await mira.get(f"{PUBLISH}?map=price%3Dnowhere")).text
        assert "there is no step &#39;nowhere&#39; in the new version" in wrong and "price=nowhere" in wrong
        looked = await mira.get(f"{PUBLISH}?map=price%3Dcost")
        assert "Publish and move 2" in looked.text
        (seen,) = re.findall(r'name="seen" value="(\w+)"', looked.text)
        unseen = await send(mira, PUBLISH, flow="barriers", map="price=cost", then="move", seen="another")
        assert unseen.status_code == 409 and "The files have changed since you looked" in unseen.text
        assert (await send(mira, PUBLISH, flow="barriers", map="price", then="move", seen=seen)).status_code == 422
        done = await send(mira, PUBLISH, flow="barriers", map="price=cost", then="move", seen=seen)
        assert done.status_code == 303
        after = (await mira.get(done.headers["location"])).text
        assert "Version 2 is published" in after and "2 conversations were moved. Nothing was sent." in after
        assert "The files say what version 2 says." in after
        told = (await mira.get(f"/console/conversations/{await street.uid('person0@example.com')}")).text
        assert "mira@nordlys.example let it go on in a new version of the questions" in told
    assert await rows(house, select(conversations.c.flow_version).distinct()) == [(2,)]
    assert await rows(house, select(outbox.c.id)) == before
    assert len(await rows(house, select(journal.c.id).where(journal.c.event == "Moved"))) == 2
    (noted,) = await rows(house, select(audit.c.actor, audit.c.subject).where(audit.c.action == "flow published"))
    assert tuple(noted) == ("mira@nordlys.example", "barriers 2, 2 moved")  # type: ignore[arg-type]
    await street.act("person0@example.com", "up_to_10")
    found = select(conversations.c.status, conversations.c.flow_version).order_by(conversations.c.id)
    assert (await rows(house, found))[0] == ("asking", 2)


async def test_files_with_mistakes_are_told_and_cannot_be_published(house: House, app: FastAPI, tmp_path: Path) -> None:
    path = tmp_path / "flows" / "barriers" / "flow.yaml"
    path.write_text(path.read_text("utf-8").replace("next: price}", "next: pirce}"), "utf-8")
    async with sign_in(house, app, "admin") as admin:
        page = await admin.get(PUBLISH)
        assert "These must be corrected" in page.text and "barriers/flow.yaml:" in page.text
        assert 'name="seen"' not in page.text
        token = csrf_of(page)
        sent = await admin.post(
            PUBLISH, data={"csrf_token": token, "flow": "barriers"}, headers={"sec-fetch-site": "same-origin"}
        )
        assert sent.status_code == 422
        shutil.rmtree(tmp_path / "flows" / "barriers")
        assert (await admin.get(PUBLISH)).status_code == 200
