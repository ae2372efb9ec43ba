"""The dispatcher: what becomes of a message for every receipt, and that one prospect's trouble is nobody else's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.ports import Deferred, Delivered, Outgoing, Receipt, Refused, Unknown
from bot.runtime.presence import LOST
from bot.settings import Settings
from storage import claiming, consents, outbox, prospects, sending
from storage.database import Tx
from storage.tables import conversations, inbox
from storage.tables import outbox as table
from tests.storage.world import NOW, open_conversations, put_message, shipped_flow

MINUTE = timedelta(minutes=1)


@dataclass
class Wire:
    """The other side of a channel: answers as it is told, and keeps what it was handed."""

    name: Literal["telegram", "email"] = "telegram"
    answers: list[Receipt | Exception] = field(default_factory=list)
    handed: list[Outgoing] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Receipt:
        self.handed.append(outgoing)
        answer = self.answers.pop(0) if self.answers else Delivered(str(len(self.handed)))
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Post:
    """A house with two prospects, Ann and Bob, who can be reached in Telegram, and a wire instead of Telegram."""

    house: House
    clock: VirtualClock
    wire: Wire
    dispatcher: Dispatcher
    ann: tuple[int, int]
    bob: tuple[int, int]

    async def put(self, who: tuple[int, int], **columns: Any) -> None:
        columns = {"proactive": True, "kind": "question", "created_at": self.clock.now(), **columns}
        await self.house.database.transact(lambda tx: put_message(tx, *who, **columns))

    async def send(self, *answers: Receipt | Exception) -> int:
        self.wire.answers += answers
        return await self.dispatcher.send_waiting()

    async def rows(self) -> list[tuple[str, str | None]]:
        async with self.house.database.read() as tx:
            found = await tx.execute(select(table.c.state, table.c.reason).order_by(table.c.id))
            return [(row.state, row.reason) for row in found]

    async def change(self, statement: Any) -> None:
        await self.house.database.transact(lambda tx: tx.execute(statement))


@pytest_asyncio.fixture
async def post(database_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    settings = Settings(home_dir=tmp_path, database_url=SecretStr(database_url), quiet_hours="20:00-09:00")
    clock = VirtualClock(NOW)
    async with open_house(settings, clock=clock) as house:
        ann, bob = await open_conversations(house.database, 2, shipped_flow())

        async def know(tx: Tx) -> None:
            for number, (prospect_id, _) in enumerate((ann, bob)):
                await prospects.bind(tx, prospect_id, "telegram", str(100 + number), via="start", now=NOW)
                await consents.record(tx, prospect_id, "telegram", granted=True, way="start", now=NOW)
                await prospects.change(tx, prospect_id, NOW, timezone="UTC", first_name="Ann", last_name="Lee")

        await house.database.transact(know)
        wire = Wire()
        channels = {"telegram": wire}
        dispatcher = Dispatcher(
            house.database,
            clock,
            house.bells,
            house.context,
            channels,
            {},
            house.addresses,
            house.presence,
        )
        yield Post(house, clock, wire, dispatcher, ann, bob)


async def test_delivered(post: Post) -> None:
    await post.put(post.ann)
    assert await post.send(Delivered("77")) == 1
    assert await post.rows() == [("sent", None)]
    assert (post.wire.handed[0].address, post.wire.handed[0].name) == ("100", "Ann")


async def test_a_message_put_off_is_tried_again_later_and_others_go_on(post: Post) -> None:
    await post.put(post.ann)
    await post.send(Deferred(NOW + MINUTE, "slow down"))
    await post.put(post.bob)
    await post.send()
    assert await post.rows() == [("ready", "slow down"), ("sent", None)]
    assert await post.send() == 0
    post.clock.advance(2 * MINUTE)
    assert await post.send() == 1
    assert await post.rows() == [("sent", None)] * 2


async def test_a_channel_put_off_rests_as_a_whole(post: Post) -> None:
    await post.put(post.ann)
    await post.send(Deferred(NOW + MINUTE, "no connection", "channel"))
    await post.put(post.bob)
    assert await post.send() == 0
    post.clock.advance(MINUTE + timedelta(seconds=5))
    await post.send()
    assert await post.rows() == [("sent", None)] * 2


async def test_refused_is_final_and_says_why(post: Post) -> None:
    await post.put(post.ann)
    await post.send(Refused("message is too long"))
    assert await post.rows() == [("failed", "message is too long")]
    post.clock.advance(timedelta(hours=1))
    assert await post.send() == 0


async def test_an_address_that_is_gone_gets_nothing_more_and_the_conversation_hears_of_it(post: Post) -> None:
    await post.put(post.ann)
    await post.put(post.ann)
    await post.send(Refused("bot was blocked", gone=True))
    assert await post.rows() == [("failed", "bot was blocked"), ("cancelled", "unreachable")]
    async with post.house.database.read() as tx:
        addresses = await prospects.addresses(tx, [post.ann[0]])
        heard = (await tx.execute(select(inbox.c.source, inbox.c.state))).all()
    assert addresses[post.ann[0], "telegram"] == ("100", False)
    assert [tuple(row) for row in heard] == [("refusal", "new")]


async def test_what_nobody_knows_is_never_sent_again(post: Post) -> None:
    await post.put(post.ann)
    await post.send(Unknown("no clear answer", "<its name>"))
    post.clock.advance(timedelta(days=1))
    assert await post.send() == 0
    assert await post.rows() == [("unknown", "no clear answer")]
    async with post.house.database.read() as tx:
        assert (await tx.execute(select(table.c.remote_id))).scalar_one() == "<its name>"


async def test_a_fault_of_ours_in_the_call_is_unknown_and_stops_nobody(post: Post) -> None:
    await post.put(post.ann)
    await post.put(post.bob)
    await post.send(RuntimeError("with ann@mail.example in it"))
    states = sorted(state for state, _ in await post.rows())
    assert states == ["sent", "unknown"]
    assert ("unknown", "inner fault: RuntimeError") in await post.rows()


async def test_the_last_look_stops_what_must_not_go(post: Post) -> None:
    """Between the turn that said something and the moment of sending, each of these may have happened."""
    await post.put(post.ann)
    await post.change(update(conversations).where(conversations.c.id == post.ann[1]).values(goal_at=NOW))
    await post.put(post.bob)
    await post.house.database.transact(
        lambda tx: consents.record(tx, post.bob[0], "telegram", granted=False, way="stop", now=NOW)
    )
    await post.send()
    assert await post.rows() == [("cancelled", "bought"), ("cancelled", "no consent")]
    assert not post.wire.handed


async def test_quiet_hours_and_a_pause_are_looked_at_at_the_last_moment(post: Post) -> None:
    post.clock.set(NOW.replace(hour=21))
    await post.put(post.ann)
    await post.put(post.bob, kind="reply", proactive=False)
    await post.send()
    assert await post.rows() == [("ready", "quiet hours"), ("sent", None)]
    await post.house.campaigns.pause("barriers")
    post.clock.advance(timedelta(hours=12))
    await post.send()
    assert (await post.rows())[0] == ("ready", "the campaign is paused")
    await post.house.campaigns.start("barriers")
    post.clock.advance(timedelta(minutes=5))
    await post.send()
    assert (await post.rows())[0] == ("sent", None)


async def test_who_was_asleep_before_the_call_does_not_make_it(post: Post) -> None:
    """Others may have taken the message for lost meanwhile; nothing has left the house, so it may go out later."""
    presence = post.house.presence
    presence.worker, presence._seen = 1, presence._seen - LOST
    await post.put(post.ann)
    assert await post.send() == 1
    assert await post.rows() == [("ready", None)] and not post.wire.handed
    presence._seen += LOST
    await post.send()
    assert await post.rows() == [("sent", None)]


async def test_what_comes_too_late_is_not_said(post: Post) -> None:
    await post.put(post.ann)
    post.clock.advance(timedelta(days=4, hours=1))
    await post.send()
    assert await post.rows() == [("cancelled", "too late")]


async def test_an_edit_waits_for_the_receipt_of_its_message(post: Post) -> None:
    """A tap can be quicker than the receipt; the question must still be closed."""
    await post.put(post.ann)
    (row,) = await post.house.database.transact(lambda tx: claiming.claim(tx, NOW, "telegram", 1))
    await post.house.database.transact(lambda tx: sending.start(tx, [row.id], NOW))
    await post.house.database.transact(lambda tx: outbox.prove_delivered(tx, [row.id], NOW))
    await post.put(post.ann, kind="edit", proactive=False, edits=row.id)
    await post.send()
    assert (await post.rows())[1][0] == "ready"
    await post.house.database.transact(lambda tx: outbox.settle(tx, row, "sent", now=NOW, remote_id="77"))
    post.clock.advance(timedelta(seconds=1))
    await post.send()
    assert [state for state, _ in await post.rows()] == ["sent", "sent"]
    assert post.wire.handed[0].edits_remote_id == "77"


async def test_an_edit_of_a_message_whose_id_nobody_knows_holds_nobody_up(post: Post) -> None:
    await post.put(post.ann)
    (row,) = await post.house.database.transact(lambda tx: claiming.claim(tx, NOW, "telegram", 1))
    await post.house.database.transact(lambda tx: sending.start(tx, [row.id], NOW))
    await post.house.database.transact(lambda tx: outbox.settle(tx, row, "unknown", now=NOW))
    await post.house.database.transact(lambda tx: outbox.prove_delivered(tx, [row.id], NOW))
    await post.put(post.ann, kind="edit", proactive=False, edits=row.id)
    await post.put(post.ann, kind="reply", proactive=False)
    for _ in range(5):
        await post.send()
        post.clock.advance(timedelta(seconds=1))
    assert [state for state, _ in await post.rows()] == ["sent", "cancelled", "sent"]
