"""Connections to the mail server that are used again: each is in one pair of hands, and none is trusted for long."""

import ssl
from dataclasses import dataclass
from typing import Final

from aiosmtplib import SMTP, SMTPException

from bot.channels.email.server import MailServer, connect, farewell
from bot.runtime.clock import Clock
from bot.runtime.supervisor import Supervisor

MOST: Final = 100
"""Mails over one connection; many servers ask for a new one then."""

FRESH: Final = 1.0
"""Seconds of rest after which a server is asked whether it is still there, before a mail is trusted to it."""

SWEEP: Final = 5.0
"""Seconds between two looks for connections that nobody needs any more."""


@dataclass(slots=True)
class Line:
    """A connection that is ready to take mail: so many `mails` went over it, and it rests `since` then."""

    client: SMTP
    mails: int = 0
    since: float = 0.0


class Lines:
    """The connections of one channel. Many tasks may take one at once; each gets its own."""

    def __init__(
        self, server: MailServer, clock: Clock, patience: float, tls: ssl.SSLContext | None, idle: float
    ) -> None:
        """`idle`: seconds for which a connection is kept for the next mail; with 0 each mail has its own."""
        self._server, self._clock, self._patience, self._tls = server, clock, patience, tls
        self._idle = idle
        self._resting: list[Line] = []
        self._closed = idle <= 0

    async def take(self) -> Line:
        """One that has served before and is well, else a new one. Raises MailServerProblem."""
        while self._resting:
            line = self._resting.pop()
            if await self._is_well(line):
                return line
            farewell(line.client)
        return await self.open()

    async def open(self) -> Line:
        """A new one. Raises MailServerProblem."""
        return Line(await connect(self._server, self._patience, self._tls))

    def give_back(self, line: Line, *, well: bool) -> None:
        """After a mail. `well`: it was taken, and the dialogue stands where the next one can begin."""
        line.mails, line.since = line.mails + 1, self._clock.monotonic()
        if well and not self._closed and line.mails < MOST:
            self._resting.append(line)
        else:
            farewell(line.client)

    async def watch(self, supervisor: Supervisor) -> None:
        """Hang up those that rest for too long, and all of them in the end."""
        while not supervisor.stopping.is_set():
            self._sweep()
            await supervisor.unless_stopping(self._clock.sleep(SWEEP))
        self.close()

    def close(self) -> None:
        """Hang up; who still has one in hand gives it back to nobody."""
        self._closed = True
        while self._resting:
            farewell(self._resting.pop().client)

    def _sweep(self) -> None:
        now = self._clock.monotonic()
        old = [line for line in self._resting if now - line.since > self._idle]
        self._resting = [line for line in self._resting if now - line.since <= self._idle]
        for line in old:
            farewell(line.client)

    async def _is_well(self, line: Line) -> bool:
        rested = self._clock.monotonic() - line.since
        if rested > self._idle or not line.client.is_connected:
            return False
        if rested <= FRESH:
            return True
        try:
            await line.client.noop(timeout=min(self._patience, 5.0))
        except (SMTPException, OSError):
            return False
        return True
