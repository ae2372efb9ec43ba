"""The walk in docs/api.md is walked: every command as it stands there, with the answer that is promised."""

import itertools
import json
import re
import shlex
from pathlib import Path

import httpx
import pytest

from bot.house import House
from storage import keys
from storage.keys import SCOPES
from tests.bot.api.conftest import client_of

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
OPTIONS = {"-X": "method", "-H": "header", "-d": "data"}


@pytest.fixture
def sampled_database_url(published_url: str) -> str:
    """One database is enough here."""
    return published_url


def commands() -> list[str]:
    """The commands of the page, in order, each with what is promised behind it."""
    return re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


async def run(house: House, command: str, known: dict[str, str]) -> httpx.Response | None:
    """Run one command; None for the one that makes the key."""
    for name, value in known.items():
        command = command.replace(f"${name}", value)
    words = shlex.split(command.partition("\n#")[0].replace("\\\n", " "))
    if words[0].startswith("KEY=$(holdback"):
        scopes = [after.rstrip(")") for before, after in itertools.pairwise(words) if before == "--scope"]
        assert scopes and set(scopes) <= set(SCOPES)
        made = await house.database.transact(
            lambda tx: keys.add(tx, f"system {len(known)}{known.get('KEY', '')[:6]}", house.clock.now(), scopes)
        )
        known["KEY"] = made or ""
        return None
    assert words[0] == "curl"
    given: dict[str, list[str]] = {"method": [], "header": [], "data": [], "url": []}
    rest = iter(words[1:])
    for word in rest:
        given[OPTIONS.get(word, "url")].append(next(rest) if word in OPTIONS else word)
    headers = dict(line.split(": ", 1) for line in given["header"])
    async with client_of(house, None) as client:
        method = given["method"][0] if given["method"] else "GET"
        content = given["data"][0].encode() if given["data"] else None
        return await client.request(method, given["url"][0], headers=headers, content=content)


async def test_every_command_of_the_walk_gives_what_the_page_promises(house: House) -> None:
    known = {"URL": "http://shop.test"}
    steps = commands()
    for step in steps:
        response = await run(house, step, known)
        await house.settle()
        await house.keeper.keep_up()
        if response is None:
            continue
        promised = step.rpartition("\n# ")[2].strip()
        status, _, words = promised.partition(" ")
        assert response.status_code == int(status), (step, response.text)
        if ": " in words and not words.startswith('"'):
            name, value = words.split(": ")
            assert response.headers[name] == value
        elif words:
            assert words.strip('"') in json.dumps(response.json(), ensure_ascii=False)
    assert len(steps) > 8


def test_the_page_names_every_scope() -> None:
    table = PAGE.read_text("utf-8")
    assert [scope for scope in SCOPES if f"`{scope}`" not in table] == []
