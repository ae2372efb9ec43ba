"""A whole house in one process: a real database, Telegram, mail and pages on loopback, and time at will."""

import asyncio
import csv
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.app import running
from bot.data.export import export_lines
from bot.data.imports import Job, import_codes, import_prospects
from bot.data.purchases import import_purchases
from bot.house import House
from bot.runtime.clock import VirtualClock
from bot.settings import Settings
from storage import keys, prospects, timers
from tests.edge.databases import BOTH
from tests.edge.smtp import Mailbox
from tests.edge.telegram import TOKEN, FakeTelegram, FakeUser
from tests.edge.wire import HOST

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When every journey begins: in the middle of a working day."""

on_both_databases = pytest.mark.parametrize("rig", BOTH, indirect=True)
"""Marks a journey that the suite makes on PostgreSQL too; all others are made there in `make sweep`."""

POOLS = ("discount_10", "free_shipping")
SHOP = "Kettle & Co"
PATIENCE = 20.0
"""Real seconds until a house that does not come to rest is a failure."""

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The pages are on plain HTTP here: no certificates are read for them."""

_BUSY = """SELECT
  -- A row in hand is leased for a minute; one that waits for another try, for seconds, and its lane with it.
  (SELECT count(*) FROM inbox WHERE state = 'new' AND (lease_until > :soon
    OR (lease_until IS NULL OR lease_until <= :now) AND NOT EXISTS (SELECT 1 FROM inbox AS earlier
      WHERE earlier.lane = inbox.lane AND earlier.id < inbox.id
        AND earlier.state = 'new' AND earlier.lease_until > :now))) AS inbox,
  (SELECT count(*) FROM timers WHERE due_at <= :now) AS timers,
  (SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'leased' AND lease_until > :now)
    OR (state IN ('ready', 'leased') AND not_before <= :now AND channel IN ({channels})
      -- What Holdback says of itself waits behind what waits before it.
      AND NOT (proactive AND EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.lane = outbox.lane
        AND earlier.id < outbox.id AND earlier.state = 'ready' AND earlier.not_before > :now)))) AS outbox
"""
_NEXT_MESSAGE = "SELECT min(not_before) AS moment FROM outbox WHERE state = 'ready'"
_NEXT_INBOX = "SELECT min(lease_until) AS moment FROM inbox WHERE state = 'new' AND lease_until > :now"


