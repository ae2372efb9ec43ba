"""The email channel over SMTP."""

import ssl
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal, assert_never

from bot.channels.email.bounces import says_address_is_lost
from bot.channels.email.compose import write_mail
from bot.channels.email.envelope import Envelope, return_path
from bot.channels.email.handover import Answered, Broken, Outcome, hand_over
from bot.channels.email.letter import MailShop
from bot.channels.email.lines import Line, Lines
from bot.channels.email.server import COMMAND_TIMEOUT, MailServer, MailServerProblem
from bot.channels.email.signing import Signer
from bot.runtime.clock import Clock
from bot.runtime.ports import Deferred, Delivered, Outgoing, Receipt, Refused, Unknown
from bot.settings import Settings
from flows.texts import Texts

DOT_TIMEOUT: Final = 600.0
"""Seconds to wait for the word on a whole mail (RFC 5321, 4.5.3.2.6): giving up early makes outcomes unknown."""
PAUSE: Final = timedelta(minutes=5)
"""Before the first new try; the dispatcher makes it longer with every further one."""
LINES: Final = 16
"""Mails on their way to the server at the same time, each over another connection."""

KEPT: Final = 15.0
"""Seconds for which a connection is kept for the next mail: a campaign's mails come one after the other."""

_CLOSING: Final = 421
_LOGIN_WANTED: Final = 530
_NO_SUCH_MAILBOX: Final = frozenset({550, 551, 553})
_SAYS_NOTHING: Final = ("5.0.", "5.5.")
"""Statuses that leave it to the code: Outlook.com calls an unknown mailbox 550 5.5.0."""


class EmailChannel:
    """Hands mails to a mail server; a connection may serve one after the other, and is never shared between tasks.

    `problem` is a sentence about what stops all mail at present, or None; every mail handed over sets it back.
    """

    name: Literal["email"] = "email"

    def __init__(  # noqa: PLR0913 - what a mail is made of, and how patient a test is
        self,
        settings: Settings,
        shop: MailShop,
        texts: Texts,
        clock: Clock,
        *,
        command_timeout: float = COMMAND_TIMEOUT,
        dot_timeout: float = DOT_TIMEOUT,
        tls: ssl.SSLContext | None = None,
        idle: float = 0.0,
    ) -> None:
        """Raises ValueError when SMTP_URL, MAIL_FROM or the DKIM key cannot be read.

        `tls` replaces this machine's own trust. `idle`: seconds for which a connection is kept for the next mail; who
        sets it closes `lines` in the end.
        """
        self._server = MailServer.from_settings(settings)
        self._signer = Signer.from_settings(settings)
        self._shop = shop
        self._texts = texts
        self._clock = clock
        self._bounces_to = settings.mail_bounces_to
        self._dot_timeout = dot_timeout
        self.lines = Lines(self._server, clock, command_timeout, tls, idle)
        self.problem: str | None = None

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Hand one mail over and say what became of it. Never raises for what the network does."""
        try:
            envelope = write_mail(outgoing, self._shop, self._texts, self._clock.now())
            if self._bounces_to:
                envelope = replace(envelope, sender=return_path(self._bounces_to, outgoing.token))
            if self._signer is not None:
                envelope = self._signer.signed(envelope)
        except ValueError as error:
            return Refused(str(error))
        try:
            outcome = await self._hand_over(envelope)
        except MailServerProblem as problem:
            return self._stop(str(problem))
        if outcome is None:
            return Refused("the mail server cannot deliver to an address with letters outside ASCII")
        return self._receipt(outcome, envelope)

    async def _hand_over(self, envelope: Envelope) -> Outcome | None:
        """The outcome; None when the server cannot deliver to such an address. Raises MailServerProblem."""
        line = await self.lines.take()
        used = line.mails > 0
        outcome = await self._over(line, envelope)
        if used and outcome is not None and _grew_stale(outcome):
            # Nothing of the mail has left. A new connection says what is the matter, if anything is.
            outcome = await self._over(await self.lines.open(), envelope)
        return outcome

    async def _over(self, line: Line, envelope: Envelope) -> Outcome | None:
        well = False
        try:
            if envelope.needs_utf8 and not line.client.supports_extension("smtputf8"):
                return None
            outcome = await hand_over(line.client, envelope, self._dot_timeout)
            well = isinstance(outcome, Answered) and outcome.at == "body" and outcome.code < 300
        finally:
            self.lines.give_back(line, well=well)
        return outcome

    def _receipt(self, outcome: Outcome, envelope: Envelope) -> Receipt:
        match outcome:
            case Broken(at="body"):
                return Unknown(str(outcome), envelope.id)
            case Broken():
                return self._later(str(outcome))
            case Answered():
                return self._word(outcome, envelope)
            case _:
                assert_never(outcome)

    def _word(self, word: Answered, envelope: Envelope) -> Receipt:
        """What the server's word means. A code of the wrong kind before the body means only: not sent."""
        if word.at == "body" and word.code < 300:
            self.problem = None
            return Delivered(envelope.id)
        if word.at == "body" and word.code < 400:
            return Unknown(str(word), envelope.id)
        if word.at == "MAIL" and word.code in (_CLOSING, _LOGIN_WANTED):
            return self._stop(f"the mail server {self._server.place} takes no mail now: {word}")
        if word.code < 500:
            return self._later(str(word))
        return Refused(str(word), gone=_mailbox_gone(word))

    def _later(self, reason: str) -> Deferred:
        return Deferred(self._clock.now() + PAUSE, reason)

    def _stop(self, problem: str) -> Deferred:
        self.problem = problem
        return Deferred(self._clock.now() + PAUSE, problem, "channel")


def _grew_stale(outcome: Outcome) -> bool:
    """Whether a connection that had served before may just have come to its end, before anything of the mail left."""
    match outcome:
        case Broken(at=stage):
            return stage != "body"
        case Answered(at=stage, code=code):
            return stage != "body" and code == _CLOSING
        case _:
            assert_never(outcome)


def _mailbox_gone(word: Answered) -> bool:
    """Whether the address itself is lost. What servers say against the sender they often say only here."""
    lost = word.status is None or says_address_is_lost(word.status) or word.status.startswith(_SAYS_NOTHING)
    return word.at == "RCPT" and word.code in _NO_SUCH_MAILBOX and lost
