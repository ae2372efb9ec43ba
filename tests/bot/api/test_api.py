"""What the REST API keeps and tells, on both databases."""

import asyncio

import httpx
import pytest

from bot.house import House
from tests.bot.api.conftest import CART, inputs, is_problem


async def test_an_event_is_kept_before_it_is_answered(house: House, api: httpx.AsyncClient) -> None:
    response = await api.post("/events", json=CART)
    assert (response.status_code, response.json()) == (202, {"accepted": 1, "ids": ["e-1"]})
    row = (await inputs(house))[0]
    assert (row.source, row.natural_key, row.lane, row.state) == ("shop", "event:cart_abandoned:e-1", "shop:c-1", "new")


async def test_an_event_makes_its_prospect_in_a_turn(house: House, api: httpx.AsyncClient) -> None:
    await api.post("/events", json=CART)
    await house.settle()
    shown = (await api.get("/prospects/anna@example.com")).json()
    facts = {name: one["value"] for name, one in shown["facts"].items()}
    assert (facts["language"], facts["price"], facts["cart_value"]) == ("hu", "12.50", "1250.50")
    assert facts["currency"] == "EUR"
    assert [row["granted"] for row in shown["consents"]] == [True]


async def test_an_event_sent_twice_is_kept_once(house: House, api: httpx.AsyncClient) -> None:
    for event in (CART, CART, {**CART, "id": None}, {**CART, "id": None}):
        assert (await api.post("/events", json=event)).status_code == 202
    assert len(await inputs(house)) == 2


async def test_flat_fields_and_lists_are_read(house: House, api: httpx.AsyncClient) -> None:
    events = [
        {"kind": "viewed", "external_id": 17, "product_id": "p1"},
        {"kind": "purchase", "order_id": "o-1", "email": "b@example.com", "amount": "10,00", "currency": "EUR"},
        {"kind": "refund", "order_id": "o-1"},
    ]
    response = await api.post("/events", json=events)
    assert response.status_code == 202 and response.json()["ids"][1:] == ["purchase:o-1", "refund:o-1"]
    await house.settle()
    listed = (await api.get("/purchases")).json()
    assert [(row["order_id"], row["amount"]) for row in listed["items"]] == [("o-1", "10.00")]
    assert listed["items"][0]["refunded_at"] is not None and listed["next"] is None


async def test_an_idempotency_key_replays_the_first_answer(house: House, api: httpx.AsyncClient) -> None:
    event = {"type": "viewed", "external_id": "c-1"}
    retried = {"Idempotency-Key": "k-1"}
    first = await api.post("/events", json=event, headers=retried)
    again = await api.post("/events", json=event, headers=retried)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert len(await inputs(house)) == 1
    other = await api.post("/events", json={**event, "external_id": "c-2"}, headers=retried)
    assert "another request" in is_problem(other, 422)["detail"]
    is_problem(await api.post("/events", json=event, headers={"Idempotency-Key": "x" * 256}), 400)


