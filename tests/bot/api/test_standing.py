"""How a prospect stands is told with the reasons of every figure, whether or not the scores were kept up yet."""

import httpx
import pytest

from bot.house import House
from bot.runtime.standing import standing, told
from tests.bot.api.conftest import CART


@pytest.fixture
def sampled_database_url(sqlite_url: str) -> str:
    """What differs between the databases is held by the keeper's tests."""
    return sqlite_url


@pytest.mark.parametrize("kept_up", [False, True])
async def test_every_figure_has_its_reasons(house: House, api: httpx.AsyncClient, kept_up: bool) -> None:
    await api.post("/events", json={**CART, "type": "checkout_started"})
    await house.settle()
    if kept_up:
        await house.keeper.keep_up()
    shown = (await api.get("/prospects/c-1")).json()
    assert {"facts", "segments", "lead_types", "fit", "engagement", "qualification", "stage"} <= shown.keys()
    assert (shown["fit"]["grade"], shown["fit"]["reasons"][0]) == ("A", "language hu is served: +10")
    assert shown["stage"]["stage"] == "qualified"
    assert [step["stage"] for step in shown["stage"]["history"]] == ["informed", "lead", "qualified"]
    assert set(shown["lead_types"]) == {"frequency", "volume", "influence", "profile"}
    assert all(one["reasons"] for one in shown["lead_types"].values())
    assert shown["qualification"]["reasons"][0].startswith("need: yes, checkout started on")
    async with house.database.read() as tx:
        lines = told(await standing(tx, house.keeper, 1, house.clock.now()))
        assert await standing(tx, house.keeper, 999, house.clock.now()) == {}
    assert "  fit: 100 (grade A)" in lines and any(line.startswith("  qualification: ") for line in lines)
