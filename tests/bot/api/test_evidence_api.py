"""/evidence says what the command says, and names the campaigns there are when asked for another."""

import httpx
import pytest

from bot.house import House
from tests.bot.api.conftest import is_problem


async def test_what_is_not_measured_is_said_so(api: httpx.AsyncClient, house: House) -> None:
    answer = await api.get("/evidence", params={"campaign": "barriers"})
    assert answer.status_code == 200
    (one,) = answer.json()["campaigns"]
    assert (one["campaign"], one["measuring"], one["comparisons"], one["moves"]) == ("barriers", False, [], [])
    assert one["quality"]["mail_opens"] is None and one["cost"]["per_prospect"] is None


@pytest.mark.parametrize("name", ["nowhere", "x" * 41])
async def test_an_unknown_campaign_is_a_problem_in_words(api: httpx.AsyncClient, name: str) -> None:
    answer = await api.get("/evidence", params={"campaign": name})
    is_problem(answer, 404 if len(name) < 41 else 422)
