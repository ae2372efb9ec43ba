"""Keys that may do only some things: refused with the scope that is missing; older keys may do everything."""

import json
import re

import httpx
import pytest
from fastapi.routing import APIRoute

from bot.api import router, schemas
from bot.api.gate import scope_of
from bot.house import House
from storage import keys
from storage.keys import SCOPES
from tests.bot.api.conftest import CART, client_of, inputs, is_problem


@pytest.fixture
def sampled_database_url(published_url: str) -> str:
    """One database is enough here."""
    return published_url


def test_what_a_request_needs_is_read_off_its_address() -> None:
    assert scope_of("POST", "/api/v1/events") == "events:write"
    assert scope_of("GET", "/api/v1/prospects/a/b") == "prospects:read"
    assert scope_of("HEAD", "/api/v1/tasks") == "tasks:read"
    assert scope_of("POST", "/api/v1/segments/count") == "segments:read", "nothing is saved"
    assert scope_of("PUT", "/api/v1/segments/count") == "segments:write"
    assert scope_of("DELETE", "/api/v1") == ":write"


async def test_every_route_has_a_scope_and_says_so(house: House) -> None:
    routes = router(house)
    needed = {
        scope_of(method, route.path)
        for route in routes.routes
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in route.methods or ()
    }
    assert needed <= set(SCOPES)
    async with client_of(house, None) as client:
        document = (await client.get("/openapi.json")).json()
    assert document["paths"]["/api/v1/events"]["post"]["security"] == [{"key": ["events:write"]}]
    assert "events:write" in document["components"]["securitySchemes"]["key"]["description"]


async def test_a_key_may_do_what_its_scopes_say_and_nothing_else(house: House, api: httpx.AsyncClient) -> None:
    now = house.clock.now()
    key = await house.database.transact(lambda tx: keys.add(tx, "reporter", now, ["events:write"]))
    async with client_of(house, key) as client:
        assert (await client.post("/events", json=CART)).status_code == 202
        for path in ("/prospects", "/answers", "/prospects/c-1", "/nothing", "/spend"):
            detail = is_problem(await client.get(path), 403 if path != "/nothing" else 404)["detail"]
            assert path == "/nothing" or f"{path.split('/')[1]}:read" in detail
        is_problem(await client.post("/prospects", json={"external_id": "c"}), 403)
    assert len(await inputs(house)) == 1
    assert (await api.get("/prospects")).status_code == 200, "a key without scopes may do everything"


async def test_a_refund_in_parts_is_as_many_as_there_are(house: House, api: httpx.AsyncClient) -> None:
    part = {"type": "refund", "order_id": "o-1", "currency": "EUR"}
    sent = [
        {"type": "purchase", "order_id": "o-1", "email": "ann@example.com", "amount": 10, "currency": "EUR"},
        part | {"id": "r-1", "amount": 2},
        part | {"id": "r-1", "amount": 2},
        part | {"id": "r-2", "amount": "3.50"},
    ]
    assert (await api.post("/events", json=sent)).status_code == 202
    await house.settle()
    (one,) = (await api.get("/purchases")).json()["items"]
    assert one["refunded_at"] is None and one["refunded"] == "5.50"
    assert (await api.post("/events", json=part)).status_code == 202
    await house.settle()
    (one,) = (await api.get("/purchases")).json()["items"]
    assert one["refunded_at"] is not None and one["refunded"] == "10.00"


async def test_the_description_refers_to_nothing_that_is_not_in_it(house: House) -> None:
    async with client_of(house, None) as client:
        text = (await client.get("/openapi.json")).text
    parts = json.loads(text)["components"]["schemas"]
    named = set(re.findall(r'"\$ref": ?"([^"]+)"', text))
    assert named and {one.removeprefix(schemas.PLACE) for one in named} <= set(parts)


async def test_who_has_a_key_sees_the_facts_that_this_shop_keeps(house: House) -> None:
    key = await house.database.transact(lambda tx: keys.add(tx, "any", house.clock.now(), ["spend:read"]))
    found = {}
    for presented in (None, key):
        async with client_of(house, presented) as client:
            found[presented] = (await client.get("/openapi.json")).json()["components"]["schemas"]
    assert found[None]["Facts"]["properties"] == {}, "strangers need not know"
    facts = found[key]["Facts"]["properties"]
    assert set(facts) == {one.column for one in house.attributes.declared.values()}
    assert (facts["buying_time"]["title"], facts["gender"]["x-sensitive"]) == ("When the time is right", True)
    assert "this_week" in facts["buying_time"]["x-values"] and "x-sensitive" not in facts["use_case"]
    assert set(facts) <= set(found[key]["Prospect"]["properties"]) & set(found[key]["Event"]["properties"])
    async with client_of(house, "hb_wrong") as client:
        is_problem(await client.get("/openapi.json"), 401)


async def test_every_part_of_an_address_is_described(house: House) -> None:
    async with client_of(house, None) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)", path)), path
