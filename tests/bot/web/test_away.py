"""While the database is away nothing is taken and nobody is told of a failure: everybody is asked to come again."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient, Response
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.channels.telegram.webhook import SECRET_HEADER
from bot.doors import create_web
from bot.house import House, open_house
from bot.settings import Settings
from storage import keys, places, prospects
from storage.tables import inbox
from tests.bot.channels.telegram.world import tapped
from tests.bot.shops import samples
from tests.edge.databases import upgrade
from tests.edge.postgres import Postgres
from tests.edge.test_databases import own_server

__all__ = ["own_server"]

SECRET = "s3cret-of-the-webhook"
CART = {"type": "cart_abandoned", "id": "e-1", "prospect": {"external_id": "c-1"}, "product_id": "p1"}
WORDS = "I would like it in green, if there is one."


def settings_of(folder: Path, url: str) -> Settings:
    return Settings(
        home_dir=folder,
        database_url=SecretStr(url),
        telegram_mode="webhook",
        telegram_webhook_secret=SecretStr(SECRET),
        shopify_secret=SecretStr(samples.SHOPIFY_SECRET),
    )


@pytest_asyncio.fixture
async def house(published_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(settings_of(tmp_path, published_url), server=True) as opened:
        await opened.database.pragma("busy_timeout = 1")
        yield opened


@asynccontextmanager
async def asking(house: House) -> AsyncIterator[AsyncClient]:
    """What the application raises past its handlers, the server would write to its log with a trace: here it fails."""
    async with AsyncClient(transport=ASGITransport(create_web(house)), base_url=house.base_url) as one:
        yield one


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[AsyncClient]:
    async with asking(house) as one:
        yield one


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Another process holds the database."""
    with closing(sqlite3.connect(str(house.database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def waiting(house: House) -> list[Any]:
    async with house.database.read() as tx:
        return list(await tx.execute(inbox.select()))


async def somebodys_page(house: House) -> str:
    now = house.clock.now()
    somebody = await house.database.transact(lambda tx: prospects.create(tx, now, language="cs", first_name="Jan"))
    return (await house.links(somebody))["survey"].removeprefix(house.base_url)


async def poster(house: House) -> str:
    await house.campaigns.start("barriers")
    facts = {"name": "Window", "source": "window", "language": "cs", "by": "anna"}
    uid = await house.database.transact(lambda tx: places.create(tx, now=house.clock.now(), **facts))
    return f"/d/{uid}"


def is_put_off(answer: Response) -> bool:
    return answer.status_code == 503 and int(answer.headers["retry-after"]) <= 10


async def all_call(client: AsyncClient, key: str | None) -> Sequence[Response]:
    """Telegram, a shop, and a user of the API."""
    order = samples.body_of(samples.order())
    telegram, shop = {SECRET_HEADER: SECRET}, samples.shopify_headers(order, "orders/paid", "d-1")
    return await asyncio.gather(
        client.post("/hooks/telegram", content=json.dumps(tapped()), headers=telegram),
        client.post("/hooks/shopify", content=order, headers=shop),
        client.post("/api/v1/events", json=CART, headers={"authorization": f"Bearer {key}"}),
    )


async def test_programs_are_asked_to_come_again_and_their_next_try_is_taken(house: House, client: AsyncClient) -> None:
    key = await house.database.transact(lambda tx: keys.add(tx, "webshop", house.clock.now()))
    with locked(house), capture_logs() as logs:
        answers = await all_call(client, key)
    assert [is_put_off(answer) for answer in answers] == [True] * 3, [answer.text for answer in answers]
    assert answers[2].headers["content-type"] == "application/problem+json"
    lines = [one for one in logs if one["event"] == "the database is away, a request is put off"]
    assert sorted(one["door"] for one in lines) == ["api", "hooks", "hooks"] and len(lines) == len(logs)
    assert await waiting(house) == []
    assert [answer.status_code for answer in await all_call(client, key)] == [200, 200, 202]
    assert sorted(row.source for row in await waiting(house)) == ["shop", "shopify", "telegram"]


async def test_so_they_are_while_a_server_ends_whose_disk_has_failed(house: House, client: AsyncClient) -> None:
    key = await house.database.transact(lambda tx: keys.add(tx, "webshop", house.clock.now()))
    page = await somebodys_page(house)
    house.database.trust.lose("SQLITE_IOERR_FSYNC")
    with capture_logs():
        answers = await asyncio.gather(
            client.post("/hooks/telegram", content=json.dumps(tapped()), headers={SECRET_HEADER: SECRET}),
            client.post("/api/v1/events", json=CART, headers={"authorization": f"Bearer {key}"}),
            client.get(page),
        )
    assert [is_put_off(answer) for answer in answers] == [True] * 3, [answer.text for answer in answers]


@pytest.mark.parametrize("page", ["their own", "of a poster"])
async def test_an_answer_on_a_page_keeps_its_words_and_is_one_when_it_is_sent_again(
    house: House, client: AsyncClient, page: str
) -> None:
    form = {"text": WORDS, "visit": "1", "form": "x" * 22 + ".words"}
    path = await somebodys_page(house) if page == "their own" else await poster(house)
    with locked(house):
        put_off = await client.post(path, data=form)
    assert is_put_off(put_off) and WORDS in put_off.text and "x" * 22 + ".words" in put_off.text
    assert "Zkuste to znovu za minutu." in put_off.text
    sent = asyncio.gather(*(client.post(path, data=form) for _ in range(2)))
    while not sent.done():
        await house.settle()
        await asyncio.sleep(0.01)
    assert len(await waiting(house)) == 1 and {answer.status_code for answer in await sent} == {303}


async def test_any_other_wish_gets_the_kind_page_in_the_readers_language(house: House, client: AsyncClient) -> None:
    path = await somebodys_page(house)
    with locked(house):
        answer = await client.post(path, data={"do": "language", "language": "fr"}, headers={"accept-language": "fr"})
    assert is_put_off(answer) and "De retour dans un instant" in answer.text


@pytest.mark.postgres
@pytest.mark.slow
async def test_while_postgresql_is_down_all_are_asked_to_come_again(own_server: Postgres, tmp_path: Path) -> None:
    url = own_server.create_migrated(upgrade())
    async with open_house(settings_of(tmp_path, url), server=True) as house, asking(house) as client:
        path = await somebodys_page(house)
        own_server.close()
        answers = [*await all_call(client, "hb_any"), await client.get(path)]
        answers += [*await all_call(client, "hb_any"), await client.get(path)]  # not on the lines that were open
        assert [is_put_off(answer) for answer in answers] == [True] * 8, [one.text for one in answers]
        assert "Back in a moment" in answers[-1].text