@dataclass
class Rig:
    """The house and everything around it. Times are the virtual clock's unless a name says real."""

    settings: Settings
    clock: VirtualClock
    house: House
    telegram: FakeTelegram
    mailbox: Mailbox
    http: httpx.AsyncClient
    folder: Path
    channels: tuple[str, ...]
    key: str
    _files: int = field(default=0)

    # Time.

    async def quiet(self) -> None:
        """Wait (real time) until nothing is due or on its way: no update, no row, no timer, no message."""
        deadline = time.monotonic() + PATIENCE
        calm = 0
        while calm < 2:
            busy = await self.busy()
            calm = 0 if busy else calm + 1
            if time.monotonic() > deadline:
                live = await self.rows("SELECT * FROM outbox WHERE state IN ('ready', 'leased', 'sending') ORDER BY id")
                raise AssertionError(f"the house does not come to rest: {busy}; at {self.clock.now()} {live}")
            await asyncio.sleep(0.01 if busy else 0.002)

    async def busy(self) -> dict[str, int]:
        """What is due or on its way, by where it stands; empty when all is quiet."""
        if self.telegram.pending:
            return {"updates": len(self.telegram.pending)}
        now = self.clock.now()
        counts = (await self.rows(_BUSY, now=now, soon=now + timedelta(seconds=20)))[0]
        return {name: count for name, count in counts._mapping.items() if count}

    async def advance(self, by: timedelta) -> None:
        """Let so much time pass: from one due moment to the next, waiting at each until all is quiet."""
        await self.quiet()
        until = self.clock.now() + by
        while (moment := await self._next_moment()) is not None and moment <= until:
            self.clock.set(max(moment, self.clock.now()))
            self.house.bells.ring()
            await self.quiet()
        self.clock.set(until)
        self.house.bells.ring()
        await self.quiet()

    async def _next_moment(self) -> datetime | None:
        now = self.clock.now()
        async with self.house.database.read() as tx:
            moments = [await timers.next_due(tx)]
            for query, bound in ((_NEXT_MESSAGE, {}), (_NEXT_INBOX, {"now": self._bound(now)})):
                found = (await tx.execute(text(query), bound)).scalar_one()
                moments.append(datetime.fromisoformat(found).replace(tzinfo=UTC) if isinstance(found, str) else found)
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    # Looking.

    async def rows(self, query: str, **values: Any) -> Sequence[Any]:
        """Rows of a query of the test's own."""
        query = query.replace("{channels}", ", ".join(f"'{channel}'" for channel in self.channels))
        bound = {name: self._bound(value) for name, value in values.items()}
        async with self.house.database.read() as tx:
            return (await tx.execute(text(query), bound)).all()

    def _bound(self, value: Any) -> Any:
        if isinstance(value, datetime) and self.house.database.is_sqlite:
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        return value

    async def export(self, name: str, *, every: bool = False) -> list[dict[str, Any]]:
        """The lines of an export, as a user gets them."""
        return [json.loads(line) async for line in export_lines(self.house.database, name, "jsonl", every=every)]

    async def about(self, reference: str, name: str, *, every: bool = False) -> list[dict[str, Any]]:
        """The lines of an export that are about one prospect: a shop's id, an address, telegram:123."""
        uid = await self.uid(reference)
        return [line for line in await self.export(name, every=every) if line["prospect"] == uid]

    async def uid(self, reference: str) -> str:
        """The public id of a prospect."""
        async with self.house.database.read() as tx:
            prospect_id = await prospects.resolve(tx, reference)
            row = await prospects.get(tx, prospect_id) if prospect_id is not None else None
        assert row is not None, f"nobody is {reference}"
        return str(row.uid)

    async def until(self, query: str) -> None:
        """Wait (real time) until a query of the test's own gives something other than nothing, zero or false."""
        deadline = time.monotonic() + PATIENCE
        while not (await self.rows(query))[0][0]:
            assert time.monotonic() < deadline, f"it did not come to {query}"
            await asyncio.sleep(0.01)

    async def conversation(self, reference: str) -> dict[str, Any]:
        """The newest conversation of a prospect, as exported."""
        return (await self.about(reference, "conversations"))[-1]

    async def links(self, reference: str) -> dict[str, str]:
        """A prospect's own addresses by purpose."""
        async with self.house.database.read() as tx:
            prospect_id = await prospects.resolve(tx, reference)
        assert prospect_id is not None, f"nobody is {reference}"
        return await self.house.links(prospect_id)

    def sent(self) -> int:
        """How many messages and mails people really got so far."""
        return len(self.telegram.sent) + len(self.mailbox.mails)

    async def waiting(self) -> int:
        """How many messages could still go out."""
        return int((await self.rows("SELECT count(*) FROM outbox WHERE state IN ('ready', 'leased', 'sending')"))[0][0])

    # Doing.

    def user(self, user_id: int | None = None, language: str = "en", **profile: Any) -> FakeUser:
        """A person with a Telegram account."""
        return self.telegram.user(user_id, language_code=language, **profile)

    async def import_prospects(self, *rows: Mapping[str, Any]) -> None:
        """A prospects.csv with these rows goes through the importer; every row must be taken."""
        house = self.house
        job = Job(self._file("prospects", rows))
        zone, now = self.settings.timezone, self.clock.now()
        summary = await import_prospects(house.database, job, key=house.secret, zone=zone, now=now)
        assert summary.refused == 0, summary

    async def import_codes(self, count: int = 20, offers: Sequence[str] = POOLS) -> None:
        """Fill pools with codes named after their offers."""
        house = self.house
        rows = [
            {"offer": offer, "code": f"{offer.upper()}-{number:03d}"} for offer in offers for number in range(count)
        ]
        job = Job(self._file("codes", rows))
        zone, now = self.settings.timezone, self.clock.now()
        await import_codes(house.database, job, catalogue=house.catalogue, zone=zone, now=now)

    async def import_purchases(self, *rows: Mapping[str, Any]) -> None:
        """A purchases.csv with these rows goes through the importer."""
        house, zone, now = self.house, self.settings.timezone, self.clock.now()
        job = Job(self._file("purchases", rows))
        await import_purchases(house.database, house.intake.put_many, job, zone=zone, now=now)

    async def start_campaign(self, name: str = "barriers") -> int:
        """Start the campaign and ask its audience at once; waits until all is quiet."""
        count = await self.house.campaigns.start(name, now=True)
        await self.quiet()
        return count

    async def api(self, kind: str, **event: Any) -> httpx.Response:
        """The shop reports an event by the API, with a key of its own; waits until all is quiet."""
        headers = {"Authorization": f"Bearer {self.key}"}
        response = await self.http.post("/api/v1/events", json={"type": kind, **event}, headers=headers)
        assert response.status_code < 300, response.text
        await self.quiet()
        return response

    async def click(self, user: FakeUser, button: str | int, *message: Any) -> None:
        """A user taps a button; waits until all is quiet."""
        await user.tap(button, *message)
        await self.quiet()

    async def say(self, user: FakeUser, words: str) -> None:
        """A user writes; waits until all is quiet."""
        await user.say(words)
        await self.quiet()

    async def arrive(self, user: FakeUser, reference: str | None = None) -> None:
        """A user presses Start, by the deep link of the prospect they are, or without one; waits until all is quiet."""
        token = (await self.links(reference))["telegram"].partition("start=")[2] if reference else ""
        await user.start(token)
        await self.quiet()

    def _file(self, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
        self._files += 1
        path = self.folder / f"{name}-{self._files}.csv"
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def make_settings(
    database_url: str, folder: Path, telegram: FakeTelegram | None, box: Mailbox, **changes: Any
) -> Settings:
    """Settings of a house in a hurry: no quiet hours, no pace."""
    wanted: dict[str, Any] = {
        "home_dir": folder,
        "database_url": database_url,
        "bind": f"{HOST}:{free_port()}",
        "telegram_token": TOKEN if telegram else None,
        "telegram_api_url": telegram.url if telegram else "https://api.telegram.org",
        "telegram_per_second": 1000,
        "telegram_per_chat_seconds": 0,
        "smtp_url": box.url,
        "mail_from": "hello@kettle.example",
        "shop_name": SHOP,
        "shop_url": "https://kettle.example",
        "quiet_hours": "",
    }
    return Settings(**{**wanted, **changes})


@asynccontextmanager
async def open_rig(
    database_url: str, folder: Path, *, start: datetime = MONDAY_NOON, telegram: bool = True, **changes: Any
) -> AsyncIterator[Rig]:
    """A running house. `changes` are settings; without `telegram` there is no bot."""
    clock = VirtualClock(start)
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeTelegram(clock=clock))
        box = stack.enter_context(Mailbox())
        settings = make_settings(database_url, folder, fake if telegram else None, box, **changes)
        house = await stack.enter_async_context(running(settings, clock=clock))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=house.base_url, timeout=10, verify=_NO_TLS))
        channels = ("telegram", "email") if telegram else ("email",)
        key = await house.database.transact(lambda tx: keys.add(tx, "the shop", clock.now()))
        assert key is not None
        rig = Rig(settings, clock, house, fake, box, http, folder, channels, key)
        if telegram:
            await fake.until(lambda: house.bot_name is not None)
        yield rig
