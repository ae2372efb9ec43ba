"""A mail server that takes every mail and keeps none, to measure senders against.

It looks for nothing but the end of each mail: aiosmtpd reads line by line, and would be what is measured.
Run by itself it tells its port on a line: python -m tests.bench.mail_sink.
"""

import asyncio

END = b"\r\n.\r\n"
ANSWERS = {b"EHLO": b"250-sink.example\r\n250 SIZE\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
FINE = b"250 2.0.0 fine\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody wants to send."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._waiting, self._in_mail = transport, b"", False
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each command and each mail that has come whole."""
        seen = max(0, len(self._waiting) - len(END))
        self._waiting += data
        while (at := self._waiting.find(END if self._in_mail else b"\r\n", seen)) >= 0:
            word = b"" if self._in_mail else self._waiting[:4].upper()
            self._waiting = self._waiting[at + (len(END) if self._in_mail else 2) :]
            self._in_mail, seen = word == b"DATA", 0
            self._transport.write(ANSWERS.get(word, FINE))


async def serve() -> None:
    """Take mail until killed."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
