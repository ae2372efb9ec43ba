"""What is put off: for how long, until when at most, and that nobody else's trouble is counted as its own."""

import asyncio
import sqlite3
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from bot.runtime.dispatcher import AFTER_FAULT, GIVE_UP, LONGEST_WAIT, Dispatcher
from bot.runtime.links import Addresses
from bot.runtime.pace import Limit
from bot.runtime.ports import Deferred, Outgoing, Receipt
from storage import engines
from storage.tables import outbox as table
from tests.bot.runtime.test_dispatcher import MINUTE, Post, Wire, post
from tests.bot.runtime.test_picking import Still

__all__ = ["post"]

SECOND = timedelta(seconds=1)
PAUSE = 5 * MINUTE


@pytest.fixture
def database_url(sampled_database_url: str) -> str:
    """What a row holds is tried on both databases in test_dispatcher."""
    return sampled_database_url


async def answer(post: Post) -> None:
    await post.put(post.ann, kind="reply", proactive=False)


async def wait(post: Post) -> timedelta:
    """For how long Ann's message waits from now on."""
    async with post.house.database.read() as tx:
        moment: datetime = (await tx.execute(select(table.c.not_before))).scalar_one()
    return moment - post.clock.now()


async def attempts(post: Post) -> list[int]:
    async with post.house.database.read() as tx:
        return list((await tx.execute(select(table.c.attempts).order_by(table.c.id))).scalars())


async def put_off(post: Post) -> timedelta:
    """A server that has no room now: for how long the message waits."""
    await post.send(Deferred(post.clock.now() + PAUSE, "no room"))
    return await wait(post)


def broken(post: Post, error: Exception) -> Dispatcher:
    """One that falls over in its last look, before any call."""

    def fall() -> Addresses:
        raise error

    house = post.house
    return Dispatcher(
        house.database, post.clock, house.bells, house.context, {"telegram": post.wire}, {}, fall, house.presence
    )


async def test_a_message_put_off_again_and_again_waits_longer_up_to_four_hours(post: Post) -> None:
    await answer(post)
    waits = []
    for _ in range(9):
        waits.append(await put_off(post))
        post.clock.advance(waits[-1])
    assert waits[0] == PAUSE
    for before, after in pairwise(waits):
        assert after == LONGEST_WAIT or 1.5 * before < after < 3 * before
    assert waits[-1] == LONGEST_WAIT
    await post.send()
    assert await post.rows() == [("sent", None)] and await attempts(post) == [10]


async def test_who_asks_for_more_patience_than_that_gets_it(post: Post) -> None:
    await answer(post)
    await post.send(Deferred(post.clock.now() + timedelta(days=1), "slow down"))
    assert await wait(post) == timedelta(days=1)


async def test_a_message_is_tried_for_five_days_and_then_given_up(post: Post) -> None:
    await answer(post)
    began = post.clock.now()
    while (await post.rows())[0][0] == "ready":
        post.clock.advance(max(await put_off(post), SECOND))
    assert await post.rows() == [("failed", "given up: no room")]
    assert GIVE_UP < post.clock.now() - began < GIVE_UP + LONGEST_WAIT + SECOND
    assert 30 < len(post.wire.handed) < 50


async def test_after_a_channel_was_away_for_hours_what_waits_goes_at_once(post: Post) -> None:
    """It was not the message's own try that failed: none is counted, and nothing grows."""
    await answer(post)
    for _ in range(36):
        await post.send(Deferred(post.clock.now() + PAUSE, "no connection", "channel"))
        assert await wait(post) == PAUSE
        post.clock.advance(PAUSE)
    await post.send()
    assert await post.rows() == [("sent", None)] and await attempts(post) == [1]


async def test_a_channel_that_is_away_for_days_says_nothing_that_nobody_expects_any_more(post: Post) -> None:
    await answer(post)
    post.clock.advance(GIVE_UP + SECOND)
    await post.send(Deferred(post.clock.now() + MINUTE, "no connection", "channel"))
    assert await post.rows() == [("failed", "given up: no connection")]


async def test_a_row_that_was_taken_up_often_has_not_been_tried_often(post: Post) -> None:
    """A campaign that is paused for hours has its messages looked at every five minutes."""
    await answer(post)
    await post.change(update(table).values(fence=200))
    assert await broken(post, OSError()).send_waiting() == 1
    assert await post.rows() == [("ready", "inner fault: OSError")]
    assert await attempts(post) == [0], "the database was away"
    post.clock.advance(AFTER_FAULT)
    await post.send()
    assert await post.rows() == [("sent", None)]


