"""Erasing over the API: with a right of its own, from everywhere, and asked twice it answers the same."""

import httpx
import pytest
from sqlalchemy import func, select

from bot.house import House
from storage import audit, keys
from storage.tables import deliveries, prospects
from tests.bot.api.conftest import client_of, is_problem

ANN = {"external_id": "c-1", "email": "Ann@example.com", "phone": "+36 30 123 4567"}


@pytest.fixture
def sampled_database_url(published_url: str) -> str:
    """Erasure itself is held to both databases in tests/storage."""
    return published_url


async def people(house: House) -> int:
    """How many there are."""
    async with house.database.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(prospects))).scalar_one())


async def test_asked_for_twice_somebody_is_erased_once_and_both_answers_are_the_same(
    house: House, api: httpx.AsyncClient
) -> None:
    uid = (await api.post("/prospects", json=ANN)).json()["id"]
    await api.post("/prospects", json={"external_id": "c-2"})
    for ref in ("c-1", "c-1", uid, "ann@EXAMPLE.com", "email:ann@example.com", "+36301234567"):
        gone = await api.delete(f"/prospects/{ref}")
        assert (gone.status_code, gone.content) == (204, b""), ref
    assert await people(house) == 1, "nobody else"
    is_problem(await api.get("/prospects/c-1"), 404)
    async with house.database.read() as tx:
        (line,) = await audit.with_action(tx, "erase", 10)
    assert (line.actor, line.subject) == ("key webshop", uid)
    for ref in ("c-3", "telegram:4711", "bob@example.com", "1"):
        assert "shop id, email" in is_problem(await api.delete(f"/prospects/{ref}"), 404)["detail"]


async def test_who_comes_back_is_somebody_again_and_can_be_erased_again(house: House, api: httpx.AsyncClient) -> None:
    for _ in range(2):
        assert (await api.post("/prospects", json={"external_id": "a/b"})).status_code == 201
        assert (await api.delete("/prospects/a/b")).status_code == 204
        assert await people(house) == 0


async def test_erasing_needs_a_right_of_its_own(house: House, api: httpx.AsyncClient) -> None:
    await api.post("/prospects", json=ANN)
    others = [scope for scope in keys.SCOPES if scope != "prospects:erase"]
    made = {}
    for name, scopes in (("all others", others), ("eraser", ["prospects:erase"])):
        made[name] = await house.database.transact(
            lambda tx, n=name, s=scopes: keys.add(tx, n, house.clock.now(), s)  # type: ignore[misc]
        )
    async with client_of(house, made["all others"]) as client:
        detail = is_problem(await client.delete("/prospects/c-1"), 403)["detail"]
    assert "prospects:erase" in detail and await people(house) == 1
    async with client_of(house, made["eraser"]) as client:
        is_problem(await client.get("/prospects/c-1"), 403)
        is_problem(await client.post("/prospects", json=ANN), 403)
        assert (await client.delete("/prospects/c-1")).status_code == 204
    assert await people(house) == 0
    document = (await api.get("/openapi.json")).json()["paths"]["/api/v1/prospects/{ref}"]["delete"]
    assert document["security"] == [{"key": ["prospects:erase"]}]
    assert {one["name"] for one in document["parameters"]} == {"ref", "Idempotency-Key"}


async def test_who_listens_is_told_that_somebody_went(house: House, api: httpx.AsyncClient) -> None:
    uid = (await api.post("/prospects", json=ANN)).json()["id"]
    async with house.database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(deliveries))).scalar_one() == 0
    await api.delete(f"/prospects/{uid}", headers={"Idempotency-Key": "gone-1"})
    again = await api.delete(f"/prospects/{uid}", headers={"Idempotency-Key": "gone-1"})
    assert again.status_code == 204 and again.headers["idempotency-replayed"] == "true"
