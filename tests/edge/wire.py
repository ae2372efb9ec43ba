"""A small HTTP/1.1 server on raw sockets, made to misbehave on demand.

A finished web server would hide the very faults the tests are about: a reply cut in the middle, a connection closed
before the first byte, an answer that never comes. So the bytes are written here by hand.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

HOST = "127.0.0.1"
MAX_BODY = 16 * 1024 * 1024

Ending = Literal["whole", "drop", "half", "hang"]


class Bell:
    """Wakes everybody who waits for "something changed". Ringing with nobody waiting is forgotten."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wakes all present waiters."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - told in the failure
        """Waits for the next ring, at most `timeout` seconds; says whether it rang."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout)
        except TimeoutError:
            return False
        return True


@dataclass(frozen=True)
class Request:
    """One HTTP request. `headers` has lower-case names; `query` keeps the last value of a repeated name."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back. `ending` says how much of it: all, nothing, half of the body, or silence for ever."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    ending: Ending = "whole"

    def head(self) -> bytes:
        """The status line and the headers."""
        lines = [
            f"HTTP/1.1 {self.status} Status",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


Handler = Callable[[Request], Awaitable[Reply]]


def json_reply(value: Any, status: int = 200) -> Reply:
    """A reply with `value` as JSON."""
    return Reply(status=status, body=json.dumps(value, ensure_ascii=False).encode())


class HttpServer:
    """Serves `handler` on a loopback port. The port stays the same over `close` and a second `open`."""

    def __init__(self, handler: Handler, port: int = 0) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[Any]] = set()
        self.port = port

    async def open(self) -> None:
        """Starts to listen. Port 0 picks a free one, told by `port` afterwards."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stops to listen and cuts every open connection, as a killed server would."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await _Connection(reader, writer, self._handler).run()
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError, ValueError):
            # Cancelled by close(), or the peer went away or spoke no HTTP: in each case there is nobody to tell.
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            writer.close()


class _Connection:
    """One keep-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler) -> None:
        self._reader = reader
        self._writer = writer
        self._handler = handler
        self._ahead = b""

    async def run(self) -> None:
        """Answers requests until one side closes."""
        while (request := await self._read_request()) is not None:
            reply = await self._handle(request)
            if reply is None or not await self._write(reply):
                return

    async def _read_request(self) -> Request | None:
        line = self._ahead + await self._reader.readline()
        self._ahead = b""
        if not line.strip():
            return None
        method, target, _ = line.decode("ascii").split(" ", 2)
        headers: dict[str, str] = {}
        while (row := await self._reader.readline()) not in (b"\r\n", b"\n", b""):
            name, _, value = row.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        url = urlsplit(target)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        return Request(method, unquote(url.path), query, headers, await self._read_body(headers))

    async def _read_body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            length = int(headers.get("content-length", "0"))
            return await self._reader.readexactly(min(length, MAX_BODY))
        body = b""
        while size := int((await self._reader.readline()).split(b";")[0], 16):
            body += await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()
        return body

    async def _handle(self, request: Request) -> Reply | None:
        """The handler's reply, or None when the client hung up before it came."""
        work = asyncio.ensure_future(self._handler(request))
        peek = asyncio.ensure_future(self._reader.read(1))
        try:
            await asyncio.wait({work, peek}, return_when=asyncio.FIRST_COMPLETED)
            if peek.done() and not work.done():
                if not peek.result():
                    return None
                await work
            return await work
        finally:
            if peek.done() and not peek.cancelled() and peek.exception() is None:
                self._ahead = peek.result()
            work.cancel()
            peek.cancel()
            await asyncio.wait({work, peek})

    async def _write(self, reply: Reply) -> bool:
        """Writes as much of the reply as its ending allows; says whether the connection may go on."""
        match reply.ending:
            case "drop":
                self._writer.transport.abort()
                return False
            case "half":
                self._writer.write(reply.head() + reply.body[: len(reply.body) // 2])
                await self._writer.drain()
                return False
            case "hang":
                await self._reader.read()
                return False
            case "whole":
                self._writer.write(reply.head() + reply.body)
                await self._writer.drain()
                return True
