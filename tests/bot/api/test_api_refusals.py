"""What the REST API refuses, and how it says so."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from starlette.requests import ClientDisconnect
from structlog.testing import capture_logs

from bot.api.bodies import parse_json
from bot.api.gate import REMEMBERED, Brake
from bot.api.problems import Problem, problem_of
from bot.house import House
from storage import keys
from storage.tables import idempotency
from storage.tables import prospects as prospect_table
from tests.bot.api.conftest import CART, client_of, inputs, is_problem


@pytest.fixture
def sampled_database_url(sqlite_url: str) -> str:
    """One database is enough here: what is refused never gets to it."""
    return sqlite_url


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
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(Problem, match="not valid") as refused:
        parse_json(body)
    assert refused.value.status == 400


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


async def test_a_refused_request_frees_its_key(house: House, api: httpx.AsyncClient) -> None:
    retried = {"Idempotency-Key": "k-1"}
    is_problem(await api.post("/events", json={"type": "sneezed"}, headers=retried), 422)
    assert (await api.post("/events", json=CART, headers=retried)).status_code == 202


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
    one = event["requestBody"]["content"]["application/json"]["schema"]["anyOf"][0]["$ref"]
    assert document["components"]["schemas"][one.rpartition("/")[2]]["required"] == ["type"]


def test_whoever_hangs_up_before_the_end_is_no_failure_of_ours() -> None:
    with capture_logs() as logs:
        assert problem_of(ClientDisconnect()).status == 400 and not logs
        assert problem_of(RuntimeError()).status == 500 and logs
