"""A wire to a mail server that breaks at the worst moment: the mail was taken, and nobody hears of it."""

import asyncio
from typing import Self

from tests.edge.wire import HOST


class Cut:
    """An async context manager: passes on what is said to a server, and hangs up in place of its word on a mail.

    `times` mails suffer that; `lost` counts them. Behind them the wire is whole.
    """

    def __init__(self, port: int, times: int = 1) -> None:
        """`port`: where the real server is."""
        self._server_port, self._times = port, times
        self.lost = 0

    @property
    def url(self) -> str:
        """What HOLDBACK_SMTP_URL has to say."""
        return f"smtp://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._pass_on, HOST, 0)
        self.port = int(self._listening.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        await self._listening.wait_closed()

    async def _pass_on(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, out = await asyncio.open_connection(HOST, self._server_port)
        try:
            back.write(await server.readline())
            while line := await client.readline():
                out.write(line)
                word = await _word(server)
                if word.startswith(b"354"):
                    back.write(word)
                    await _copy_body(client, out)
                    word = await _word(server)
                    if self._times > self.lost:
                        self.lost += 1
                        return
                back.write(word)
        finally:
            out.close()
            back.close()


async def _copy_body(client: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
    while line := await client.readline():
        out.write(line)
        if line == b".\r\n":
            return


async def _word(server: asyncio.StreamReader) -> bytes:
    """All lines of an answer."""
    lines = [await server.readline()]
    while lines[-1][3:4] == b"-":
        lines.append(await server.readline())
    return b"".join(lines)
