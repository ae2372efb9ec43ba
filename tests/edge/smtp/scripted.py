"""A mail server that breaks at any stage of the dialogue, in any way."""

import asyncio
import base64
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Literal, Self, get_args

from tests.edge.smtp.mime import parse
from tests.edge.wire import HOST

Stage = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "rset", "noop", "quit"]
REPLIES: dict[str, str] = {
    "connect": "220 fake.example ESMTP",
    "starttls": "220 2.0.0 go ahead",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 sender ok",
    "rcpt": "250 2.1.5 recipient ok",
    "data": "354 go ahead",
    "dot": "250 2.0.0 queued",
    "rset": "250 2.0.0 forgotten",
    "noop": "250 2.0.0 still here",
    "quit": "221 2.0.0 bye",
}


@dataclass(frozen=True)
class Accepted:
    """A message the server took responsibility for, whether or not the client could learn so."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message behind the bytes."""
        return parse(self.raw)


@dataclass
class _Act:
    stage: Stage
    what: str
    times: int
    accepts: bool


class _HungUp(Exception):
    """The script ends the connection here."""


class ScriptedSMTP:
    """An async context manager, in the loop of the test. Goes well wherever the script says nothing.

    `users` (name: password) offers AUTH PLAIN; `tls` offers STARTTLS, or is spoken from the first byte with
    `implicit_tls`. `accepted` is the ledger; `dialogue` has every line of the clients, without the bodies.
    """

    def __init__(
        self,
        *,
        users: dict[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
    ) -> None:
        self.users = users
        self.tls = tls
        self.implicit_tls = implicit_tls
        self.accepted: list[Accepted] = []
        self.dialogue: list[str] = []
        self.connections = 0
        self.port = 0
        self._script: list[_Act] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        context = self.tls if self.implicit_tls else None
        self._server = await asyncio.start_server(self._serve, HOST, self.port, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        dialogues = list(self._open)
        for dialogue in dialogues:
            dialogue.cancel()
        await asyncio.gather(*dialogues, return_exceptions=True)

    @property
    def url(self) -> str:
        """The address as HOLDBACK_SMTP_URL takes it, with the first user's login if there are users."""
        scheme = "smtps" if self.implicit_tls else "smtp+starttls" if self.tls else "smtp"
        login = next((f"{name}:{password}@" for name, password in (self.users or {}).items()), "")
        return f"{scheme}://{login}{HOST}:{self.port}"

    def at(self, stage: Stage, what: str, times: int = 1, *, accepts: bool = False) -> Self:
        """What happens the next `times` a stage is reached: "drop", "hang", or any reply ("451 4.7.1 later").

        "body" is reached in the middle of a body, "dot" after its end; `accepts` says whether the message counts as
        taken although the reply is lost. A reply is sent as it stands; the lines of a longer one are parted by CR LF.
        Raises ValueError for an unknown stage.
        """
        if stage not in get_args(Stage):
            raise ValueError(f"no stage {stage!r}; there are: {', '.join(get_args(Stage))}")
        self._script.append(_Act(stage, what, times, accepts))
        return self

    def take(self, stage: str) -> _Act | None:
        """The act due at a stage, used up by one."""
        for act in self._script:
            if act.stage == stage and act.times > 0:
                act.times -= 1
                return act
        return None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        try:
            await _Dialogue(self, reader, writer).run()
        except (_HungUp, asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            # Scripted, or the client went away, or the test is over: the connection ends without another word.
            writer.transport.abort()
        finally:
            self._open.discard(task)
            writer.close()


class _Dialogue:
    """One connection."""

    def __init__(self, server: ScriptedSMTP, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._encrypted = server.implicit_tls
        self._sender = ""
        self._recipients: list[str] = []

    async def run(self) -> None:
        """Talks until one side ends it."""
        await self._answer("connect", REPLIES["connect"])
        while line := (await self._reader.readline()).decode("utf-8", "replace").strip():
            self._server.dialogue.append(line)
            verb, _, rest = line.partition(" ")
            await self._command(verb.upper(), rest)
            if verb.upper() == "QUIT":
                return

    async def _command(self, verb: str, rest: str) -> None:
        match verb:
            case "EHLO" | "HELO":
                await self._answer("ehlo", self._greeting())
            case "STARTTLS":
                await self._start_tls()
            case "AUTH":
                await self._answer("auth", self._login(rest))
            case "MAIL" | "RCPT" | "DATA":
                if await self._answer(verb.lower(), REPLIES[verb.lower()]):
                    await self._advance(verb, rest)
            case _:
                await self._answer(verb.lower(), REPLIES.get(verb.lower(), "502 5.5.1 unknown command"))

    async def _advance(self, verb: str, rest: str) -> None:
        match verb:
            case "MAIL":
                self._sender, self._recipients = _address(rest), []
            case "RCPT":
                self._recipients.append(_address(rest))
            case _:
                await self._body()

    def _greeting(self) -> str:
        offers = ["fake.example", "8BITMIME", "SMTPUTF8"]
        if self._server.tls is not None and not self._encrypted:
            offers.append("STARTTLS")
        if self._server.users is not None:
            offers.append("AUTH PLAIN")
        lines = [f"250-{offer}" for offer in offers[:-1]]
        return "\r\n".join([*lines, f"250 {offers[-1]}"])

    def _login(self, rest: str) -> str:
        mechanism, _, proof = rest.partition(" ")
        if mechanism.upper() != "PLAIN":
            return "504 5.5.4 no such mechanism"
        _, name, password = base64.b64decode(proof).decode().split("\0")
        right = (self._server.users or {}).get(name) == password
        return REPLIES["auth"] if right else "535 5.7.8 wrong name or password"

    async def _start_tls(self) -> None:
        if self._server.tls is None:
            await self._answer("starttls", "502 5.5.1 no TLS here")
        elif await self._answer("starttls", REPLIES["starttls"]):
            await self._writer.start_tls(self._server.tls)
            self._encrypted = True

    async def _body(self) -> None:
        lines: list[bytes] = []
        while (line := await self._reader.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
            act = self._server.take("body")
            if act is not None:
                await self._play(act)
        act = self._server.take("dot")
        if act is None or act.accepts or act.what.startswith("2"):
            self._server.accepted.append(Accepted(self._sender, tuple(self._recipients), b"".join(lines)))
        if act is None:
            await self._say(REPLIES["dot"])
        else:
            await self._play(act)

    async def _answer(self, stage: str, reply: str) -> bool:
        """Says what the script or else `reply` says; tells whether that was a yes."""
        act = self._server.take(stage)
        if act is None:
            await self._say(reply)
            return reply[0] in "23"
        await self._play(act)
        return act.what[0] in "23"

    async def _play(self, act: _Act) -> None:
        if act.what == "drop":
            raise _HungUp
        if act.what == "hang":
            await self._reader.read()
            raise _HungUp
        await self._say(act.what)

    async def _say(self, reply: str) -> None:
        self._writer.write(reply.encode() + b"\r\n")
        await self._writer.drain()


def _address(rest: str) -> str:
    """The address of `FROM:<a@b> SIZE=9` or `TO:<a@b>`."""
    return rest.partition("<")[2].partition(">")[0]
