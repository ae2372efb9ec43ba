"""Facts in the console: each with who said so, corrected by staff with a trace, and the register of what is kept."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from fastapi import FastAPI
from httpx import AsyncClient

from bot.house import House
from flows.audience.attributes import Written
from storage import audit, prospect_facts, prospects
from storage.database import Tx
from storage.importing import Incoming, take_over
from storage.prospect_facts import NewFact
from storage.reads import record
from tests.bot.console.asking import FORM, csrf_of, send, sign_in

FREE = {"hat size": "6", "annual income": "much"}


@pytest_asyncio.fixture
async def uid(house: House) -> str:
    """Somebody who came in with a file."""
    row = {"first_name": "Anna", "country": "HU", "company": {"size": "10-49"}, "attributes": FREE}
    one = Incoming({"external": "c-1"}, row, declared={"use_case": Written("camping <b>")}, proof="file 1 line 2")
    found = await house.database.transact(lambda tx: take_over(tx, [one], now=house.clock.now(), key=b"k"))
    return found[0].uid


@pytest_asyncio.fixture
async def agent(house: House, app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with sign_in(house, app, "agent") as client:
        yield client


async def said(house: House, uid: str) -> dict[str, tuple[object, str]]:
    async with house.database.read() as tx:
        row = (await record.show(tx, await _id(tx, uid), house.attributes)) or {}
    return {name: (one["value"], one["source"]) for name, one in row["facts"].items()}


async def _id(tx: Tx, uid: str) -> int:
    found = await prospects.resolve(tx, uid)
    assert found is not None
    return found


async def test_staff_correct_facts_of_every_kind_and_it_is_noted(house: House, agent: AsyncClient, uid: str) -> None:
    here = f"/console/people/{uid}"
    for name, value in [
        ("use_case", "office"),
        ("role", "decider"),
        ("referrals", "3"),
        ("country", "cz"),
        ("company.size", "50-249"),
        ("first_name", ""),
    ]:
        sent = await send(agent, f"{here}/facts", f"{here}?edit={name}", name=name, value=value)
        assert sent.headers["location"] == f"{here}#facts", sent.text
    staff = {name: value for name, (value, source) in (await said(house, uid)).items() if source == "staff"}
    assert staff == {
        "use_case": "office", "role": "decider", "referrals": 3, "country": "CZ", "company.size": "50-249",
    }  # fmt: skip
    sent = await send(agent, f"{here}/facts", f"{here}?edit=role", name="role", value="")
    assert sent.status_code == 303 and "role" not in await said(house, uid)
    async with house.database.read() as tx:
        log = await audit.newest(tx, 3)
    assert ("fact changed", f"{uid} role") in {(row.action, row.subject) for row in log}


async def test_a_value_that_does_not_fit_is_said_beside_it_and_stays_in_the_form(agent: AsyncClient, uid: str) -> None:
    here = f"/console/people/{uid}"
    page = await send(agent, f"{here}/facts", f"{here}?edit=referrals", name="referrals", value="m<any")
    assert page.status_code == 422 and "is not a number; write it in figures" in page.text
    assert 'value="m&lt;any"' in page.text
    for name in ("currency", "nothing", ""):
        assert (await send(agent, f"{here}/facts", here, name=name, value="x")).status_code == 422
    token = csrf_of(await agent.get(here))
    data = {"csrf_token": token, "name": "city", "value": "Brno"}
    assert (await agent.post("/console/people/nobody/facts", data=data, headers=FORM)).status_code == 404


async def test_a_person_shows_each_fact_with_its_source_and_a_viewer_cannot_change_it(
    house: House, app: FastAPI, agent: AsyncClient, uid: str
) -> None:
    newer = NewFact(0, "buying_time", Written("later"), "flow", house.clock.now() + timedelta(hours=1))

    async def tell(tx: Tx) -> None:
        who = await _id(tx, uid)
        fact = NewFact(who, newer.name, newer.value, newer.source, newer.at)
        await prospect_facts.put(tx, [fact], house.clock.now())

    await house.database.transact(tell)
    page = (await agent.get(f"/console/people/{uid}")).text
    assert "camping &lt;b&gt;" in page and "From a file" in page
    assert "When the time is right" in page and "They said so" in page and ">Later<" in page
    assert "hat size" in page and "?edit=use_case#fact-form" in page
    async with sign_in(house, app, "viewer") as viewer:
        page = (await viewer.get(f"/console/people/{uid}?edit=city")).text
    assert "camping" in page and "fact-form" not in page


async def test_the_register_says_what_is_kept_why_and_how_to_declare_the_rest(agent: AsyncClient, house: House) -> None:
    empty = await agent.get("/console/facts")
    assert empty.status_code == 200 and "Nobody is known yet" in empty.text and "<code" in empty.text
    rows = [
        Incoming({"external": f"c-{number}"}, {"city": "Brno"} if number else {"attributes": FREE})
        for number in range(4)
    ]
    await house.database.transact(lambda tx: take_over(tx, rows, now=house.clock.now(), key=b"k"))
    page = (await agent.get("/console/facts")).text
    assert "Counted over all 4 people" in page
    city = re.search(r"City.*?</tr>", page, re.DOTALL)
    assert city and "75%" in city[0] and "n = 3" in city[0] and "whether we deliver to you" in city[0]
    assert "- id: hat_size" in page and "sensitive: true" in page and "Sounds sensitive" in page
    sheet = (await agent.get("/console/facts.csv")).text
    assert "\r\ncity,City,text,geographic," in sheet and "annual income" in sheet
