"""Receiving: nothing is confirmed before it is written down, and nothing that comes stalls what comes after it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select
from telegram import Bot

from bot.channels.telegram.health import TelegramHealth
from bot.channels.telegram.poller import PollTimes, poll
from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.intake import Intake
from bot.runtime.supervisor import Supervisor
from storage.database import Database
from storage.inbox import RawInput
from storage.tables import inbox
from tests.bot.channels.telegram.world import NONCE, client, written
from tests.edge.telegram import FakeTelegram

TIMES = PollTimes(long_poll=1, slack=0.2, first_pause=0.01, longest_pause=0.05, revoked=0.05)


class DiskFull(Exception):
    """What storage may raise."""


class FlakyIntake(Intake):
    """The real intake on a disk that is full at first. Notes what Telegram had confirmed whenever it was asked."""

    def __init__(self, database: Database, fake: FakeTelegram) -> None:
        super().__init__(database, Clock(), Bells())
        self.failures = 0
        self.confirmed_before: list[int] = []
        self._fake = fake

    async def put_many(self, items: Sequence[RawInput]) -> list[int]:
        """As ever, unless it is to fail."""
        self.confirmed_before.append(len(self._fake.confirmed))
        if self.failures:
            self.failures -= 1
            raise DiskFull
        return await super().put_many(items)


@dataclass
class Desk:
    """A poller at work."""

    fake: FakeTelegram
    bot: Bot
    database: Database
    intake: FlakyIntake
    health: TelegramHealth = field(default_factory=TelegramHealth)
    supervisor: Supervisor = field(default_factory=lambda: Supervisor(Clock()))

    def start(self, times: PollTimes = TIMES) -> None:
        self.supervisor.run("poll", lambda: poll(self.bot, self.intake, Clock(), self.supervisor, self.health, times))

    async def rows(self) -> list[dict[str, Any]]:
        async with self.database.read() as tx:
            return [json.loads(row.payload) for row in await tx.execute(select(inbox.c.payload).order_by(inbox.c.id))]

    async def texts(self) -> list[str]:
        return [row["message"]["text"] for row in await self.rows() if "text" in row.get("message", ())]

    async def confirmed(self, count: int) -> None:
        await self.fake.until(lambda: len(self.fake.confirmed) >= count)


@asynccontextmanager
async def desk_on(fake: FakeTelegram, url: str) -> AsyncIterator[Desk]:
    database = Database(url)
    async with client(fake) as bot:
        desk = Desk(fake, bot, database, FlakyIntake(database, fake))
        yield desk
        await desk.supervisor.stop(2)
    await database.close()


@pytest_asyncio.fixture
async def desk(fake_telegram: FakeTelegram, sqlite_url: str) -> AsyncIterator[Desk]:
    async with desk_on(fake_telegram, sqlite_url) as desk:
        yield desk


async def test_what_people_write_is_written_down_in_order_and_then_confirmed(desk: Desk) -> None:
    user = desk.fake.user()
    for text in ("/start abc", "one", "two"):
        await user.say(text)
    desk.start()
    await desk.confirmed(3)
    await user.say("three")
    await desk.confirmed(4)
    assert await desk.texts() == ["/start abc", "one", "two", "three"]
    assert desk.intake.confirmed_before[0] == 0
    assert desk.health.state == "ok" and desk.health.last_ok is not None


async def test_nothing_is_lost_while_storage_fails(desk: Desk) -> None:
    user = desk.fake.user()
    await user.say("kept by Telegram meanwhile")
    desk.intake.failures = 2
    desk.start()
    await desk.fake.until(lambda: desk.health.state == "storage")
    assert desk.fake.confirmed == [] and desk.health.red
    await desk.confirmed(1)
    assert await desk.texts() == ["kept by Telegram meanwhile"]
    await desk.fake.until(lambda: desk.health.state == "ok")


async def test_odd_updates_stall_nobody(desk: Desk) -> None:
    user = desk.fake.user()
    poison: tuple[Any, ...] = (
        {"message": {"message_id": "x", "chat": 5}},
        {"unheard_of": {"deep": [[[]]]}},
        {"message": None},
        {},
    )
    for odd in poison:
        desk.fake.push_raw(odd)
        await user.say("fine")
    desk.fake.push_raw({"message": written("x" * 600_000)["message"]})
    desk.start()
    await desk.confirmed(9)
    assert (await desk.texts()).count("fine") == 4 and len(await desk.rows()) == 9


async def test_what_comes_twice_is_kept_once(desk: Desk) -> None:
    user = desk.fake.user()
    first = await user.say("once")
    assert first is not None
    desk.start()
    await desk.confirmed(1)
    for _ in range(3):
        desk.fake.repeat_update(first)
    await user.say("after")
    await desk.confirmed(2)
    assert await desk.texts() == ["once", "after"]


async def test_numbers_that_start_anew_lower_are_followed(desk: Desk) -> None:
    user = desk.fake.user()
    await user.say("before")
    desk.start()
    await desk.confirmed(1)
    desk.fake.renumber_updates(5)
    await user.say("after")
    await desk.confirmed(2)
    assert await desk.texts() == ["before", "after"]


async def test_a_tap_is_acknowledged_once_it_is_written_down(desk: Desk) -> None:
    user = desk.fake.user()
    await user.start()
    tap = await user.press(f"{NONCE}:0", 1)
    desk.intake.failures = 1
    desk.start()
    await desk.fake.until(lambda: tap.query_id in desk.fake.ledger.answered)
    assert any("callback_query" in row for row in await desk.rows())
    desk.fake.fault("answerCallbackQuery", "400")
    await user.press(f"{NONCE}:0", 1)
    await desk.confirmed(3)
    assert desk.health.state == "ok", "an acknowledgement that fails harms nobody"


async def test_we_ask_for_four_kinds_and_never_drop_what_waits(desk: Desk) -> None:
    await desk.fake.user().say("x")
    desk.start()
    await desk.confirmed(1)
    polls = [call.params for call in desk.fake.ledger.calls if call.method == "getUpdates"]
    assert json.loads(polls[0]["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]
    assert "offset" not in polls[0] and all(int(params.get("offset", 1)) > 0 for params in polls)


@pytest.mark.parametrize("mode", ["drop", "half", "html", "500", "502", "hang", "429", "400"])
async def test_after_trouble_on_the_line_all_of_it_comes(mode: Any, desk: Desk) -> None:
    await desk.fake.user().say("patient")
    desk.fake.fault("getUpdates", mode, times=1 if mode in ("hang", "429") else 3, effective=False)
    if mode == "429":
        desk.fake.clear_faults()
        desk.fake.fault("getUpdates", "429", retry_after=0)
    desk.start(PollTimes(0, 0.15, 0.01, 0.05, 0.05))
    await desk.confirmed(1)
    assert await desk.texts() == ["patient"]


async def test_a_second_poller_is_an_alarm_and_no_loss(desk: Desk) -> None:
    desk.fake.fault("getUpdates", "409", times=2)
    await desk.fake.user().say("still here")
    desk.start()
    await desk.fake.until(lambda: desk.health.state == "conflict")
    assert desk.health.red and "another program" in desk.health.detail
    await desk.confirmed(1)
    assert await desk.texts() == ["still here"]


async def test_two_pollers_on_one_database_keep_everything_once(desk: Desk) -> None:
    async with client(desk.fake) as second:
        other = Desk(desk.fake, second, desk.database, desk.intake)
        desk.start()
        other.start()
        user = desk.fake.user()
        for number in range(5):
            await user.say(f"word {number}")
        await desk.confirmed(5)
        await other.supervisor.stop(2)
    assert sorted(await desk.texts()) == [f"word {number}" for number in range(5)]


async def test_a_webhook_left_over_is_removed_and_what_waits_is_kept(desk: Desk) -> None:
    await desk.bot.set_webhook("https://127.0.0.1:9/nobody", read_timeout=5)
    await desk.fake.user().say("waited")
    desk.start()
    await desk.confirmed(1)
    assert await desk.texts() == ["waited"] and desk.fake.cloud.webhook.url == ""


async def test_a_refused_token_is_asked_again_rarely(desk: Desk) -> None:
    desk.fake.revoke_token()
    desk.start(PollTimes(1, 0.2, 0.001, 0.001, revoked=30))
    await desk.fake.until(lambda: desk.health.state == "revoked")
    await asyncio.sleep(0.1)
    assert desk.fake.ledger.count("getUpdates") == 1 and "BotFather" in desk.health.detail


async def test_a_server_that_answers_at_once_with_nothing_makes_no_tight_loop(desk: Desk) -> None:
    desk.start(PollTimes(0, 0.2, 0.02, 0.1, 1))
    await asyncio.sleep(0.2)
    assert desk.fake.ledger.count("getUpdates") < 12


async def test_a_server_that_never_sees_our_offset_makes_no_tight_loop(desk: Desk) -> None:
    desk.fake.push_raw({"message": written("again")["message"]})
    desk.start(PollTimes(1, 0.2, 0.02, 0.1, 1))
    await desk.confirmed(1)
    repeated = desk.fake.confirmed[0]["update_id"]
    for _ in range(40):
        desk.fake.repeat_update(repeated)
        await asyncio.sleep(0.005)
    assert desk.fake.ledger.count("getUpdates") < 15 and await desk.texts() == ["again"]


async def test_stopping_does_not_wait_for_the_long_poll(desk: Desk) -> None:
    desk.start(PollTimes(long_poll=30))
    await desk.fake.until(lambda: desk.fake.cloud.queue.allowed != [])
    async with asyncio.timeout(1):
        await desk.supervisor.stop()
