"""Segments over the API: made, counted, listed with their members, refused with the reason, forgotten."""

import httpx
import pytest

from bot.house import House
from flows.offers.strategy import StrategyDefinition
from storage import campaigns, strategies
from storage.database import Tx
from tests.bot.api.conftest import is_problem

PEOPLE = [
    {"external_id": f"c-{number}", "country": country, "cart_value": value, "currency": "EUR"}
    for number, (country, value) in enumerate((("HU", 150), ("CZ", 20), ("HU", 99), ("HU", 300)))
]
BIG = {"label": "Big carts", "where": {"country": "hu", "cart_value": {"at_least": 100}}}


@pytest.fixture
def sampled_database_url(sqlite_url: str) -> str:
    """Both databases are asked for the same verdict elsewhere."""
    return sqlite_url


async def test_a_segment_is_made_counted_listed_and_forgotten(house: House, api: httpx.AsyncClient) -> None:
    assert (await api.post("/prospects", json=PEOPLE)).status_code == 200
    made = await api.put("/segments/big", json=BIG)
    assert made.status_code == 201 and made.json()["who"] == "country is hu and cart value is at least 100"
    assert (await api.put("/segments/big", json=BIG)).status_code == 200
    assert (await api.get("/segments/big")).json()["count"] == 2
    names = [one["name"] for one in (await api.get("/segments")).json()["items"]]
    assert "big" in names and "hot_leads" in names, "a new shop begins with some"
    first = (await api.get("/segments/big/members", params={"limit": 1})).json()
    rest = (await api.get("/segments/big/members", params={"cursor": first["next"]})).json()
    assert [one["external_id"] for one in first["items"] + rest["items"]] == ["c-0", "c-3"] and rest["next"] is None
    assert (await api.delete("/segments/big")).status_code == 204
    is_problem(await api.get("/segments/big"), 404)


async def test_a_condition_is_counted_without_being_saved(house: House, api: httpx.AsyncClient) -> None:
    await api.post("/prospects", json=PEOPLE)
    counted = (await api.post("/segments/count", json={"where": {"not": {"country": "CZ"}}})).json()
    assert counted == {"count": 3, "who": "not country is CZ", "warnings": []}
    assert (await api.post("/segments/count", json={"where": {}})).json()["warnings"]


async def test_what_cannot_be_a_segment_is_refused_with_the_reason(house: House, api: httpx.AsyncClient) -> None:
    never = {"where": {"all": [{"country": "HU"}, {"country": "CZ"}]}}
    assert "exclude each other" in is_problem(await api.put("/segments/x", json=never), 422)["detail"]
    text = {"where": {"city": {"above": 3}}}
    assert "city is text" in is_problem(await api.put("/segments/x", json=text), 422)["detail"]
    is_problem(await api.put("/segments/Big", json=BIG), 422)
    assert "'b2b' means something else" in is_problem(await api.put("/segments/b2b", json=BIG), 422)["detail"]
    is_problem(await api.put("/segments/x", json=[1]), 422)
    is_problem(await api.get("/segments/hot_leads/members", params={"cursor": "nonsense"}), 422)


async def test_a_segment_that_a_campaign_writes_to_stays(house: House, api: httpx.AsyncClient) -> None:
    definition = house.library.campaigns()["barriers"]
    audience = definition.audience.model_copy(update={"segment": "hot_leads"})

    async def work(tx: Tx) -> None:
        await campaigns.put(tx, definition.model_copy(update={"audience": audience}), house.clock.now())

    await house.database.transact(work)
    refused = is_problem(await api.delete("/segments/hot_leads"), 409)["detail"]
    assert refused.startswith("the segment 'hot_leads' is used by the campaign barriers; name another segment there")
    assert (await api.get("/segments/hot_leads")).status_code == 200


async def test_a_segment_that_decides_offers_never_comes_to_look_at_what_is_sensitive(
    house: House, api: httpx.AsyncClient
) -> None:
    rows = [{"barrier": "price", "segment": "big_carts", "offers": ["nothing"]}]
    draft = StrategyDefinition.model_validate({"campaign": "barriers", "rows": rows})
    await house.database.transact(lambda tx: strategies.create(tx, draft, "anna", house.clock.now()))
    sensitive = {"where": {"attribute.gender": "x"}}
    refused = is_problem(await api.put("/segments/big_carts", json=sensitive), 409)["detail"]
    assert refused.startswith("'gender' is sensitive and may not decide an offer") and "version 1 (draft)" in refused
    assert (await api.put("/segments/mine", json=sensitive)).status_code == 201, "nothing is decided by it"
    assert (await api.put("/segments/big_carts", json=BIG)).status_code == 200
