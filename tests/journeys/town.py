"""A shop among real mail servers: a whole house that hands its mail to Postfix and reads what comes back by Dovecot."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.edge.dovecot import Dovecot
from tests.edge.postfix import PATIENCE, Door, Postfix
from tests.journeys.people import row_of
from tests.journeys.rig import Rig, open_rig

BOUNCES = "bounces+{token}@kettle.example"
ANSWERS = "answers+{token}@kettle.example"
MAILS = "SELECT state, reason, remote_id FROM outbox WHERE channel = 'email' ORDER BY id"


@dataclass
class Town:
    """The servers, empty, and where a house may live."""

    postfix: Postfix
    dovecot: Dovecot
    database_url: str
    folder: Path

    @asynccontextmanager
    async def shop(self, door: Door = "relay", **changes: Any) -> AsyncIterator[Rig]:
        """A running house that hands its mail over at this door. `changes` are settings."""
        wanted = {
            "smtp_url": self.postfix.url(door),
            "imap_url": self.dovecot.url,
            "mail_bounces_to": BOUNCES,
            "mail_reply_to": ANSWERS,
            **changes,
        }
        async with open_rig(self.database_url, self.folder, telegram=False, **wanted) as rig:
            await rig.import_codes()
            yield rig

    async def came(self, name: str, count: int = 1) -> list[EmailMessage]:
        """The mails somebody got, once there are so many; there must never be more."""
        await until(lambda: len(self.postfix.raw(name)) >= count, f"{name} did not get {count}: {self.postfix.log}")
        mails = self.postfix.mails(name)
        assert len(mails) == count, [str(mail["Subject"]) for mail in mails]
        return mails

    def write_back(self, mail: EmailMessage, words: str, *, to: str | None = None) -> None:
        """Whoever got this mail answers it, as a mail program does."""
        top = {
            "From": str(mail["To"]),
            "To": to or str(mail["Reply-To"]),
            "Subject": "Re: hello",
            "Message-ID": f"<{time.monotonic_ns()}@mail.example>",
            "In-Reply-To": str(mail["Message-ID"]),
            "References": str(mail["Message-ID"]),
            "Content-Type": "text/plain; charset=utf-8",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in top.items())
        quote = "On Mon, 2 Mar 2026 at 12:00 Kettle <hello@kettle.example> wrote:\r\n> What held you back?\r\n"
        self.postfix.write(f"{head}\r\n{words}\r\n\r\n{quote}".encode(), str(mail["To"]), top["To"])


async def until(ready: Callable[[], Any], otherwise: str) -> None:
    """Wait (real time) for something outside the house."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline, otherwise
        await asyncio.sleep(0.02)


async def ask(rig: Rig, *names: str, language: str = "en") -> None:
    """These people get their first question by mail."""
    await rig.import_prospects(*(row_of(name, language, telegram=False) for name in names))
    await rig.start_campaign()


async def fate(rig: Rig) -> list[tuple[str, str | None]]:
    """What became of each mail, and why, oldest first."""
    return [(row.state, row.reason) for row in await rig.rows(MAILS)]
