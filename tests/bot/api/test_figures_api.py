"""The figures, the rules, the shop floor, the playbook and the webhooks over the API."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.house import House
from storage import endpoints
from storage.tables import idempotency
from tests.bot.api.conftest import is_problem

PEOPLE = [
    {"external_id": "c-1", "source": "search", "country": "HU", "email": "a@example.com"},
    {"external_id": "c-2", "source": "search", "country": "CZ"},
    {"external_id": "c-3", "source": "newsletter"},
]


@pytest.fixture
def sampled_database_url(published_url: str) -> str:
    """One database is enough: the statements are asked elsewhere on both."""
    return published_url


@pytest_asyncio.fixture
async def shop(house: House, api: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A shop with three people, one of whom bought."""
    assert (await api.post("/prospects", json=PEOPLE)).status_code == 200
    bought = {"type": "purchase", "order_id": "o-1", "external_id": "c-1", "amount": 40, "currency": "EUR"}
    assert (await api.post("/events", json=bought)).status_code == 202
    await house.settle()
    await house.keeper.keep_up()
    yield api


async def test_channels_and_the_funnel_tell_what_became_of_people(house: House, shop: httpx.AsyncClient) -> None:
    today = house.clock.now().date().isoformat()
    cost = {"source": "search", "from": today, "to": today, "amount": 12}
    assert (await shop.post("/spend", json=cost)).status_code == 201
    told = (await shop.get("/channels")).json()
    rows = {one["source"]: one for one in told["items"]}
    assert (rows["search"]["came"], rows["search"]["bought"], rows["search"]["revenue"]) == (2, 1, "40.00")
    assert rows["newsletter"]["bought"] == 0 and told["spend"][0]["amount"] == "12.00"
    (whole,) = (await shop.get("/funnel")).json()["groups"]
    stages = {one["stage"]: one for one in whole["stages"]}
    assert (stages["informed"]["people"], stages["customer"]["people"]) == (3, 1)
    assert stages["lead"]["of"] == 3 and 0 < stages["lead"]["low"] < stages["lead"]["share"] < stages["lead"]["high"]
    by = (await shop.get("/funnel", params={"by": "source"})).json()["groups"]
    assert [one["name"] for one in by] == ["search", "newsletter"]
    before = (await shop.get("/channels", params={"since": "2020-01-01", "until": "2020-01-31"})).json()
    assert (before["since"], before["items"]) == ("2020-01-01", [])
    for wrong in ({"since": "2026-02-01", "until": "2026-01-01"}, {"since": "x"}, {"since": "0001-01-01"}):
        is_problem(await shop.get("/funnel", params=wrong), 422)
    is_problem(await shop.get("/barriers", params={"by": "shoe"}), 422)


async def test_how_people_are_judged_is_listed_page_by_page(shop: httpx.AsyncClient) -> None:
    first = (await shop.get("/scores", params={"limit": 2})).json()
    rest = (await shop.get("/scores", params={"cursor": first["next"]})).json()
    found = {one["external_id"]: one for one in first["items"] + rest["items"]}
    assert found["c-1"]["stage"] == "customer" and found["c-1"]["revenue_year"] == "40.00"
    steps = [one["stage"] for one in (await shop.get("/stages")).json()["items"] if one["external_id"] == "c-1"]
    assert steps[0] == "informed" and steps[-1] == "customer"


async def test_what_is_said_in_the_shop_is_noted_counted_apart_and_taken_back(shop: httpx.AsyncClient) -> None:
    said = {"barrier": "price", "prospect": "c-2", "product": "Kettle", "said": "too dear"}
    noted = await shop.post("/walk-ins", json=said, headers={"Idempotency-Key": "till-1"})
    again = await shop.post("/walk-ins", json=said, headers={"Idempotency-Key": "till-1"})
    assert noted.status_code == 201 and again.json() == noted.json()
    (one,) = (await shop.get("/walk-ins")).json()["items"]
    assert (one["id"], one["external_id"], one["staff"]) == (noted.json()["id"], "c-2", "key webshop")
    figures = (await shop.get("/barriers", params={"by": "source"})).json()
    assert (figures["people"], figures["in_the_shop"], figures["groups"]) == (0, {"price": 1}, [])
    assert (await shop.delete(f"/walk-ins/{one['id']}")).status_code == 204
    is_problem(await shop.delete(f"/walk-ins/{one['id']}"), 404)
    assert (await shop.get("/walk-ins")).json()["items"] == []
    for wrong, where in (
        ({"barrier": "prize"}, "/barrier"),
        ({}, "/barrier"),
        ({"barrier": "price", "prospect": "nobody"}, "/prospect"),
        ({"barrier": "price", "said": "x" * 1001}, "/said"),
        ({"barrier": "price", "who": "me"}, "/who"),
    ):
        assert is_problem(await shop.post("/walk-ins", json=wrong), 422)["errors"][0]["pointer"] == where
    is_problem(await shop.post("/walk-ins", json=[1]), 422)


async def test_a_place_has_the_addresses_of_its_codes(house: House, shop: httpx.AsyncClient) -> None:
    made = await shop.post("/places", json={"name": "Front Window", "price": 12.5, "product_name": "Kettle"})
    place = made.json()
    assert made.status_code == 201 and place["web"] == f"{house.base_url}/d/{place['id']}"
    assert (place["source"], place["price"], place["currency"]) == ("front-window", "12.50", "EUR")
    is_problem(await shop.post("/places", json={"name": "Front Window"}), 409)
    is_problem(await shop.post("/places", json={"name": "x", "campaign": "nobody"}), 422)
    is_problem(await shop.post("/places", json={"name": "x", "product_url": "javascript:1"}), 422)
    assert [one["name"] for one in (await shop.get("/places")).json()["items"]] == ["Front Window"]


