"""One mail over one connection.

MAIL, RCPT and DATA are spoken one by one: only the stage tells "not sent" from "nobody knows".
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPResponseException, SMTPServerDisconnected

from bot.channels.email.envelope import Envelope
from bot.runtime.failpoints import failpoint

Stage = Literal["MAIL", "RCPT", "DATA", "body"]
"""Where a mail is: up to DATA nothing of it has left; in `body` its first byte has."""

_STATUS: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)
_GO_AHEAD: Final = 354


@dataclass(frozen=True, slots=True)
class Answered:
    """The server's word: its code, and its enhanced status (RFC 3463, such as 5.1.1) when it gave one."""

    at: Stage
    code: int
    status: str | None

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.at, "answered", self.code, self.status) if part)


@dataclass(frozen=True, slots=True)
class Broken:
    """The server gave no word that counts: it hung up, fell silent or spoke nonsense."""

    at: Stage
    how: str

    def __str__(self) -> str:
        return f"{self.at} {self.how}"


Outcome = Answered | Broken


class _SpokeOutOfTurn(SMTPException):
    """There is an answer to a question not asked yet: from here on none can be paired with its question."""


async def hand_over(client: SMTP, envelope: Envelope, dot_timeout: float) -> Outcome:
    """Try to hand the mail over on a connection that is ready. Raises nothing for what the network does.

    `Answered("body", 250, ...)` is the only success. The outcome stands whatever happens to the connection afterwards.
    """
    failpoint("mail.connected")
    outcome = await _announce(client, envelope)
    if isinstance(outcome, Broken) or outcome.code != _GO_AHEAD:
        return outcome
    failpoint("mail.announced")
    outcome = await _body(client, envelope.data, dot_timeout)
    failpoint("mail.answered")
    return outcome


async def _announce(client: SMTP, envelope: Envelope) -> Outcome:
    """MAIL, RCPT and DATA: the first word that ends it, or the 354 that asks for the body."""
    encoding, options = _options(client, envelope)
    stage: Stage = "MAIL"
    try:
        _listen(client)
        await client.mail(envelope.sender, options=options, encoding=encoding)
        stage = "RCPT"
        _listen(client)
        await client.rcpt(envelope.recipient, encoding=encoding)
        stage = "DATA"
        _listen(client)
        word = await client.execute_command(b"DATA")
        if word.code == _GO_AHEAD:
            _listen(client)
    except _SpokeOutOfTurn:
        client.close()
        return Broken(stage, "was answered before it was asked")
    except SMTPResponseException as error:
        return _answered(stage, error.code, error.message)
    except (SMTPException, OSError, ValueError) as error:
        return _broken(stage, error)
    if word.code < 400 and word.code != _GO_AHEAD:
        # Whatever it meant: if it waits for a body now, anything further we say would become one.
        client.close()
        return Broken(stage, f"was answered {word.code}")
    return _answered(stage, word.code, word.message)


def _options(client: SMTP, envelope: Envelope) -> tuple[str, list[str]]:
    """How addresses are encoded, and the parameters of MAIL that this server knows."""
    options = [f"SIZE={len(envelope.data)}"] if client.supports_extension("size") else []
    if client.supports_extension("dsn"):
        # A report then says whose it is by itself, and does not carry the whole mail back (RFC 3461).
        options += ["RET=HDRS", f"ENVID={envelope.name}"]
    return ("utf-8", [*options, "SMTPUTF8"]) if envelope.needs_utf8 else ("ascii", options)


def _listen(client: SMTP) -> None:
    """Make sure that nothing was said out of turn.

    aiosmtplib keeps such words in a private buffer and would take them for the answer to the next command: a stale 250
    would then pass for the word on a mail that was never taken.
    """
    if getattr(client.protocol, "_buffer", b""):
        raise _SpokeOutOfTurn("an answer came before its command")


async def _body(client: SMTP, data: bytes, dot_timeout: float) -> Outcome:
    """The mail itself. Once `write` has taken it nobody can take it back."""
    protocol = client.protocol
    if protocol is None:
        return Broken("DATA", "was cut off")
    wire = _LEADING_DOT.sub(b"..", data) + b".\r\n"
    try:
        protocol.write(wire)
    except SMTPServerDisconnected as error:
        return _broken("DATA", error)
    try:
        word: SMTPResponse = await protocol.read_response(timeout=dot_timeout)
    except (SMTPException, OSError, ValueError) as error:
        # An answer that cannot be read is an exception with a code as well; it is no word that counts.
        client.close()
        return _broken("body", error)
    return _answered("body", word.code, word.message)


def _answered(stage: Stage, code: int, message: str) -> Outcome:
    """Of the server's words only the enhanced status is kept: the rest may repeat an address."""
    if not 200 <= code <= 599:
        return Broken(stage, "was answered with no SMTP reply")
    return Answered(stage, code, enhanced_status(message))


def enhanced_status(message: str) -> str | None:
    """The status (RFC 3463, such as 5.1.1) with which a server began its words, if it did."""
    found = _STATUS.match(message)
    return found[1] if found else None


def _broken(stage: Stage, error: Exception) -> Broken:
    silent = isinstance(error, TimeoutError)
    return Broken(stage, "was not answered in time" if silent else "was cut off")
