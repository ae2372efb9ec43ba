"""Tasks over the API: opened for a prospect, listed by when they are due, finished once."""

import httpx
import pytest

from tests.bot.api.conftest import is_problem

CALL = {"prospect": "c-1", "kind": "callback", "contact": "+36 30 123 4567", "note": "About the oak shelf"}


@pytest.fixture
def sampled_database_url(sqlite_url: str) -> str:
    """Tasks are held to both databases in tests/storage."""
    return sqlite_url


async def test_a_task_is_opened_given_away_finished_and_opened_again(api: httpx.AsyncClient) -> None:
    await api.post("/prospects", json={"external_id": "c-1"})
    made = await api.post("/tasks", json=CALL, headers={"Idempotency-Key": "t-1"})
    again = await api.post("/tasks", json=CALL, headers={"Idempotency-Key": "t-1"})
    assert made.status_code == 201 and again.json() == made.json(), "sent twice, it is one task"
    task = made.json()
    assert (task["state"], task["contact"], task["due_at"] is not None) == ("open", {"value": CALL["contact"]}, True)
    path = f"/tasks/{task['id']}"
    given = await api.post(path, json={"assignee": "anna@shop.example", "due_at": "2099-01-05T10:00:00Z"})
    assert (given.json()["assignee"], given.json()["due_at"]) == ("anna@shop.example", "2099-01-05T10:00:00Z")
    done = await api.post(path, json={"state": "done", "result": "She buys on Monday"})
    assert (done.json()["state"], done.json()["result"]) == ("done", "She buys on Monday")
    is_problem(await api.post(path, json={"state": "cancelled"}), 409)
    assert (await api.get("/tasks")).json() == {"items": [], "next": None}
    assert len((await api.get("/tasks", params={"state": "done"})).json()["items"]) == 1
    assert (await api.post(path, json={"state": "open"})).json()["state"] == "open"


@pytest.mark.slow
async def test_a_list_goes_on_where_it_ended_and_what_is_wrong_is_named(api: httpx.AsyncClient) -> None:
    await api.post("/prospects", json={"external_id": "c-1"})
    ids = [
        (await api.post("/tasks", json=CALL | {"due_at": f"2099-01-0{day}T09:00:00Z"})).json()["id"] for day in (2, 1)
    ]
    first = (await api.get("/tasks", params={"limit": 1})).json()
    rest = (await api.get("/tasks", params={"cursor": first["next"]})).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [ids[1], ids[0]] and rest["next"] is None
    is_problem(await api.get("/tasks", params={"cursor": "bm9uc2Vuc2U"}), 422)
    is_problem(await api.post("/tasks", json=CALL | {"prospect": "nobody"}), 422)
    is_problem(await api.post("/tasks", json=CALL | {"kind": "song"}), 422)
    is_problem(await api.post("/tasks", json=[CALL]), 422)
    wrong = is_problem(await api.post("/tasks", json=CALL | {"due": "x", "assignee": "anna"}), 422)
    assert {one["pointer"] for one in wrong["errors"]} == {"/due", "/assignee"}
    is_problem(await api.post("/tasks/nothing", json={"state": "done"}), 404)
