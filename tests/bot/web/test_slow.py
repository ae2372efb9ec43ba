"""Who is slow, or does nothing, holds no line for long, and never up those who are quick. On real sockets."""

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot import hooks
from bot.doors import opened
from bot.house import open_house
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from bot.web.bodies import Pace
from bot.web.lines import PatientLine
from bot.web.security import Guard

SOON = 0.15
"""Seconds that are far too long for a caller here."""

SMALL = 8192
"""Bytes that the system keeps of what nobody has taken yet."""

HASTY = Pace(stall=SOON, rate=2000)
LATER = 4 * SOON
"""Seconds, for what has to be in time on a machine that does much else."""

GET = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\n"


class HastyLine(PatientLine):
    """A line with the shortest patience."""

    for_headers, for_taking, most = SOON, SOON, 20


class Pages:
    """What is asked here. `held` holds an answer back until it is set; `cut` is set when nobody takes an answer."""

    def __init__(self) -> None:
        self.held, self.cut = asyncio.Event(), asyncio.Event()
        paths = {"/": self.size, "/hooks/telegram": self.size, "/held": self.hold, "/long": self.long}
        app = Starlette(routes=[Route(path, page, methods=["GET", "POST"]) for path, page in paths.items()])
        self.guarded = Guard(app, hosts=frozenset({"localhost"}), pace=HASTY, most=3)

    async def size(self, request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def hold(self, request: Request) -> Response:
        await self.held.wait()
        return PlainTextResponse("held")

    async def long(self, request: Request) -> Response:
        return StreamingResponse(self._lines())

    async def _lines(self) -> AsyncIterator[bytes]:
        try:
            while True:
                await asyncio.sleep(0)
                yield b"x" * 65536
        finally:
            self.cut.set()


@pytest_asyncio.fixture
async def pages() -> AsyncIterator[Pages]:
    made = Pages()
    yield made
    made.held.set()


@pytest_asyncio.fixture
async def port(pages: Pages) -> AsyncIterator[int]:
    """These pages behind the guard, on hasty lines."""
    server = uvicorn.Server(uvicorn.Config(pages.guarded, http=HastyLine, log_level="error", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no other way to tell
            await asyncio.sleep(0.01)
        yield listening.getsockname()[1]
        pages.held.set()
        server.should_exit = True
        await serving


@asynccontextmanager
async def calling(port: int, *said: bytes) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"".join(said))
        yield reader, writer
    finally:
        writer.close()


async def status(reader: StreamReader) -> int:
    """The status of the next answer, of which nothing else is read; 0 when the line is closed without one."""
    async with asyncio.timeout(2):
        line = await reader.readline()
        return int(line.split()[1]) if line else 0


async def answer(reader: StreamReader) -> tuple[int, bytes]:
    """The status of the next answer, and its body."""
    async with asyncio.timeout(2):
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length: ")[2].split()[0])
        return int(head.split()[1]), await reader.readexactly(size)


async def closed(reader: StreamReader) -> bool:
    """Whether the line is closed, and nothing more was said."""
    try:
        async with asyncio.timeout(2):
            return await reader.read() == b""
    except ConnectionResetError:  # something of ours was still on its way
        return True


async def trickle(reader: StreamReader, writer: StreamWriter, piece: bytes) -> int:
    """Send this again and again, each time before patience ends, until something comes back; how often."""
    for number in range(50):
        writer.write(piece)
        await asyncio.sleep(SOON / 4)
        if reader.at_eof() or reader.exception() or reader._buffer:  # type: ignore[attr-defined]  # what has come already
            return number
    raise AssertionError("it went on and on")


async def test_who_does_not_say_what_it_wants_is_let_go(port: int) -> None:
    for begun in (b"", b"GET / HTTP/1.1\r\nhost: localhost\r\n"):
        async with calling(port, begun) as (reader, _):
            assert await closed(reader)


async def test_a_header_now_and_then_wins_no_time(port: int) -> None:
    async with calling(port, b"GET / HTTP/1.1\r\n") as (reader, writer):
        assert await trickle(reader, writer, b"x: y\r\n") < 10 and await closed(reader)


async def test_nor_does_it_on_a_line_that_had_an_answer(port: int) -> None:
    async with calling(port, GET) as (reader, writer):
        assert await answer(reader) == (200, b"0")
        writer.write(GET)
        assert await answer(reader) == (200, b"0")
        writer.write(b"GET / HTTP/1.1\r\n")
        assert await trickle(reader, writer, b"x: y\r\n") < 10 and await closed(reader)


async def test_a_body_that_stops_is_answered_and_let_go(port: int) -> None:
    async with calling(port, POST, b"content-length: 10\r\n\r\nhalf") as (reader, _):
        code, words = await answer(reader)
        assert code == 408 and b"Send it again" in words and await closed(reader)


async def test_a_body_that_trickles_is_too(port: int) -> None:
    async with calling(port, POST, b"transfer-encoding: chunked\r\n\r\n") as (reader, writer):
        assert await trickle(reader, writer, b"1\r\nx\r\n") < 10


async def test_a_long_body_on_a_slow_line_arrives(pages: Pages, port: int) -> None:
    """It takes longer than any pause may, and is never slower than anybody may be."""
    pages.guarded.pace = Pace(LATER, HASTY.rate)
    async with calling(port, POST, b"content-length: 2400\r\n\r\n") as (reader, writer):
        for _ in range(12):
            writer.write(b"x" * 200)
            await asyncio.sleep(LATER / 8)
        assert await answer(reader) == (200, b"2400")


async def test_a_forged_webhook_without_end_gets_its_answer(tmp_path: Path, sqlite_url: str, free_port: int) -> None:
    """On the server as it is run: the call is refused at once, and the line of who stays silent is closed."""
    secret = SecretStr("s3cret-of-the-webhook")
    settings = Settings(
        home_dir=tmp_path,
        database_url=SecretStr(sqlite_url),
        bind=f"127.0.0.1:{free_port}",
        telegram_mode="webhook",
        telegram_webhook_secret=secret,
    )
    async with open_house(settings) as house:
        supervisor = Supervisor(house.clock)
        app = FastAPI()
        app.include_router(hooks.router(house))
        async with opened(house, supervisor, app, HastyLine):
            forged = POST.replace(b"POST /", b"POST /hooks/telegram")
            async with calling(free_port, forged, b"content-length: 1000000\r\n\r\n{") as (reader, _):
                assert await answer(reader) == (403, b"") and await closed(reader)
            async with calling(free_port) as (reader, _):
                assert await closed(reader)
        await supervisor.stop()


def lazy_line(port: int) -> socket.socket:
    """A line on which an endless answer was asked for, by somebody who keeps little of it."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    line.connect(("127.0.0.1", port))
    line.sendall(GET.replace(b"/ ", b"/long "))
    line.setblocking(False)
    return line


async def test_who_takes_nothing_of_an_answer_is_cut_off(pages: Pages, port: int) -> None:
    with closing(lazy_line(port)):
        assert await asyncio.wait_for(pages.cut.wait(), 2)


async def test_who_takes_it_slowly_is_not(pages: Pages, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """For longer than a pause may take."""
    monkeypatch.setattr(HastyLine, "for_taking", LATER)
    with closing(lazy_line(port)) as line:
        for _ in range(12):
            await asyncio.get_running_loop().sock_recv(line, SMALL // 2)
            await asyncio.sleep(LATER / 8)
        assert not pages.cut.is_set()


async def test_an_answer_that_takes_long_may(pages: Pages, port: int) -> None:
    async with calling(port, GET.replace(b"/ ", b"/held ")) as (reader, _):
        await asyncio.sleep(1.3 * SOON)
        pages.held.set()
        assert await answer(reader) == (200, b"held")


async def test_of_too_many_lines_the_idle_ones_are_closed_and_the_newest_is_answered(
    pages: Pages, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HastyLine, "for_headers", 60.0)  # it is not for being slow
    async with AsyncExitStack() as stack:
        held, _ = await stack.enter_async_context(calling(port, GET.replace(b"/ ", b"/held ")))
        idle = [(await stack.enter_async_context(calling(port)))[0] for _ in range(HastyLine.most - 1)]
        newest, _ = await stack.enter_async_context(calling(port, GET))
        assert await answer(newest) == (200, b"0") and await closed(idle[0]) and await closed(idle[-1])
        pages.held.set()
        assert await answer(held) == (200, b"held")


async def test_of_too_many_requests_one_more_is_put_off_but_not_what_telegram_brings(pages: Pages, port: int) -> None:
    async with AsyncExitStack() as stack:
        long = GET.replace(b"/ ", b"/held ")
        held = [(await stack.enter_async_context(calling(port, long)))[0] for _ in range(3)]
        await asyncio.sleep(0.02)
        async with calling(port, GET) as (reader, _):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)
            assert b" 503 " in head and b"retry-after: 5" in head
        async with calling(port, GET.replace(b"/ ", b"/hooks/telegram ")) as (reader, _):
            assert await status(reader) == 200
        pages.held.set()
        assert [await status(reader) for reader in held] == [200] * 3
        async with calling(port, GET) as (reader, _):
            assert await status(reader) == 200
