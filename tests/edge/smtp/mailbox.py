"""A mail server that takes mail and shows it, and refuses where it is told to."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Literal, Self, get_args

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.edge.smtp.mime import parse
from tests.edge.wire import HOST

Stage = Literal["MAIL", "RCPT", "DATA", "DOT"]


@dataclass(frozen=True)
class Mail:
    """One accepted message: the envelope, the bytes, the message, and whether it came over TLS and with a login."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    message: EmailMessage
    encrypted: bool
    login: str | None


@dataclass
class _Refusal:
    stage: Stage
    reply: str
    times: int


class Mailbox:
    """A server on a thread and a loopback port of its own; a context manager. Serves sync and async tests alike.

    `users` (name: password) makes a login necessary; `tls` offers STARTTLS, or TLS from the start with `implicit_tls`.
    """

    def __init__(
        self,
        *,
        users: dict[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        require_tls: bool = False,
    ) -> None:
        self._users = users
        self._tls = tls
        self._implicit_tls = implicit_tls
        self._require_tls = require_tls
        self._refusals: list[_Refusal] = []
        self._mails: list[Mail] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._sessions: set[_Session] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Opens the port."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def stop(self) -> None:
        """Closes the port and every connection."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """The address as HOLDBACK_SMTP_URL takes it, with the first user's login if there are users."""
        scheme = "smtps" if self._implicit_tls else "smtp+starttls" if self._tls else "smtp"
        login = next((f"{name}:{password}@" for name, password in (self._users or {}).items()), "")
        return f"{scheme}://{login}{HOST}:{self.port}"

    @property
    def mails(self) -> list[Mail]:
        """Everything accepted, oldest first."""
        return list(self._mails)

    @property
    def messages(self) -> list[EmailMessage]:
        """The accepted messages, oldest first."""
        return [mail.message for mail in self._mails]

    @property
    def raw(self) -> list[bytes]:
        """The accepted messages as they came."""
        return [mail.raw for mail in self._mails]

    def to(self, address: str) -> list[EmailMessage]:
        """The accepted messages to one address, oldest first."""
        return [mail.message for mail in self._mails if address in mail.recipients]

    def clear(self) -> None:
        """Forgets what came."""
        self._mails.clear()

    def refuse(self, stage: Stage, reply: str, times: int = 1) -> None:
        """Answers `reply` ("550 5.1.1 no such user") to the next `times` commands of a stage; DOT ends a body."""
        if stage not in get_args(Stage):
            raise ValueError(f"no stage {stage!r}; there are: {', '.join(get_args(Stage))}")
        self._refusals.append(_Refusal(stage, reply, times))

    async def wait_for(
        self,
        to: str | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109 - told in the failure
        where: Callable[[EmailMessage], bool] | None = None,
    ) -> EmailMessage:
        """The newest message to an address that passes the test. Raises AssertionError after `timeout` real seconds."""
        deadline = time.monotonic() + timeout
        while True:
            came = self.messages if to is None else self.to(to)
            fitting = [message for message in came if where is None or where(message)]
            if fitting:
                return fitting[-1]
            if time.monotonic() > deadline:
                all_mail = [(mail.recipients, mail.message["Subject"]) for mail in self._mails]
                raise AssertionError(f"no such mail to {to} within {timeout} s; there came: {all_mail}")
            await asyncio.sleep(0.01)

    async def expect_silence(self, seconds: float = 0.2) -> None:
        """Raises AssertionError when any mail comes within `seconds`."""
        before = len(self._mails)
        await asyncio.sleep(seconds)
        fresh = [message["Subject"] for message in self.messages[before:]]
        if fresh:
            raise AssertionError(f"expected no mail, there came: {fresh}")

    def take_refusal(self, stage: Stage) -> str | None:
        """The reply due at a stage, used up by one."""
        for refusal in self._refusals:
            if refusal.stage == stage and refusal.times > 0:
                refusal.times -= 1
                return refusal.reply
        return None

    async def _open(self) -> None:
        context = self._tls if self._implicit_tls else None
        self._server = await self._loop.create_server(self._session, HOST, 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]

    def _session(self) -> "_Session":
        session = _Session(
            self,
            self._sessions,
            handler=_Handler(self, self._mails, encrypted=self._implicit_tls),
            enable_SMTPUTF8=True,
            tls_context=None if self._implicit_tls else self._tls,
            require_starttls=self._require_tls,
            auth_require_tls=False,
            authenticator=self._check,
            loop=self._loop,
            hostname="localhost",
        )
        # The constructor's own switch warns that a login without TLS is unsafe, which on loopback it is not.
        session._auth_required = self._users is not None
        self._sessions.add(session)
        return session

    def _check(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
        right = (
            isinstance(given, LoginPassword)
            and (self._users or {}).get(given.login.decode()) == given.password.decode()
        )
        return AuthResult(success=right, handled=right, auth_data=given.login.decode() if right else None)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for session in list(self._sessions):
            # A TLS connection that ended meanwhile has let go of its transport: there is nothing left to abort.
            if isinstance(session.transport, asyncio.WriteTransport) and not session.transport.is_closing():
                session.transport.abort()
        await asyncio.sleep(0)
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


class _Login(Session):
    """aiosmtpd writes an attribute at every login that it warns about itself; here it is an ordinary one."""

    login_data: Any = None


class _Session(SMTP):
    """aiosmtpd's protocol, able to refuse the DATA command itself, and known to the mailbox that has to close it."""

    def __init__(self, box: Mailbox, sessions: "set[_Session]", **options: Any) -> None:
        super().__init__(**options)
        self._box = box
        self._all = sessions

    def _create_session(self) -> Session:
        return _Login(self.loop)

    def connection_lost(self, error: Exception | None) -> None:
        self._all.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds it by this name
        refusal = self._box.take_refusal("DATA")
        if refusal is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(refusal)


class _Handler:
    """aiosmtpd calls these, by these names."""

    def __init__(self, box: Mailbox, mails: list[Mail], *, encrypted: bool) -> None:
        self._box = box
        self._mails = mails
        self._encrypted = encrypted

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._box.take_refusal("MAIL"):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refusal := self._box.take_refusal("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if refusal := self._box.take_refusal("DOT"):
            return refusal
        raw = bytes(envelope.original_content or b"")
        encrypted = self._encrypted or session.ssl is not None
        login: Any = session.auth_data
        recipients = tuple(envelope.rcpt_tos)
        self._mails.append(Mail(envelope.mail_from or "", recipients, raw, parse(raw), encrypted, login))
        return "250 OK queued"