async def test_a_fault_of_ours_before_the_call_is_tried_again_ever_later(post: Post) -> None:
    await answer(post)
    dispatcher = broken(post, RuntimeError())
    waits = []
    for _ in range(4):
        await dispatcher.send_waiting()
        waits.append(await wait(post))
        post.clock.advance(waits[-1])
    assert waits[0] == AFTER_FAULT and waits[-1] > 6 * AFTER_FAULT
    assert await attempts(post) == [4] and not post.wire.handed
    await post.send()
    assert await post.rows() == [("sent", None)]


class Timed(Wire):
    """Notes when each message was handed over."""

    def __init__(self, clock: Still) -> None:
        super().__init__()
        self.clock, self.moments = clock, list[float]()

    async def send(self, outgoing: Outgoing) -> Receipt:
        self.moments.append(self.clock.monotonic())
        return await super().send(outgoing)


async def test_who_was_looked_at_late_takes_another_place_in_the_crowd(post: Post) -> None:
    """All of a crowd come late together: they still keep apart, or Telegram refuses them."""
    house, clock, limit = post.house, Still(), Limit(20)

    def slowly() -> Addresses:
        clock.pass_seconds(1.0)
        return house.addresses()

    wire = Timed(clock)
    dispatcher = Dispatcher(
        house.database, clock, house.bells, house.context, {"telegram": wire}, {"telegram": limit}, slowly,
        house.presence,
    )  # fmt: skip
    for who in (post.ann, post.bob):
        await post.put(who)
    await dispatcher.send_waiting()
    first, second = sorted(wire.moments)
    assert second - first >= limit.gap - 1e-6


class Closing(Still):
    """A clock on which somebody waits for their place, right before the call, when the house is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.slept, self.before_call = 0, asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept += 1
        if self.slept == 2:
            self.before_call.set()
            await asyncio.Event().wait()
        await super().sleep(seconds)


async def test_what_waited_for_its_place_when_the_house_closed_is_not_lost_and_not_unknown(post: Post) -> None:
    house, clock = post.house, Closing()
    dispatcher = Dispatcher(
        house.database, clock, house.bells, house.context, {"telegram": post.wire}, {"telegram": Limit(3.0)},
        house.addresses, house.presence,
    )  # fmt: skip
    await post.put(post.ann)
    await dispatcher.send_waiting()
    await post.put(post.bob)
    sending = asyncio.create_task(dispatcher.send_waiting())
    await clock.before_call.wait()
    assert await post.rows() == [("sent", None), ("sending", None)]
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert await post.rows() == [("sent", None), ("ready", None)]
    assert len(post.wire.handed) == 1 and await attempts(post) == [1, 0]


@pytest.mark.parametrize(
    ("trouble", "people"),
    [("SQLITE_FULL", 1), ("SQLITE_FULL", 2), ("SQLITE_BUSY", 1), ("SQLITE_BUSY", 2), ("SQLITE_ERROR", 2)],
)
async def test_a_commit_of_which_nobody_heard_that_it_went_well_is_no_call(
    post: Post, monkeypatch: pytest.MonkeyPatch, trouble: str, people: int
) -> None:
    """`sending` is committed, then the connection breaks: nothing has left the house, so it still goes out, once."""
    for who in (post.ann, post.bob)[:people]:
        await post.put(who)
    deaf: list[str] = []

    def commit(connection: sqlite3.Connection) -> None:
        said = (
            connection.in_transaction and connection.execute("SELECT 1 FROM outbox WHERE state = 'sending'").fetchone()
        )
        sqlite3.Connection.commit(connection)
        if said and not deaf:
            deaf.append("once")
            error = sqlite3.OperationalError("database is locked" if trouble == "SQLITE_BUSY" else "cannot go on")
            error.sqlite_errorname = trouble
            raise error

    monkeypatch.setattr(engines._WholeAnswers, "commit", commit, raising=False)
    await post.send()
    post.clock.advance(AFTER_FAULT)
    await post.send()
    assert deaf and await post.rows() == [("sent", None)] * people
    assert len(post.wire.handed) == people and await attempts(post) == [1] * people
