"""The Connections page: shops with when they were heard, addresses that are told, and what was sent."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI

from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from bot.webhooks.signing import secret_of
from storage import audit, deliveries, endpoints
from tests.bot.console.asking import send, sign_in, visitor
from tests.bot.console.stand import settings_for, turning
from tests.bot.shops import samples

PAGE = "/console/connections"


@pytest_asyncio.fixture
async def house(published_url: str, tmp_path: Path, clock: VirtualClock) -> AsyncIterator[House]:
    """A house with a connected Shopify shop, that may send to this machine."""
    settings = settings_for(
        tmp_path, shopify_secret=samples.SHOPIFY_SECRET, webhooks_to_private_addresses="yes", database_url=published_url
    )
    async with open_house(settings, clock=clock, server=True) as one, turning(one):
        yield one


async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_a_shop_shows_when_it_was_heard_and_why_it_was_refused(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "admin") as client, visitor(app) as shop:
        page = (await client.get(PAGE)).text
        assert "Connected, nothing heard yet" in page and "HOLDBACK_WOOCOMMERCE_SECRET" in page
        body = samples.body_of(samples.checkout())
        headers = samples.shopify_headers(body, "checkouts/create")
        assert (await shop.post("/hooks/shopify", content=body, headers=headers)).status_code == 200
        wrong = headers | {"X-Shopify-Hmac-Sha256": "wrong"}
        assert (await shop.post("/hooks/shopify", content=body, headers=wrong)).status_code == 401
        await asyncio.sleep(0.1)
        page = (await client.get(PAGE)).text
    assert "checkouts/create" in page and "the signature does not fit the secret" in page


async def test_an_address_is_added_tested_disabled_and_what_failed_is_sent_again(
    house: House, app: FastAPI, clock: VirtualClock
) -> None:
    server = await asyncio.start_server(refusing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, sign_in(house, app, "admin") as client:
        added = await send(
            client, f"{PAGE}/add", PAGE, url=f"http://127.0.0.1:{port}/secret-path", events="task.created"
        )
        async with house.database.read() as tx:
            (row,) = await endpoints.everyone(tx)
        assert added.status_code == 200 and secret_of(house.secret, row.uid) in added.text.replace("&#43;", "+")
        page = (await client.get(PAGE)).text
        assert "whsec_" not in page and "secret-path" not in page and f"127.0.0.1:{port}" in page
        tested = await send(client, f"{PAGE}/test", PAGE, endpoint=row.uid)
        assert "answered with 500" in tested.text
        number = re.search(r'name="delivery" value="(\d+)"', tested.text)
        assert number is not None
        assert (await send(client, f"{PAGE}/retry", PAGE, delivery=number[1])).status_code == 303
        async with house.database.read() as tx:
            assert [one.state for one in await deliveries.newest(tx, 5)] == ["ready"]
        assert (await send(client, f"{PAGE}/disable", PAGE, endpoint=row.uid)).status_code == 303
        assert "Disabled" in (await client.get(PAGE)).text
        assert (await send(client, f"{PAGE}/enable", PAGE, endpoint=row.uid)).status_code == 303
        async with house.database.read() as tx:
            actions = [one.action for one in await audit.newest(tx, 3)]
    assert actions == ["webhook enabled", "webhook disabled", "webhook added"]


@pytest.mark.parametrize(
    ("url", "words"),
    [("ftp://crm.example.com", "this is not a web address"), ("http://127.0.0.1:1/", "Choose at least one kind")],
)
async def test_what_is_wrong_with_an_address_is_said_beside_it(
    house: House, app: FastAPI, url: str, words: str
) -> None:
    async with sign_in(house, app, "admin") as client:
        answer = await send(client, f"{PAGE}/add", PAGE, url=url, events="" if "127" in url else "task.created")
        assert answer.status_code == 422 and words in answer.text
    async with house.database.read() as tx:
        assert await endpoints.everyone(tx) == []
