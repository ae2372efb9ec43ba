"""Spend over the API: all of a body or nothing, and the same again changes nothing."""

import httpx

from tests.bot.api.conftest import is_problem

MARCH = {"source": "search", "medium": "cpc", "from": "2026-03-01", "to": "2026-03-31", "amount": "310.00"}


async def test_spend_is_recorded_once_corrected_and_listed(api: httpx.AsyncClient) -> None:
    answers = [await api.post("/spend", json=document) for document in (MARCH, MARCH, MARCH | {"amount": 300})]
    assert [(one.status_code, one.json()["result"]) for one in answers] == [
        (201, "created"), (200, "unchanged"), (200, "updated"),
    ]  # fmt: skip
    listed = (await api.get("/spend?limit=1")).json()
    assert (listed["items"][0]["amount"], listed["items"][0]["currency"]) == ("300.00", "EUR")
    assert (await api.get("/spend", params={"cursor": listed["next"]})).json()["items"] == []


async def test_nothing_of_a_body_is_kept_when_a_part_is_wrong(api: httpx.AsyncClient) -> None:
    other = MARCH | {"source": "newsletter"}
    clash = MARCH | {"from": "2026-03-31"}
    document = is_problem(await api.post("/spend", json=[MARCH, other, clash]), 422)
    assert document["errors"][0]["pointer"] == "/2/from" and "overlaps" in document["errors"][0]["detail"]
    for wrong in ({"amount": "-1"}, {"to": "2026-01-01"}, {"source": ""}, {"clicks": 3}):
        assert is_problem(await api.post("/spend", json=MARCH | wrong), 422)["errors"]
    is_problem(await api.post("/spend", json=[]), 422)
    is_problem(await api.post("/spend", json=["x"]), 422)
    assert (await api.get("/spend")).json()["items"] == []
