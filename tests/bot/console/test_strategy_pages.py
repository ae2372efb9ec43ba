"""The strategy's pages: draft, check, try, submit, approve by somebody else, and the next offer follows it."""

import re
from datetime import timedelta

from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import select

from bot.house import House
from bot.runtime.shares import make_due
from flows.offers.strategy import StrategyDefinition
from storage import campaigns, share_days, strategies
from storage.database import Tx
from storage.tables import choices, conversations
from tests.bot.console.asking import FORM, csrf_of, send, sign_in
from tests.bot.console.sample import Street
from tests.bot.console.test_figures import answered

DRAFT = "/console/strategy/barriers/1"
PRICE = {"row-price-0-segment": "any", "row-price-0-0": "nothing"}
FIT = {"row-fit-0-segment": "any", "row-fit-0-0": "sample", "row-fit-0-1": "appointment"}


async def save(client: AsyncClient, **fields: str) -> Response:
    return await send(client, f"{DRAFT}/save", DRAFT, **fields)


async def test_a_draft_becomes_live_by_two_people_and_the_next_offer_follows_it(
    house: House, app: FastAPI, street: Street
) -> None:
    await answered(street, 7, "price")
    async with sign_in(house, app, "admin", "mira@nordlys.example") as mira:
        empty = (await mira.get("/console/strategy")).text
        assert "No strategy is live" in empty and "Start measuring" in empty and "3,000 people" in empty
        made = await send(mira, "/console/strategy/draft", "/console/strategy", campaign="barriers", measure="yes")
        assert made.headers["location"] == DRAFT
        draft = (await mira.get(DRAFT)).text
        assert 'name="never_contacted"' in draft and 'value="10"' in draft and "control · asked_no_offer" in draft
        tried = (await mira.get(f"{DRAFT}?preview=yes")).text
        assert "offers could be made" in tried and "promises nothing about that" in tried
        wrong = await save(mira, **PRICE, margin="lots", amount="-4", note="kept")
        assert wrong.status_code == 422 and "write a whole number from 1 to 100" in wrong.text
        assert 'value="lots"' in wrong.text and "write an amount above 0" in wrong.text and 'value="kept"' in wrong.text
        broken = await save(mira, **{"row-trust-0-0": "guarantee", "amount": "5", "row-price-0-0": "discount_10"},
                            then="submit", **{"money_for-price": "yes"})  # fmt: skip
        assert broken.status_code == 409 and "below the value of one &#39;discount_10&#39;" in broken.text
        again = await save(mira, **PRICE, **FIT, then="submit", two_person="yes", note="no discounts",
                           **{"money_for-price": "yes", "amount": "700", "per": "month", "mode": "strict"})  # fmt: skip
        assert again.status_code == 303
        waiting = (await mira.get(DRAFT)).text
        assert "Somebody else has to approve it" in waiting and "approve</button>" not in waiting
        alone = await mira.post(f"{DRAFT}/approve", data={"csrf_token": csrf_of(await mira.get(DRAFT))}, headers=FORM)
        assert alone.status_code == 409 and "wants two people" in alone.text
    async with sign_in(house, app, "admin", "tom@nordlys.example") as tom:
        unseen = await send(tom, f"{DRAFT}/approve", DRAFT, seen="what stood there before")
        assert unseen.status_code == 409 and "was changed since you looked at it" in unseen.text
        seen = re.findall(r'name="seen" value="(\w+)"', (await tom.get(DRAFT)).text)
        assert (await send(tom, f"{DRAFT}/approve", DRAFT, seen=seen[0])).status_code == 303
        live = (await tom.get("/console/strategy")).text
        assert "Two people decide here" in live and "Stop using it" not in live
        assert "Version 1 is live" in live and "tom@nordlys.example" in live and "€700.00" in live
    email = await answered(street, 15, "price")
    await street.act(email, (await street.options(email))[0])
    async with house.database.read() as tx:
        noted = (await tx.execute(select(choices).order_by(choices.c.id.desc()).limit(1))).one()
    assert (noted.strategy, noted.chosen, noted.eligible) == (1, "nothing", ["nothing"])


async def test_only_admins_change_a_strategy_and_odd_addresses_are_not_there(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "admin") as admin:
        await send(admin, "/console/strategy/draft", "/console/strategy", campaign="barriers")
        assert (await send(admin, f"{DRAFT}/retire", DRAFT)).status_code == 303
        assert (await send(admin, f"{DRAFT}/reopen", "/console/strategy")).status_code == 409
        for path in ("/console/strategy/barriers/9", "/console/strategy/barriers/x", "/console/strategy?campaign=no"):
            assert (await admin.get(path)).status_code == 404
        assert "Put away" not in (await admin.get(DRAFT)).text
    async with sign_in(house, app, "agent") as agent:
        page = await agent.get("/console/strategy")
        assert page.status_code == 200 and "/console/strategy/draft" not in page.text
        token = csrf_of(page)
        refused = await agent.post("/console/strategy/draft", data={"csrf_token": token}, headers=FORM)
        assert refused.status_code == 403


async def test_shares_of_the_day_are_made_once_and_shown_and_groups_reach_the_lot(
    house: House, app: FastAPI, street: Street
) -> None:
    definition = {
        "campaign": "barriers",
        "rows": [{"barrier": "fit", "offers": ["sample", "appointment"]}],
        "guards": {"margin": 40},
        "learning": {"on": True},
        "control": {"never_contacted": 0, "asked_no_offer": 50},
    }

    async def go_live(tx: Tx) -> None:
        wanted = StrategyDefinition.model_validate(definition)
        row_id = await strategies.create(tx, wanted, "mira", house.clock.now())
        await strategies.submit(tx, row_id, "mira", house.clock.now())
        await strategies.approve(tx, row_id, "mira", house.clock.now())
        assert await campaigns.get(tx, "barriers") is not None

    await house.database.transact(go_live)
    for number in range(4):
        await street.cart(number)
    assert await make_due(house.database, house.context, house.clock.now()) == 1
    assert await make_due(house.database, house.context, house.clock.now()) == 0
    assert await make_due(house.database, house.context, house.clock.now() + timedelta(days=1)) == 1
    async with house.database.read() as tx:
        day = await share_days.latest(tx, "barriers")
        assert day is not None and day.inputs["sale"] > 0
        assert set(await share_days.shares_of(tx, "barriers", day.day)) >= {"fit:b2b", "fit:new_other"}
        lots = (await tx.execute(select(conversations.c.lot))).scalars().all()
    assert set(lots) == {"0/50"}
    async with sign_in(house, app, "viewer") as viewer:
        page = (await viewer.get("/console/strategy")).text
    assert "Shares of today" in page and "appointment <b" in page
