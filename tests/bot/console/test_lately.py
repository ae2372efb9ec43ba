"""Figures that take long are counted once a minute; quick ones each time."""

from datetime import UTC, datetime, timedelta

from bot.console.lately import KEPT_FOR, MOST, Lately
from bot.runtime.clock import VirtualClock

START = datetime(2026, 3, 2, tzinfo=UTC)


class Watch(VirtualClock):
    """A clock whose seconds stand still as well."""

    def monotonic(self) -> float:
        """Seconds of the moment it was moved to."""
        return self.now().timestamp()


class Counting:
    """Counts how often it was asked, taking so long each time."""

    def __init__(self, clock: VirtualClock, seconds: float) -> None:
        self.clock, self.seconds, self.times = clock, seconds, 0

    async def __call__(self) -> int:
        self.clock.advance(timedelta(seconds=self.seconds))
        self.times += 1
        return self.times


async def test_what_takes_long_is_counted_once_a_minute() -> None:
    clock = Watch(START)
    lately, slow = Lately(), Counting(clock, 0.5)
    assert await lately.figures(clock, "a", slow) == (1, START)
    assert await lately.figures(clock, "a", slow) == (1, START)
    assert (await lately.figures(clock, "b", slow))[0] == 2
    clock.advance(timedelta(seconds=KEPT_FOR))
    assert (await lately.figures(clock, "a", slow))[0] == 3
    for number in range(MOST):
        await lately.figures(clock, number, slow)
    assert (await lately.figures(clock, "a", slow))[0] == 3 + MOST + 1, "the oldest is forgotten first"


async def test_what_is_quick_is_counted_each_time() -> None:
    clock = Watch(START)
    lately, quick = Lately(), Counting(clock, 0.01)
    assert [(await lately.figures(clock, "a", quick))[0] for _ in range(2)] == [1, 2]
