"""Campaigns over the API: started, paused and resumed by the rules and in the words of the command line."""

import httpx
import pytest

from bot.house import House
from storage import audit, campaigns, consents, keys, prospects
from storage.database import Tx
from tests.bot.api.conftest import client_of, is_problem

HERE = "/campaigns/barriers"


@pytest.fixture
def sampled_database_url(published_url: str) -> str:
    """One database is enough here."""
    return published_url


async def state(api: httpx.AsyncClient) -> str:
    """How the shipped campaign stands."""
    items = (await api.get("/campaigns")).json()["items"]
    return str(next(one["state"] for one in items if one["name"] == "barriers"))


async def test_a_campaign_is_started_paused_and_resumed(house: House, api: httpx.AsyncClient) -> None:
    assert await state(api) == "ready"
    for word, comes_to in (("start", "running"), ("pause", "paused"), ("pause", "paused"), ("resume", "running")):
        said = await api.post(f"{HERE}/{word}")
        assert (said.status_code, said.json()) == (200, {"campaign": "barriers", "state": comes_to})
        assert await state(api) == comes_to
    async with house.database.read() as tx:
        told = [(row.actor, row.action, row.subject) for row in await audit.newest(tx, 4)]
    assert [one[1] for one in told] == ["campaign resumed", "campaign paused", "campaign paused", "campaign started"]
    assert {(actor, subject) for actor, _, subject in told} == {("key webshop", "barriers")}


async def test_who_was_imported_is_enrolled_by_the_server(house: House, api: httpx.AsyncClient) -> None:
    async def work(tx: Tx) -> None:
        person = await prospects.create(tx, house.clock.now(), awaiting=True)
        await prospects.bind(tx, person, "email", "ann@example.com", via="test", now=house.clock.now())
        await consents.record(tx, person, "email", granted=True, way="import", now=house.clock.now())

    await house.database.transact(work)
    await api.post(f"{HERE}/start")
    async with house.database.read() as tx:
        assert await campaigns.any_awaiting(tx), "the answer does not wait for a long list"
    assert await house.campaigns.enrol_awaiting() == 1, "as the server does all the time"


async def test_what_does_not_fit_how_it_stands_is_refused_with_the_cure(house: House, api: httpx.AsyncClient) -> None:
    assert "start it" in is_problem(await api.post(f"{HERE}/resume"), 409)["detail"], "it was never started"
    await house.campaigns.stop("barriers")
    for word in ("pause", "resume"):
        assert "start it" in is_problem(await api.post(f"{HERE}/{word}"), 409)["detail"]
    assert await state(api) == "stopped"
    for word in ("start", "pause", "resume"):
        detail = is_problem(await api.post(f"/campaigns/nothing/{word}"), 404)["detail"]
        assert detail == "there is no campaign 'nothing'; there are: barriers"
    is_problem(await api.post(f"{HERE}/stop"), 404)
    is_problem(await api.get(f"{HERE}/start"), 405)


async def test_a_campaign_for_a_segment_that_is_not_there_does_not_start(house: House, api: httpx.AsyncClient) -> None:
    definition = house.library.campaigns()["barriers"]
    audience = definition.audience.model_copy(update={"segment": "nobody"})
    changed = definition.model_copy(update={"audience": audience})
    await house.database.transact(lambda tx: campaigns.put(tx, changed, house.clock.now()))
    assert "'nobody'" in is_problem(await api.post(f"{HERE}/start"), 409)["detail"]
    assert await state(api) == "ready"


async def test_who_may_list_campaigns_may_not_move_them(house: House, api: httpx.AsyncClient) -> None:
    scopes = ["campaigns:read", "prospects:write"]
    key = await house.database.transact(lambda tx: keys.add(tx, "reader", house.clock.now(), scopes))
    async with client_of(house, key) as client:
        assert await state(client) == "ready"
        for word in ("start", "pause", "resume"):
            assert "campaigns:write" in is_problem(await client.post(f"{HERE}/{word}"), 403)["detail"]
    assert await state(api) == "ready"
