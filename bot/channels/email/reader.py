"""Reading the mailbox: what came is written down first, and only then marked as read.

How far the folder was read is kept in the database, so people may look into the same folder; mail that is none of ours
is left as it is.
"""

import asyncio
import hashlib
import json
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog

from bot.channels.email.health import MailHealth
from bot.channels.email.imap import (
    PATIENCE,
    Mailbox,
    MailboxProblem,
    MailFolder,
    MailUnreadable,
    open_mailbox,
)
from bot.channels.email.inbound import concerns_us, raw_input
from bot.runtime.clock import Clock
from bot.runtime.intake import Intake, RawInput
from bot.runtime.supervisor import Supervisor
from storage import mail
from storage.database import Database

log = structlog.get_logger("email.reader")

T = TypeVar("T")

BATCH: Final = 20
"""Mails that are written down together."""

_DICE: Final = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class ReadTimes:
    """All in seconds. `wait`: the longest without looking, where the server tells of new mail; `look`: where not."""

    wait: float = 240.0
    look: float = 60.0
    patience: float = PATIENCE
    first_pause: float = 1.0
    longest_pause: float = 300.0


@dataclass(frozen=True, slots=True)
class _Came:
    number: int
    item: RawInput
    ours: bool


class MailReader:
    """Reads one folder for one process. Several that read the same one do no harm: a mail counts once."""

    def __init__(  # noqa: PLR0913 - what it reads, where it writes, and what it is told by
        self,
        where: MailFolder,
        database: Database,
        intake: Intake,
        clock: Clock,
        supervisor: Supervisor,
        health: MailHealth,
        *,
        times: ReadTimes = ReadTimes(),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Nothing is opened yet. `tls` replaces this machine's own trust."""
        self._where, self._database, self._intake = where, database, intake
        self._clock, self._supervisor, self._health = clock, supervisor, health
        self._times, self._tls = times, tls
        self._failures = 0
        self._box: Mailbox | None = None
        place = f"{where.host}|{where.port}|{where.user}|{where.folder}"
        self._name = hashlib.sha256(place.encode()).hexdigest()[:16]

    async def run(self) -> None:
        """Read until the supervisor stops. What goes wrong is told by `health` and tried again, ever more slowly."""
        self._health.state = "starting"
        while not self._supervisor.stopping.is_set():
            try:
                await self._session()
            except Exception as error:  # noqa: BLE001 - reading must go on, whatever the network or the database does
                self._tell(error)
                await self._supervisor.unless_stopping(self._clock.sleep(self._pause()))

    async def _session(self) -> None:
        """From connecting to hanging up."""
        self._box = box = await asyncio.to_thread(open_mailbox, self._where, self._times.patience, self._tls)
        try:
            while not self._supervisor.stopping.is_set():
                await self._read_all(box)
                self._health.good(self._clock.now())
                self._failures = 0
                await self._wait(box)
        finally:
            self._box = None
            await asyncio.to_thread(box.close)

    async def _wait(self, box: Mailbox) -> None:
        """Until there is something to read, or it is time to look; or at once when the house stops."""
        if not box.can_wait:
            await self._supervisor.unless_stopping(self._clock.sleep(self._times.look))
        await self._unless_stopping(box, lambda: box.wait(self._times.wait))

    async def _unless_stopping(self, box: Mailbox, work: Callable[[], None]) -> None:
        """Do this in a thread. When the house stops first, the connection is cut, so that the thread ends."""

        async def doing() -> bool:
            await asyncio.to_thread(work)
            return True

        if await self._supervisor.unless_stopping(doing()) is None:
            box.interrupt()

    async def _read_all(self, box: Mailbox) -> None:
        """Read everything that is new, a batch at a time."""
        after = await self._position(box)
        numbers = await asyncio.to_thread(box.numbers, after)
        for start in range(0, len(numbers), BATCH):
            if self._supervisor.stopping.is_set():
                return
            await self._take(box, numbers[start : start + BATCH])
        if after is None and box.next is not None and (not numbers or numbers[-1] < box.next - 1):
            await self._keep_position(box, box.next - 1)

    async def _take(self, box: Mailbox, numbers: list[int]) -> None:
        """Write these mails down, then note how far it was read, then mark ours as read. The order is the promise."""
        came = await asyncio.to_thread(lambda: [one for number in numbers if (one := self._fetch(box, number))])
        await self._intake.put_many([one.item for one in came])
        await self._keep_position(box, numbers[-1])
        await asyncio.to_thread(box.mark_read, [one.number for one in came if one.ours])

    def _fetch(self, box: Mailbox, number: int) -> _Came | None:
        """One mail as it is kept. One that nobody can get or keep becomes a row that a person will look at.

        None for one that is gone, and for other people's mail: nothing of that is kept.
        """
        try:
            raw = box.fetch(number)
            return _Came(number, raw_input(raw), ours=True) if raw is not None and concerns_us(raw) else None
        except MailboxProblem:
            raise
        except MailUnreadable:
            return self._poison(box, number, "the server does not give it out")
        except Exception as error:  # noqa: BLE001 - one poison mail must not stop the others
            return self._poison(box, number, type(error).__name__)

    def _poison(self, box: Mailbox, number: int, why: str) -> _Came:
        key = f"{self._name}:{box.validity}:{number}"
        payload = json.dumps({"unreadable": why, "validity": box.validity, "number": number})
        return _Came(number, RawInput(mail.SOURCE, key, "email:unreadable", payload), ours=False)

    async def _position(self, box: Mailbox) -> int | None:
        found = await self._database.look(lambda tx: mail.position(tx, self._name))
        return found[1] if found is not None and found[0] == box.validity else None

    async def _keep_position(self, box: Mailbox, number: int) -> None:
        await self._database.transact(lambda tx: mail.keep_position(tx, self._name, box.validity, number))

    def _tell(self, error: Exception) -> None:
        known = isinstance(error, MailboxProblem)
        detail = (
            str(error) if known else f"the mail could not be written down ({type(error).__name__}); it is kept for us"
        )
        if self._health.state != "retrying" or self._health.detail != detail:
            log.warning("reading mail is disturbed", detail=detail)
        self._health.bad(detail)

    def _pause(self) -> float:
        """Doubled each time up to the longest, and jittered, so that several of us do not stay in step."""
        pause = min(self._times.first_pause * 2.0 ** min(self._failures, 16), self._times.longest_pause)
        self._failures += 1
        return pause * _DICE.uniform(0.5, 1.0)
