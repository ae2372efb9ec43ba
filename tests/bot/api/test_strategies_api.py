"""Strategies over the API: drafted, checked and tried by a program; let go live by people only."""

from typing import Any

import httpx
import pytest

from bot.house import House
from bot.runtime import planning
from storage import strategies
from storage.database import Tx
from tests.bot.api.conftest import is_problem

ROWS = [{"barrier": "price", "offers": ["discount_10", "nothing"]}]
STRATEGY: dict[str, Any] = {"campaign": "barriers", "rows": ROWS, "guards": {"max_discount": 20}}
WRITTEN = """\
# what the agency suggests
campaign: barriers
rows:
  - {barrier: price, offers: [discount_10, nothing]}
guards: {max_discount: 20}
"""
AS_YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
def sampled_database_url(published_url: str) -> str:
    """One database is enough: what is stored is asked elsewhere on both."""
    return published_url


async def test_a_draft_is_kept_changed_and_discarded(api: httpx.AsyncClient) -> None:
    made = await api.post("/strategies?note=for spring", json=STRATEGY, headers={"Idempotency-Key": "one"})
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["note"], made.json()["created_by"]) == (
        "draft",
        "for spring",
        "key webshop",
    )
    again = await api.post("/strategies?note=for spring", json=STRATEGY, headers={"Idempotency-Key": "one"})
    assert again.json() == made.json() and again.headers["Idempotency-Replayed"] == "true"
    changed = await api.put("/strategies/barriers/1", json=STRATEGY | {"guards": {"max_discount": 15}})
    assert changed.json()["definition"]["guards"]["max_discount"] == 15 and changed.json()["note"] == "for spring"
    assert [one["version"] for one in (await api.get("/strategies")).json()["items"]] == [1]
    assert (await api.get("/strategies/barriers/1")).json() == changed.json()
    gone = await api.delete("/strategies/barriers/1")
    assert gone.status_code == 204 and gone.content == b""
    assert (await api.get("/strategies/barriers/1")).json()["state"] == "retired"
    is_problem(await api.delete("/strategies/barriers/1"), 409)


async def test_yaml_and_json_say_the_same(api: httpx.AsyncClient) -> None:
    read = [
        await api.post("/strategies", json=STRATEGY),
        await api.post("/strategies", content=WRITTEN.encode(), headers=AS_YAML),
    ]
    assert read[0].json()["definition"] == read[1].json()["definition"]
    assert [one.json()["version"] for one in read] == [1, 2]


async def test_mistakes_are_told_by_place_with_the_cure(api: httpx.AsyncClient) -> None:
    wrong = STRATEGY | {"rows": [{"barrier": "prize", "offers": ["discount_10"]}], "gaurds": {}}
    told = is_problem(await api.post("/strategies", json=wrong), 422)["errors"]
    assert [one["pointer"] for one in told] == ["/rows/0/barrier", "/gaurds"]
    assert "'gaurds' is not known" in told[1]["detail"] and "did you mean 'guards'" in told[1]["detail"]
    broken = WRITTEN.replace("price", "prize").encode()
    (one,) = is_problem(await api.post("/strategies", content=broken, headers=AS_YAML), 422)["errors"]
    assert one["pointer"] == "line 4, column 15" and "prize" in one["detail"]
    is_problem(await api.post("/strategies", content=b"a: [", headers=AS_YAML), 422)
    is_problem(await api.post("/strategies", content=b"a: 1", headers={"Content-Type": "text/plain"}), 415)
    is_problem(await api.post("/strategies", json=[1]), 422)
    is_problem(await api.post("/strategies", json=STRATEGY | {"campaign": "nobody"}), 422)
    is_problem(await api.post("/strategies?note=" + "x" * 401, json=STRATEGY), 422)
    assert (await api.get("/strategies")).json()["items"] == []


async def test_a_check_finds_what_keeps_it_from_going_live_and_keeps_nothing(api: httpx.AsyncClient) -> None:
    rows = [{"barrier": "trust", "offers": ["discount_10"]}]
    found = (await api.post("/strategies/check", json=STRATEGY | {"rows": rows})).json()
    first = found["findings"][0]
    assert not found["ok"] and first["severity"] == "error" and first["row"] == 1 and first["cure"]
    tried = (await api.post("/strategies/preview", json=STRATEGY)).json()
    assert (tried["moments"], tried["currency"], tried["offers"]) == (0, "EUR", {})
    assert (await api.get("/strategies")).json()["items"] == []


async def test_what_holds_without_a_strategy_is_the_catalogue(api: httpx.AsyncClient) -> None:
    found = (await api.get("/strategies/barriers")).json()
    assert found["version"] is None and found["ok"] and found["definition"]["rows"]
    assert (await api.post("/strategies", json=found["definition"])).status_code == 201, "what is shown can be sent"
    is_problem(await api.get("/strategies/nobody"), 404)
    for version in ("9", "0", "x"):
        is_problem(await api.get(f"/strategies/barriers/{version}"), 422 if version in "0x" else 404)
        is_problem(await api.put(f"/strategies/barriers/{version}", json=STRATEGY), 404)


async def test_a_key_lets_nothing_go_live_and_touches_nothing_that_is(house: House, api: httpx.AsyncClient) -> None:
    found = (await api.get("/strategies/barriers")).json()
    await api.post("/strategies", json=found["definition"])
    now = house.clock.now()

    async def submit(tx: Tx) -> int:
        row = await strategies.by_version(tx, "barriers", 1)
        assert row is not None
        await planning.submit(tx, house.context, row.id, "mira@shop.example", now)
        return int(row.id)

    row_id = await house.database.transact(submit)
    for state in ("submitted", "live"):
        is_problem(await api.put("/strategies/barriers/1", json=found["definition"]), 409)
        is_problem(await api.delete("/strategies/barriers/1"), 409)
        for step in ("submit", "approve"):
            is_problem(await api.post(f"/strategies/barriers/1/{step}", json={}), 404)
        assert (await api.get("/strategies/barriers/1")).json()["state"] == state
        if state == "submitted":
            await house.database.transact(
                lambda tx: planning.approve(tx, house.context, row_id, "tom@shop.example", now)
            )
    live = (await api.get("/strategies/barriers")).json()
    assert (live["version"], live["approved_by"], live["created_by"]) == (1, "tom@shop.example", "key webshop")
