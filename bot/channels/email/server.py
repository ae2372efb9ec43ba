"""The mail server: its address from the settings, and a connection that is ready to take mail."""

import re
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPHeloError, SMTPResponseException

from bot.channels.email.bounces import says_address_is_lost
from bot.channels.email.envelope import return_path
from bot.channels.email.handover import enhanced_status
from bot.channels.email.headers import sending_address
from bot.runtime.tokens import MailToken
from bot.settings import Settings

Security = Literal["none", "starttls", "tls"]
_SCHEMES: Final[dict[str, tuple[Security, int]]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
_FOR_GOOD: Final = 500
_NO_MAIL: Final = str(MailToken(0, "0" * 20))
"""What stands for the token of a mail where there is none."""

COMMAND_TIMEOUT: Final = 60.0
"""Seconds the server may take for each answer before the body."""


class MailServerProblem(Exception):
    """No mail at all can be handed over now. One sentence without a secret: what is wrong, and the cure."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and as whom. `hello` is the name we give ourselves."""

    host: str
    port: int
    security: Security
    user: str | None
    password: str = field(repr=False)
    hello: str

    @classmethod
    def from_settings(cls, settings: Settings) -> "MailServer":
        """What SMTP_URL says. Raises ValueError, never with the address in it, when it cannot be read."""
        if settings.smtp_url is None:
            raise ValueError("HOLDBACK_SMTP_URL: is not set, so mail goes to the local mailbox")
        parts = urlsplit(settings.smtp_url.get_secret_value())
        security, default_port = _SCHEMES.get(parts.scheme, (None, 0))
        try:
            host, port = parts.hostname, parts.port or default_port
        except ValueError:
            host, port = None, 0
        if security is None or not host or re.search(r"[\s\x00-\x1f%]", host) or parts.path.strip("/"):
            raise ValueError(
                "HOLDBACK_SMTP_URL: must look like smtp+starttls://user:password@host:587; in user and password write "
                "marks other than letters, digits and - . _ as %XX, for instance %40 for @"
            )
        hello = sending_address(settings.mail_from).rpartition("@")[2]
        user = unquote(parts.username) if parts.username else None
        return cls(host, port, security, user, unquote(parts.password or ""), hello)

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"


async def connect(server: MailServer, patience: float = COMMAND_TIMEOUT, tls: ssl.SSLContext | None = None) -> SMTP:
    """A connection over which mail can be handed over: greeted, encrypted and logged in as the settings ask.

    `patience` is how many seconds each answer may take. Raises MailServerProblem. Never goes on in plain text when TLS
    was asked for.
    """
    client = SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.hello,
        use_tls=server.security == "tls",
        start_tls=False,
        tls_context=tls,
        timeout=patience,
    )
    try:
        await _open(client, server)
    except BaseException as error:
        client.close()
        problem = _problem(error, server)
        if problem is None:
            raise
        raise problem from error
    return client


async def _open(client: SMTP, server: MailServer) -> None:
    await client.connect()
    await _hello(client, server)
    if server.security == "starttls":
        if not client.supports_extension("starttls"):
            raise MailServerProblem(
                f"the mail server {server.place} offers no STARTTLS, and mail is not sent unencrypted instead; "
                "use smtps:// if it speaks TLS at once, or smtp:// if it is a server on your own machine"
            )
        await client.starttls()
        await client.ehlo()
    if server.user is not None:
        await client.login(server.user, server.password)


async def _hello(client: SMTP, server: MailServer) -> None:
    try:
        await client.ehlo()
    except SMTPHeloError:
        # An old server that knows no EHLO knows no TLS and no login either.
        if server.security == "starttls" or server.user is not None or not client.is_connected:
            raise
        await client.helo()


