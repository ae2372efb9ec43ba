"""How fast may be sent, in virtual time."""

import random
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from bot.runtime.clock import VirtualClock
from bot.runtime.pace import SAFETY, Limits, Pace, Pacer, Slots


def most_within(moments: list[float], seconds: float) -> int:
    """The most moments in any stretch of so many seconds, its end not counted."""
    moments = sorted(moments)
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= seconds - 1e-9:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_a_lane_keeps_its_distance_and_rests_are_not_saved_up() -> None:
    pace = Pace(1.0)
    assert pace.delay("a", 100.0) == 0
    pace.book("a", 100.0)
    assert pace.delay("a", 100.25) == 0.75 and pace.delay("b", 100.25) == 0
    assert pace.delay("a", 200.0) == 0
    pace.book("a", 200.0)
    assert pace.delay("a", 200.0) == 1.0


def test_a_burst_may_come_at_once_after_a_rest() -> None:
    pace = Pace(1.0, burst=3)
    waits = []
    for _ in range(5):
        waits.append(pace.delay("a", 10.0))
        pace.book("a", 10.0)
    assert waits == [0, 0, 0, 1, 2]


def test_each_moment_is_given_away_once_and_late_ones_leave_room_before_them() -> None:
    slots = Slots(0.5)
    assert slots.book(10.0, 10.0) == 10.0
    assert slots.book(99.0, 10.0) == 99.0
    assert [slots.book(10.0, 10.0) for _ in range(3)] == [10.5, 11.0, 11.5]
    assert slots.book(11.0, 10.0) == 12.0


@pytest.mark.parametrize("seed", range(5))
def test_no_second_has_more_than_allowed_whoever_sends(seed: int) -> None:
    dice = random.Random(seed)
    limits, now = Limits(30, 1.0), 1000.0
    everywhere: list[float] = []
    lanes: dict[str, list[float]] = defaultdict(list)
    for _ in range(2000):
        now += dice.choice([0, 0, 0, 0.001, 0.02, 0.2])
        lane = f"chat {dice.choice([1, 1, 1, dice.randint(2, 300)])}"
        at = now + limits.reserve(lane, now)
        everywhere.append(at)
        lanes[lane].append(at)
    assert most_within(everywhere, 1.0) <= 30
    assert all(most_within(moments, 1.0) == 1 for moments in lanes.values())


def test_one_busy_chat_holds_up_nobody_else() -> None:
    limits = Limits(30, 1.0)
    for _ in range(200):
        limits.reserve("busy", 50.0)
    assert limits.reserve("quiet", 50.0) < 0.2


def test_a_crowd_is_served_as_fast_as_allowed() -> None:
    limits = Limits(30, 1.0)
    last = max(limits.reserve(f"chat {number}", 50.0) for number in range(3000))
    assert 100 <= last <= 100 * SAFETY + 0.1


def test_what_is_over_is_forgotten() -> None:
    limits = Limits(1000, 1.0)
    for number in range(20_000):
        limits.reserve(f"chat {number}", number * 0.01)
    assert len(limits._lanes) <= 1024 and len(limits._all) <= 1024


def test_without_a_limit_per_lane_only_the_sum_counts() -> None:
    limits = Limits(10, 0)
    waits = [limits.reserve("a", 0.0) for _ in range(3)]
    assert waits == pytest.approx([0, 0.1 * SAFETY, 0.2 * SAFETY])


class CountingClock(VirtualClock):
    """Notes how long it was asked to sleep."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 3, 1, tzinfo=UTC))
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return 7.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))


async def test_waiting_is_for_channels_with_limits_only() -> None:
    clock = CountingClock()
    pacer = Pacer(clock, {"telegram": Limits(1000, 1.0)})
    for channel in ("telegram", "telegram", "email", "email"):
        await pacer.wait(channel, "prospect 1")
    assert len([seconds for seconds in clock.slept if seconds > 0.5]) == 1 and len(clock.slept) <= 2
