"""The machine's clock is set to another time: what nobody asked for waits until it has settled."""

from datetime import timedelta

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.runtime import jumps
from bot.runtime.clock import JUMP, SETTLING, Clock
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.supervisor import Supervisor
from tests.bot.runtime.test_dispatcher import Post, post
from tests.bot.runtime.test_picking import Still

__all__ = ["post"]

HOUR = timedelta(hours=1)


class Watch(Still):
    """The machine's own way to look, on hands that are moved."""

    look = Clock.look

    def elapsed(self) -> float:
        return self.moment


@pytest.fixture
def database_url(sampled_database_url: str) -> str:
    """Rows are put back on both databases in test_dispatcher."""
    return sampled_database_url


@pytest_asyncio.fixture
async def watched(post: Post) -> Post:
    """Ann and Bob, and a clock that somebody might set."""
    house, post.clock = post.house, Watch()
    post.clock.look()
    post.dispatcher = Dispatcher(
        house.database, post.clock, house.bells, house.context, {"telegram": post.wire}, {}, house.addresses,
        house.presence,
    )  # fmt: skip
    return post


def passes(post: Post, seconds: float) -> None:
    assert isinstance(post.clock, Watch)
    post.clock.pass_seconds(seconds)


@pytest.mark.parametrize("by", [HOUR, -HOUR, timedelta(seconds=JUMP)])
async def test_after_a_jump_answers_go_and_what_nobody_asked_for_waits_until_it_has_settled(
    watched: Post, by: timedelta
) -> None:
    watched.clock.advance(by)
    due = watched.clock.now()
    await watched.put(watched.ann, not_before=due)
    await watched.put(watched.bob, kind="reply", proactive=False, not_before=due)
    assert watched.clock.look() == by.total_seconds()
    await watched.send()
    assert await watched.rows() == [("ready", jumps.WAITS), ("sent", None)]
    passes(watched, SETTLING - 1)
    assert watched.clock.look() == 0.0 and await watched.send() == 0
    passes(watched, 1)
    assert await watched.send() == 1
    assert await watched.rows() == [("sent", None)] * 2


async def test_a_clock_that_is_put_right_by_a_little_or_sleeps_with_its_machine_has_not_jumped(watched: Post) -> None:
    watched.clock.advance(timedelta(seconds=JUMP - 1))
    assert watched.clock.look() == 0.0
    passes(watched, 9 * 3600)
    assert watched.clock.look() == 0.0 and watched.clock.unsettled() == 0.0
    machine = Clock()
    assert machine.look() == machine.look() == 0.0
    assert machine.elapsed() >= machine.monotonic() - 1, "sleep counts, where it can be told"


class Set(Watch):
    """Somebody sets it while the watch sleeps for the first time; after some more looks the house stops."""

    def __init__(self) -> None:
        super().__init__()
        self.supervisor = Supervisor(self)
        self.slept = 0

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.slept += 1
        if self.slept == 1:
            self.advance(HOUR)
        if self.slept == 4:
            self.supervisor.stopping.set()


async def test_a_jump_is_told_in_the_log_once() -> None:
    clock = Set()
    with capture_logs() as log:
        await jumps.watch(clock, clock.supervisor)
    (entry,) = log
    assert (entry["log_level"], entry["jumped_by_s"]) == ("error", 3600)
