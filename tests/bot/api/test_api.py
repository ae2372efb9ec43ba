"""The REST API: what it keeps, what it refuses and how it says so."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.api.gate import REMEMBERED, Brake
from bot.house import House
from storage import keys
from storage.tables import idempotency, inbox
from storage.tables import prospects as prospect_table
from tests.bot.api.conftest import client_of


async def inputs(house: House) -> list[Any]:
    async with house.database.read() as tx:
        return list((await tx.execute(select(inbox).order_by(inbox.c.id))).all())


def is_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == status and document["detail"] and document["title"]
    return document


CART = {
    "type": "cart_abandoned",
    "id": "e-1",
    "occurred_at": "2026-11-01T10:00:00Z",
    "prospect": {"external_id": "c-1", "email": "Anna@Example.com", "language": "hu", "consent_email": True},
    "product_id": "p1",
    "price": 12.5,
    "cart_value": "1 250,50",
    "currency": "eur",
    "cart": {"lines": 2},
}


async def test_an_event_is_kept_before_it_is_answered(house: House, api: httpx.AsyncClient) -> None:
    response = await api.post("/events", json=CART)
    assert (response.status_code, response.json()) == (202, {"accepted": 1, "ids": ["e-1"]})
    row = (await inputs(house))[0]
    assert (row.source, row.natural_key, row.lane, row.state) == ("shop", "event:e-1", "shop:c-1", "new")


async def test_an_event_makes_its_prospect_in_a_turn(house: House, api: httpx.AsyncClient) -> None:
    await api.post("/events", json=CART)
    await house.settle()
    shown = (await api.get("/prospects/anna@example.com")).json()
    facts = shown["facts"]
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


async def test_a_wrong_event_names_the_place_and_nothing_is_kept(house: House, api: httpx.AsyncClient) -> None:
    document = is_problem(await api.post("/events", json=[CART, {"type": "sneezed", "email": "nobody"}]), 422)
    assert [one["pointer"] for one in document["errors"]] == ["/1/type", "/1/email"]
    document = is_problem(await api.post("/events", json={"type": "viewed", "product_id": "p"}), 422)
    assert document["errors"][0] == {"pointer": "/prospect", "detail": "names nobody; give external_id, email or phone"}
    is_problem(await api.post("/events", json=[CART] * 501), 422)
    is_problem(await api.post("/events", json=[]), 422)
    assert await inputs(house) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a": NaN}',
        b'{"a": 1e400}',
        b'{"a": Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b"\xff\xfe",
        b'{"a": ' + b"9" * 5000 + b"}",
        b"'",
        b"null garbage",
    ],
)
async def test_what_is_not_strict_json_is_refused(house: House, api: httpx.AsyncClient, body: bytes) -> None:
    response = await api.post("/events", content=body, headers={"Content-Type": "application/json"})
    assert "JSON" in is_problem(response, 400)["detail"]


async def test_bodies_have_a_limit_and_a_type(house: House, api: httpx.AsyncClient) -> None:
    large = b'"' + b"a" * (1 << 20) + b'"'
    kind = {"Content-Type": "application/json"}
    is_problem(await api.post("/events", content=large, headers=kind), 413)

    async def unannounced() -> Any:
        for _ in range(20):
            yield b"a" * 100_000

    is_problem(await api.post("/events", content=unannounced(), headers=kind), 413)
    is_problem(await api.post("/events", content=b"{}", headers={"Content-Type": "text/plain"}), 415)
    packed = {**kind, "Content-Encoding": "gzip"}
    is_problem(await api.post("/events", content=b"{}", headers=packed), 415)


async def test_without_a_key_that_counts_nobody_gets_in(house: House, key: str) -> None:
    async with client_of(house, None) as stranger:
        refused = await stranger.post("/events", json=CART)
        assert is_problem(refused, 401) and refused.headers["www-authenticate"] == "Bearer"
        for wrong in ("Bearer hb_wrong", f"Basic {key}", "Bearer", key, f"Bearer {key}x"):
            is_problem(await stranger.get("/answers", headers={"Authorization": wrong}), 401)
    await house.database.transact(lambda tx: keys.revoke(tx, "webshop", house.clock.now()))
    async with client_of(house, key) as revoked:
        is_problem(await revoked.get("/answers"), 403)
    assert await inputs(house) == []


async def test_a_key_is_stored_as_a_hash(house: House, key: str) -> None:
    async with house.database.read() as tx:
        rows = [dict(row._mapping) for row in await keys.everyone(tx)]
    assert key.startswith("hb_") and key not in str(rows)
    assert await house.database.transact(lambda tx: keys.add(tx, "webshop", house.clock.now())) is None


async def test_too_many_requests_wait(house: House, key: str) -> None:
    async with client_of(house, key, per_second=0.001, burst=3) as client:
        statuses = [(await client.get("/grants")).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        slow = await client.get("/grants")
        assert is_problem(slow, 429) and int(slow.headers["retry-after"]) > 1
    async with client_of(house, None) as stranger:
        seen = {(await stranger.get("/grants")).status_code for _ in range(30)}
        assert seen == {401, 429}


def test_the_brake_remembers_a_bounded_number_of_callers() -> None:
    brake = Brake(1, 1)
    for number in range(3 * REMEMBERED):
        assert brake.wait(str(number), 0.0) == 0
    assert len(brake._due) == REMEMBERED
    assert brake.wait(str(3 * REMEMBERED - 1), 0.5) == 0.5
    assert brake.wait(str(3 * REMEMBERED - 1), 1.0) == 0


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


async def test_a_refused_request_frees_its_key(house: House, api: httpx.AsyncClient) -> None:
    retried = {"Idempotency-Key": "k-1"}
    is_problem(await api.post("/events", json={"type": "sneezed"}, headers=retried), 422)
    assert (await api.post("/events", json=CART, headers=retried)).status_code == 202


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
    assert shown["id"] == made.json()["id"] and shown["facts"]["city"] == "Pécs"
    assert shown["facts"]["attributes"] == {"shoe size": "38", "loyal": "yes"}
    assert shown["facts"]["company"] == {"name": "Kiss Kft"} and shown["facts"]["tags"] == ["vip", "new"]


async def test_stored_answers_name_nobody(house: House, api: httpx.AsyncClient) -> None:
    retried = {"Idempotency-Key": "p-1"}
    await api.post("/prospects", json={"email": "canary@example.com"}, headers=retried)
    async with house.database.read() as tx:
        rows = (await tx.execute(select(idempotency))).all()
    assert len(rows) == 1 and "canary" not in str(rows)


async def test_a_wrong_prospect_is_refused(house: House, api: httpx.AsyncClient) -> None:
    document = is_problem(await api.post("/prospects", json={"email": "nobody", "price": True, "company": 1}), 422)
    assert [one["pointer"] for one in document["errors"]] == ["/email", "/price", "/company"]
    is_problem(await api.post("/prospects", json={"first_name": "Anna"}), 422)
    async with house.database.read() as tx:
        assert (await tx.execute(select(prospect_table.c.id))).all() == []


async def test_an_unknown_prospect_is_not_found(house: House, api: httpx.AsyncClient) -> None:
    is_problem(await api.get("/prospects/nobody"), 404)


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


async def test_what_is_not_there_says_so(house: House, api: httpx.AsyncClient) -> None:
    is_problem(await api.get("/nowhere"), 404)
    wrong = await api.delete("/events")
    assert is_problem(wrong, 405) and wrong.headers["allow"] == "POST"


async def test_the_description_tells_every_route(house: House) -> None:
    async with client_of(house, None) as anybody:
        document = (await anybody.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/events", "/api/v1/prospects", "/api/v1/answers", "/api/v1/grants"} <= set(document["paths"])
    event = document["paths"]["/api/v1/events"]["post"]
    assert event["requestBody"]["content"]["application/json"]["schema"]["anyOf"][0]["required"] == ["type"]
