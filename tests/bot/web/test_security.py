"""The guard before every page: host, body size and the headers that make a browser careful."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI, Request
from httpx import AsyncClient
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from bot.web.security import CSP, LETTER_HEADERS, Guard, allowed_hosts
from tests.bot.web.asking import asking


class Given(BaseModel):
    """A body that FastAPI reads by itself."""

    text: str


def application(*, https: bool = False) -> Guard:
    app = FastAPI(openapi_url=None)

    @app.get("/page")
    async def page() -> Response:
        return PlainTextResponse("page")

    @app.get("/letter")
    async def letter() -> Response:
        return PlainTextResponse("letter", headers=LETTER_HEADERS)

    @app.get("/healthz")
    async def health() -> Response:
        return PlainTextResponse("ok")

    @app.post("/raw")
    @app.post("/import/raw")
    async def raw(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    @app.post("/json")
    async def parsed(given: Given) -> Response:
        return PlainTextResponse(given.text[:5])

    hosts = allowed_hosts("https://ask.shop.example/", "127.0.0.1:8000")
    return Guard(app, hosts=hosts, https=https, max_body=1000, limits={"/import/": 5000})


@pytest_asyncio.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with asking(application()) as one:
        yield one


async def test_a_page_trusts_nothing_but_ourselves(client: AsyncClient) -> None:
    headers = (await client.get("/page")).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_the_policy_allows_nothing_inline_and_nobody_to_frame_us() -> None:
    assert CSP.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in CSP and "frame-ancestors 'none'" in CSP


async def test_https_is_remembered_by_the_browser() -> None:
    async with asking(application(https=True)) as client:
        assert "max-age=31536000" in (await client.get("/page")).headers["strict-transport-security"]


async def test_errors_carry_the_headers_too(client: AsyncClient) -> None:
    assert (await client.get("/nothing")).headers["content-security-policy"] == CSP


async def test_a_route_may_be_stricter_or_looser_where_it_says_so(client: AsyncClient) -> None:
    headers = (await client.get("/letter")).headers
    assert headers["content-security-policy"] == LETTER_HEADERS["content-security-policy"]
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "host", ["ask.shop.example", "ASK.shop.example:443", "127.0.0.1:8000", "localhost:8000", "[::1]:8000"]
)
async def test_our_own_names_are_answered(client: AsyncClient, host: str) -> None:
    assert (await client.get("/page", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "ask.shop.example.evil.example",
        "evil.example@ask.shop.example",
        "ask.shop.example/x",
        "ask.shop.example#",
        "[::1",
        "",
        "10.0.0.1",
    ],
)
async def test_other_names_are_refused(client: AsyncClient, host: str) -> None:
    answer = await client.get("/page", headers={"host": host})
    assert answer.status_code == 400
    assert "public address" in answer.text and answer.headers["content-security-policy"] == CSP


async def test_a_probe_may_come_under_any_name(client: AsyncClient) -> None:
    assert (await client.get("/healthz", headers={"host": "10.0.0.7:8000"})).status_code == 200


def test_loopback_names_count_only_when_bound_to_loopback() -> None:
    assert allowed_hosts("https://ask.shop.example", "0.0.0.0:8000") == {"ask.shop.example"}
    assert allowed_hosts("http://localhost:8000", "[::1]:8000") == {"localhost", "127.0.0.1", "::1"}
    assert "127.0.0.1" in allowed_hosts("https://ask.shop.example", "localhost:8000")


async def test_a_body_of_the_allowed_size_is_read(client: AsyncClient) -> None:
    assert (await client.post("/raw", content=b"x" * 1000)).text == "1000"


async def test_a_body_announced_too_large_is_refused_unread(client: AsyncClient) -> None:
    answer = await client.post("/raw", content=b"x" * 1001)
    assert answer.status_code == 413 and "Send less" in answer.text


@pytest.mark.parametrize("path", ["/raw", "/json"])
async def test_a_body_that_grows_too_large_is_refused_while_it_is_read(client: AsyncClient, path: str) -> None:
    async def grow() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 400

    answer = await client.post(path, content=grow(), headers={"content-type": "application/json"})
    assert answer.status_code == 413 and "Send less" in answer.text


async def test_a_path_may_have_its_own_limit(client: AsyncClient) -> None:
    assert (await client.post("/import/raw", content=b"x" * 4000)).text == "4000"
    assert (await client.post("/import/raw", content=b"x" * 5001)).status_code == 413


@pytest.mark.parametrize("length", [b"-1", b"\xb2", b"1e9", b"9" * 40])
async def test_an_odd_length_is_not_believed(client: AsyncClient, length: bytes) -> None:
    answer = await client.post("/raw", content=b"x" * 10, headers={b"content-length": length})
    assert answer.status_code in {200, 413}


async def test_an_error_after_the_limit_is_the_refusal_and_before_it_an_error() -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        raise RuntimeError("the application broke")

    async def asked(size: int) -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b"x" * size, "more_body": False}

    async def run(size: int) -> list[Message]:
        sent: list[Message] = []
        parts = asked(size)

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"host", b"localhost")]}
        await Guard(breaks, hosts=frozenset({"localhost"}), max_body=10)(scope, parts.__anext__, send)
        return sent

    assert (await run(11))[0]["status"] == 413
    with pytest.raises(RuntimeError):
        await run(5)