def _problem(error: BaseException, server: MailServer) -> MailServerProblem | None:
    """The sentence for what went wrong. Never the server's own words: they may repeat what was sent."""
    match error:
        case MailServerProblem():
            return error
        case SMTPAuthenticationError():
            cure = "check user and password in HOLDBACK_SMTP_URL"
            return MailServerProblem(f"the mail server {server.place} refused the login ({error.code}); {cure}")
        case SMTPResponseException():
            return MailServerProblem(
                f"the mail server {server.place} answered {error.code} before any mail; try later or ask its operator"
            )
        case TimeoutError():
            return MailServerProblem(f"the mail server {server.place} does not answer; check host, port and firewall")
        case SMTPException() | OSError() | ValueError():
            return _from_cause(error, server)
        case _:
            return None


def _from_cause(error: Exception, server: MailServer) -> MailServerProblem:
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return MailServerProblem(
            f"the certificate of the mail server {server.place} is not valid; use the host name it is made for, or "
            "have it signed by an authority this machine trusts"
        )
    if isinstance(cause, ssl.SSLError):
        return MailServerProblem(
            f"the mail server {server.place} does not speak TLS this way; smtps:// is TLS at once (465), "
            "smtp+starttls:// after a greeting (587)"
        )
    if isinstance(error, SMTPException) and not isinstance(error, OSError) and server.user is not None:
        return MailServerProblem(
            f"the mail server {server.place} takes no login this way; use smtp+starttls:// or smtps://, "
            "or leave out the user"
        )
    return MailServerProblem(f"the mail server {server.place} cannot be reached; check host, port and whether it runs")


def farewell(client: SMTP) -> None:
    """Say QUIT and hang up without waiting: nothing may come between the word on a mail and its receipt."""
    if client.protocol is not None:
        with suppress(SMTPException):
            client.protocol.write(b"QUIT\r\n")
    client.close()


async def _introduce(client: SMTP, settings: Settings) -> None:
    """Say who sends, as every mail does, to our own address. Raises SMTPResponseException when refused for good.

    Many servers say what they have against a sender only when they hear of a recipient.
    """
    own = sending_address(settings.mail_from)
    sender = return_path(settings.mail_bounces_to, _NO_MAIL) if settings.mail_bounces_to else own
    try:
        await client.mail(sender, encoding="utf-8")
        await client.rcpt(own, encoding="utf-8")
    except SMTPResponseException as error:
        if error.code >= _FOR_GOOD:
            raise


def _not_as_us(error: SMTPResponseException, server: MailServer, settings: Settings) -> MailServerProblem:
    """The sentence for a server that takes nothing from us; of its words only the codes."""
    status = enhanced_status(error.message) or ""
    word = f"{error.code} {status}".strip()
    if says_address_is_lost(status):
        lost = "so nobody gets what is sent there; make that mailbox"
        return MailServerProblem(f"the mail server {server.place} does not know HOLDBACK_MAIL_FROM ({word}), {lost}")
    cure = "let it send as HOLDBACK_MAIL_FROM, or set that to an address it knows"
    if settings.mail_bounces_to:
        cure = "let it send as HOLDBACK_MAIL_BOUNCES_TO, or leave that out"
    return MailServerProblem(f"the mail server {server.place} takes no mail from us ({word}); {cure}")


async def check_smtp(settings: Settings, patience: float = 15.0, tls: ssl.SSLContext | None = None) -> str:
    """Go as far as a mail would, up to whom it is for, without sending one; returns one sentence about it.

    Raises MailServerProblem, or ValueError for a setting that cannot be read.
    """
    if settings.smtp_url is None:
        return "No mail server is set, so mail lands in the local mailbox page."
    server = MailServer.from_settings(settings)
    client = await connect(server, patience, tls)
    try:
        await client.noop()
        await _introduce(client, settings)
    except SMTPResponseException as error:
        raise _not_as_us(error, server, settings) from error
    except (SMTPException, OSError) as error:
        raise MailServerProblem(f"the mail server {server.place} greets and then falls silent; try later") from error
    finally:
        farewell(client)
    encrypted = "unencrypted" if server.security == "none" else "encrypted"
    login = "with a login" if server.user is not None else "without a login"
    return f"The mail server {server.place} is ready: {encrypted}, {login}."
