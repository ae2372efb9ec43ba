"""A mailbox on a loopback port: as much of IMAP as reading one needs, and it breaks where it is told to."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Self

from tests.edge.wire import HOST

USER, PASSWORD = "answers@hill.example", "s3cret pass"


class FakeImap:
    """A server in the running loop; an async context manager. `mails`: number -> bytes; numbers only rise.

    `coming`: a mail that comes just before the answer to a command. `seen` holds the numbers that are marked as read.
    `said` are the commands it got, without what a login says.
    """

    def __init__(self, *, idle: bool = True, tls: ssl.SSLContext | None = None) -> None:
        self.idle, self._tls = idle, tls
        self.mails: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.unreadable: set[int] = set()
        self.validity = 1000
        self.said: list[str] = []
        self.refuse_login = self.no_folder = False
        self.connections = 0
        self.coming: dict[str, bytes] = {}
        self.drop_on: str | None = None
        self._next, self._told = 1, 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._idling: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST, 0, ssl=self._tls)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.drop()
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        """What HOLDBACK_IMAP_URL has to say."""
        scheme = "imaps" if self._tls else "imap"
        return f"{scheme}://{USER.replace('@', '%40')}:{PASSWORD.replace(' ', '%20')}@{HOST}:{self.port}/INBOX"

    def deliver(self, raw: bytes) -> int:
        """A mail comes; whoever waits is told."""
        number, self._next = self._next, self._next + 1
        self.mails[number] = raw
        for writer in self._idling:
            writer.write(self._news())
        return number

    def renumber(self) -> None:
        """The folder is made anew, as after a move to another server: other numbers, nothing marked as read."""
        mails = list(self.mails.values())
        self.mails, self._next, self.validity = {}, 1, self.validity + 1
        self.seen = set()
        for mail in mails:
            self.deliver(mail)

    def drop(self) -> None:
        """Hang up on everybody."""
        for writer in list(self._writers):
            writer.close()

    async def until(self, holds: Callable[[], bool], patience: float = 10.0) -> None:
        """Wait until this holds."""
        async with asyncio.timeout(patience):
            while not holds():  # noqa: ASYNC110 - it looks at plain values
                await asyncio.sleep(0.005)

    def _news(self) -> bytes:
        self._told = len(self.mails)
        return f"* {self._told} EXISTS\r\n".encode()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        writer.write(b"* OK ready\r\n")
        try:
            while line := await reader.readline():
                if not await self._command(line.decode().rstrip("\r\n"), reader, writer):
                    break
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self._writers.discard(writer)
            self._idling.discard(writer)
            writer.close()

    async def _command(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one command; False to hang up."""
        tag, _, words = line.partition(" ")
        name = " ".join(words.upper().split()[: 2 if words.upper().startswith("UID ") else 1])
        self.said.append(name if name == "LOGIN" else words)
        if self.drop_on == name:
            return False
        if name in self.coming:
            self.deliver(self.coming.pop(name))
        if name == "IDLE":
            self._idling.add(writer)
            # In one piece, as a server sends what it has to say at once.
            writer.write(b"+ idling\r\n" + (self._news() if self._told != len(self.mails) else b""))
            await reader.readline()
            self._idling.discard(writer)
        answers: dict[str, Callable[[str], bytes]] = {
            "CAPABILITY": self._capability,
            "LOGIN": self._login,
            "SELECT": self._select,
            "UID SEARCH": self._searched,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
            "LOGOUT": lambda _: b"* BYE\r\n",
        }
        try:
            writer.write(answers[name](words) if name in answers else b"")
            if name in ("UID FETCH", "UID STORE", "NOOP") and self._told != len(self.mails):
                writer.write(self._news())
            writer.write(f"{tag} OK done\r\n".encode())
        except PermissionError as refusal:
            writer.write(f"{tag} NO {refusal}\r\n".encode())
        await writer.drain()
        return name != "LOGOUT"

    def _capability(self, _: str) -> bytes:
        return f"* CAPABILITY IMAP4rev1{' IDLE' if self.idle else ''}\r\n".encode()

    def _login(self, words: str) -> bytes:
        if self.refuse_login or f'"{PASSWORD}"' not in words:
            raise PermissionError(f"[AUTHENTICATIONFAILED] no {USER}")
        return b""

    def _select(self, _: str) -> bytes:
        if self.no_folder:
            raise PermissionError("no such folder")
        told = (f"{len(self.mails)} EXISTS", f"OK [UIDVALIDITY {self.validity}] ok", f"OK [UIDNEXT {self._next}] ok")
        return "".join(f"* {line}\r\n" for line in told).encode()

    def _searched(self, words: str) -> bytes:
        self._told = len(self.mails)  # a server tells of each mail once, with whatever it answers next
        return f"* SEARCH {' '.join(map(str, self._search(words)))}\r\n".encode()

    def _store(self, words: str) -> bytes:
        self.seen |= {int(number) for number in words.split()[2].split(",")}
        return b""

    def _search(self, words: str) -> list[int]:
        if "UNSEEN" in words:
            return [number for number in self.mails if number not in self.seen]
        first = int(words.rsplit(maxsplit=1)[-1].partition(":")[0])
        return [number for number in self.mails if number >= first] or list(self.mails)[-1:]

    def _fetch(self, words: str) -> bytes:
        number, limit = int(words.split()[2]), int(words.rpartition(".")[2].rstrip(">)"))
        if number in self.unreadable:
            raise PermissionError("cannot read it")
        if number not in self.mails:
            return b""
        raw = self.mails[number][:limit]
        return f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
