"""Every way a call of Telegram can end, for every kind of message: what the row says is what the other side knows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select

from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from bot.runtime.dispatcher import Dispatcher
from bot.settings import Settings
from storage import consents, prospects
from storage.database import Tx
from storage.tables import outbox as table
from tests.bot.channels.telegram.world import channel, client
from tests.edge.telegram import FakeTelegram, FakeUser
from tests.edge.telegram.faults import EFFECTIVE, MODES
from tests.storage.world import NOW, open_conversations, put_message, shipped_flow

KINDS = ("question", "reminder", "offer", "closing", "reply", "staff", "edit")
STATES = {
    **dict.fromkeys(("hang", "drop", "half", "html", "500", "502"), "unknown"),
    **dict.fromkeys(("429", "401", "404", "409"), "ready"),
    **dict.fromkeys(("400", "403"), "failed"),
    "delay": "sent",
}
QUICK = ("drop", "403")
"""What the suite samples."""


@dataclass
class Street:
    """A person for each kind of message, and a dispatcher that sends to a fake Telegram."""

    fake: FakeTelegram
    house: House
    dispatcher: Dispatcher
    users: dict[str, FakeUser]
    talks: dict[str, tuple[int, int]]

    async def put(self, who: str, kind: str, edits: int | None = None) -> None:
        proactive = kind not in ("reply", "staff", "edit")

        async def work(tx: Tx) -> None:
            talk = self.talks[who]
            await put_message(tx, *talk, kind=kind, proactive=proactive, edits=edits, created_at=NOW)

        await self.house.database.transact(work)

    async def states(self) -> dict[str, str]:
        """The state of each kind's message."""
        async with self.house.database.read() as tx:
            rows = await tx.execute(select(table.c.kind, table.c.state).order_by(table.c.id))
            return {row.kind: row.state for row in rows}

    async def deliver(self) -> None:
        while await self.dispatcher.send_waiting():
            pass


@pytest_asyncio.fixture
async def street(sampled_database_url: str, tmp_path: Path, fake_telegram: FakeTelegram) -> AsyncIterator[Street]:
    settings = Settings(home_dir=tmp_path, database_url=SecretStr(sampled_database_url), quiet_hours="")
    clock = VirtualClock(NOW)
    async with open_house(settings, clock=clock) as house, client(fake_telegram, read=0.3) as bot:
        people = await open_conversations(house.database, len(KINDS), shipped_flow())
        users = {kind: fake_telegram.user() for kind in KINDS}
        for user in users.values():
            await user.start()

        async def know(tx: Tx) -> None:
            for (prospect_id, _), user in zip(people, users.values(), strict=True):
                await prospects.bind(tx, prospect_id, "telegram", str(user.id), via="start", now=NOW)
                await consents.record(tx, prospect_id, "telegram", granted=True, way="start", now=NOW)

        await house.database.transact(know)
        channels = {"telegram": channel(bot)}
        dispatcher = Dispatcher(
            house.database, clock, house.bells, house.context, channels, {}, house.addresses, house.presence
        )
        yield Street(fake_telegram, house, dispatcher, users, dict(zip(KINDS, people, strict=True)))


async def ask_what_is_edited(street: Street) -> int:
    """A message that went well, to be edited; returns its row."""
    await street.put("edit", "question")
    await street.deliver()
    async with street.house.database.read() as tx:
        return int((await tx.execute(select(table.c.id))).scalar_one())


@pytest.mark.parametrize(
    "mode", [mode if mode in QUICK else pytest.param(mode, marks=pytest.mark.slow) for mode in MODES]
)
async def test_the_row_says_what_can_be_known(street: Street, mode: str) -> None:
    edited = await ask_what_is_edited(street)
    for kind in KINDS:
        await street.put(kind, kind, edited if kind == "edit" else None)
        method = "editMessageText" if kind == "edit" else "sendMessage"
        times = 2 if kind == "edit" and STATES[mode] == "unknown" else 1
        street.fake.fault(method, mode, times, chat_id=street.users[kind].id)  # type: ignore[arg-type]  # one of the modes
    await street.deliver()
    assert await street.states() == dict.fromkeys(KINDS, STATES[mode])
    for kind in KINDS:
        assert len(street.fake.ledger.sent_to(street.users[kind].id)) == int(kind == "edit" or mode in EFFECTIVE)
    await street.deliver()
    calls = street.fake.ledger.count("sendMessage")
    assert calls == len(KINDS), "whatever it was, nothing was sent a second time"


@pytest.mark.parametrize("mode", [pytest.param("hang", marks=pytest.mark.slow), "html", "502"])
async def test_an_edit_whose_answer_is_lost_is_made_again(street: Street, mode: str) -> None:
    edited = await ask_what_is_edited(street)
    await street.put("edit", "edit", edited)
    street.fake.fault("editMessageText", mode, 1)  # type: ignore[arg-type]  # one of the modes
    await street.deliver()
    assert (await street.states())["edit"] == "sent"
    assert len(street.fake.ledger.sent_to(street.users["edit"].id)) == 1