async def test_rules_are_read_changed_and_kept_in_versions(house: House, shop: httpx.AsyncClient) -> None:
    shown = (await shop.get("/rules")).json()
    assert shown["version"] == 0
    shown["rules"]["target"]["person"]["countries"] = ["HU"]
    tried = (await shop.post("/rules/preview", json=shown["rules"])).json()
    assert (tried["people"], tried["looked_at"], tried["moved"]) == (3, 3, 1)
    assert tried["changes"]["grade"] == [{"from": "D", "to": "A", "people": 1}]
    assert (await shop.get("/rules")).json()["version"] == 0, "nothing is kept"
    changed = (await shop.put("/rules", json=shown["rules"])).json()
    assert (changed["version"], changed["saved_by"], changed["rules"]) == (1, "key webshop", shown["rules"])
    assert (await shop.put("/rules", json=shown["rules"])).json()["version"] == 1, "the same changes nothing"
    async with house.database.read() as tx:
        assert (await house.keeper.rules(tx)).target.person.countries == ("HU",)
    wrong = is_problem(await shop.put("/rules", json={"target": {"person": {"contries": []}}}), 422)["errors"]
    assert wrong[0]["pointer"] == "/target/person/contries"
    is_problem(await shop.put("/rules", content=b"grades: {A: 10, B: 20}", headers={"Content-Type": "text/yaml"}), 422)


async def test_the_playbook_tells_what_to_say_in_the_shop_s_own_words(shop: httpx.AsyncClient) -> None:
    ours = (await shop.get("/playbook/price", params={"language": "hu"})).json()
    assert ours["guide"]["means"] and ours["replies"] and ours["offers"]
    own = {"say": "We match prices.", "replies": ["Írjon nekünk!", ""]}
    assert (await shop.put("/playbook/price?language=hu", json=own)).status_code == 200
    told = (await shop.get("/playbook/price", params={"language": "hu"})).json()
    assert told["guide"]["say"] == own["say"] and told["guide"]["means"] == ours["guide"]["means"]
    assert (told["replies"][0]["text"], told["replies"][0]["own"]) == ("Írjon nekünk!", True)
    assert (await shop.put("/playbook/price?language=hu", json={})).status_code == 200
    assert (await shop.get("/playbook/price", params={"language": "hu"})).json() == ours
    is_problem(await shop.get("/playbook/prize"), 404)
    is_problem(await shop.get("/playbook/price?language=xx"), 422)
    for wrong in ({"say": "x" * 1001}, {"say": 1}, {"replies": "x"}, {"reply": "x"}, {"replies": ["x"] * 5}):
        is_problem(await shop.put("/playbook/price", json=wrong), 422)


async def test_a_report_comes_as_one_file(shop: httpx.AsyncClient) -> None:
    told = await shop.get("/reports/barriers")
    assert told.headers["content-type"].startswith("text/html") and "<html" in told.text
    is_problem(await shop.get("/reports/nobody"), 404)
    is_problem(await shop.get("/reports/barriers?as=docx"), 422)


async def test_a_webhook_tells_its_secret_once_and_no_table_holds_it(
    house: House, shop: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(_host: str, _port: int) -> list[str]:
        return ["93.184.215.14"]

    monkeypatch.setattr("bot.webhooks.addresses.look_up", found)
    monkeypatch.setattr("bot.webhooks.addresses.target_of.__kwdefaults__", {"private": False, "look": found})
    wanted: dict[str, Any] = {"url": "https://crm.example.com/in", "events": ["task.created"]}
    made = await shop.post("/webhooks", json=wanted, headers={"Idempotency-Key": "w"})
    again = await shop.post("/webhooks", json=wanted, headers={"Idempotency-Key": "w"})
    secret = made.json()["secret"]
    assert made.status_code == 201 and secret.startswith("whsec_") and "secret" not in again.json()
    async with house.database.read() as tx:
        kept = json.dumps([row.body for row in await tx.execute(idempotency.select())])
    assert secret not in kept and again.json()["id"] == made.json()["id"]
    (one,) = (await shop.get("/webhooks")).json()["items"]
    assert (one["url"], one["events"], one["ready"]) == (wanted["url"], ["task.created"], 0)
    assert (await shop.delete(f"/webhooks/{one['id']}")).status_code == 204
    is_problem(await shop.post(f"/webhooks/{one['id']}/test"), 409)
    is_problem(await shop.delete("/webhooks/nobody"), 404)
    endpoints.forget_known()


async def test_a_webhook_to_this_machine_is_refused(shop: httpx.AsyncClient) -> None:
    for url in ("https://127.0.0.1/x", "http://example.com/", "file:///etc/passwd", "https://[::1]/", 7, None):
        assert is_problem(await shop.post("/webhooks", json={"url": url}), 422)["errors"][0]["pointer"] == "/url"
    told = is_problem(await shop.post("/webhooks", json={"url": "https://127.0.0.1/", "events": ["x"], "y": 1}), 422)
    assert {one["pointer"] for one in told["errors"]} == {"/y", "/events", "/url"}
    assert (await shop.get("/webhooks")).json()["items"] == []


async def test_a_spend_is_taken_back(shop: httpx.AsyncClient) -> None:
    await shop.post("/spend", json={"source": "x", "from": "2026-03-01", "to": "2026-03-01", "amount": str(Decimal(5))})
    (one,) = (await shop.get("/spend")).json()["items"]
    assert (await shop.delete(f"/spend/{one['id']}")).status_code == 204
    is_problem(await shop.delete(f"/spend/{one['id']}"), 404)
    is_problem(await shop.delete("/spend/x"), 404)