async def test_of_concurrent_requests_with_one_key_one_is_carried_out(house: House, api: httpx.AsyncClient) -> None:
    event = {"type": "viewed", "external_id": "c-1"}
    retried = {"Idempotency-Key": "k-1"}
    answers = await asyncio.gather(*(api.post("/events", json=event, headers=retried) for _ in range(10)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert sum(answer.status_code == 202 and "idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len(await inputs(house)) == 1


async def test_prospects_are_made_changed_and_left_alone(house: House, api: httpx.AsyncClient) -> None:
    person = {
        "external_id": "c-1",
        "email": "a@example.com",
        "first_name": "Anna",
        "price": 12.5,
        "tags": ["vip", "new"],
        "consent_email": True,
        "company": {"name": "Kiss Kft"},
        "attributes": {"shoe size": 38},
        "loyal": True,
    }
    made = await api.post("/prospects", json=person, headers={"Idempotency-Key": "p-1"})
    assert made.status_code == 201 and made.json()["result"] == "created" and made.json()["contactable"] is True
    same = await api.post("/prospects", json=person)
    assert (same.status_code, same.json()) == (200, {**made.json(), "result": "unchanged"})
    changed = await api.post("/prospects", json=[{"external_id": "c-1", "city": "Pécs"}, {"external_id": "c-2"}])
    assert [one["result"] for one in changed.json()["results"]] == ["updated", "created"]
    shown = (await api.get("/prospects/c-1")).json()
    assert shown["id"] == made.json()["id"] and shown["facts"]["city"]["value"] == "Pécs"
    assert shown["attributes"] == {"shoe size": "38", "loyal": "yes"}
    company, tags = shown["facts"]["company.name"], shown["facts"]["tags"]
    assert company["value"] == "Kiss Kft" and tags["value"] == ["vip", "new"] and tags["source"] == "api"
    assert company["purpose"] == "To know whether we can serve your company well."


async def test_declared_attributes_are_read_by_their_type_wherever_they_stand(
    house: House, api: httpx.AsyncClient
) -> None:
    person = {"external_id": "c-1", "referrals": 3, "attributes": {"role": "Decides", "hat": "6"}}
    assert (await api.post("/prospects", json=person)).status_code == 201
    event = {"type": "viewed", "id": "v1", "prospect": {"external_id": "c-1", "expected_order_value": 1234.5}}
    assert (await api.post("/events", json=event)).status_code == 202
    await house.settle()
    shown = (await api.get("/prospects/c-1")).json()
    known = {name: (one["value"], one["source"]) for name, one in shown["facts"].items()}
    assert known == {
        "referrals": ("3", "api"),
        "role": ("decider", "api"),
        "expected_order_value": ("1234.50", "shop"),
    }
    assert shown["attributes"] == {"hat": "6"} and shown["facts"]["role"]["proof"].startswith("key ")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/prospects", {"external_id": "c-1", "referrals": "many"}, "/referrals"),
        ("/prospects", {"external_id": "c-1", "attributes": {"role": "boss"}}, "/attributes/role"),
        ("/events", {"type": "viewed", "prospect": {"external_id": "c-1", "referrals": [1]}}, "/prospect/referrals"),
    ],
)
async def test_a_value_that_is_not_of_its_attribute_is_refused_by_place(
    api: httpx.AsyncClient, path: str, body: dict[str, object], pointer: str
) -> None:
    refused = await api.post(path, json=body)
    assert refused.status_code == 422 and [one["pointer"] for one in refused.json()["errors"]] == [pointer]


async def test_lists_go_page_by_page(house: House, api: httpx.AsyncClient) -> None:
    await api.post("/prospects", json=[{"external_id": f"c-{number}"} for number in range(5)])
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = (await api.get("/prospects", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [row["external_id"] for row in page["items"]]
        cursor = page["next"]
    assert seen == [f"c-{number}" for number in range(5)] and cursor is None
    for wrong in ("nonsense", "-1", "é", "YW5zd2VyczoxMg"):
        is_problem(await api.get("/prospects", params={"cursor": wrong}), 422)
    for wrong_limit in ("0", "-1", "1e18", "501", "x"):
        is_problem(await api.get("/prospects", params={"limit": wrong_limit}), 422)
    is_problem(await api.get("/answers", params={"since": "2026-11-01T00:00:00"}), 422)
    assert (await api.get("/prospects", params={"since": "2126-01-01T00:00:00Z"})).json()["items"] == []


async def test_a_quote_may_have_the_number_of_a_cart(house: House, api: httpx.AsyncClient) -> None:
    sent = [CART | {"type": kind} for kind in ("cart_abandoned", "quote_sent", "cart_abandoned")]
    assert (await api.post("/events", json=sent)).status_code == 202
    assert len(await inputs(house)) == 2


async def test_an_idempotency_key_is_for_the_whole_address(api: httpx.AsyncClient) -> None:
    retried = {"Idempotency-Key": "words"}
    assert (await api.put("/playbook/price?language=hu", json={"say": "x"}, headers=retried)).status_code == 200
    is_problem(await api.put("/playbook/price?language=fr", json={"say": "x"}, headers=retried), 422)
