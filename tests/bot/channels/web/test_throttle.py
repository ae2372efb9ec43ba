"""The brake: a minute's worth at once, then as they come, and no more memory than agreed."""

from bot.channels.web.throttle import MOST_KEYS, Throttle
from bot.runtime.clock import Clock


class Stopped(Clock):
    """A clock that is moved by hand."""

    seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


def test_a_key_passes_so_often_a_minute_and_again_when_time_has_passed() -> None:
    clock = Stopped()
    throttle = Throttle(clock, 6)
    assert [throttle.allows("one") for _ in range(8)] == [True] * 6 + [False] * 2
    assert throttle.allows("other")
    clock.seconds = 10
    assert [throttle.allows("one") for _ in range(2)] == [True, False]
    clock.seconds = 1000
    assert [throttle.allows("one") for _ in range(7)] == [True] * 6 + [False]


def test_very_many_keys_take_no_more_room_than_agreed() -> None:
    throttle = Throttle(Stopped(), 1)
    for number in range(MOST_KEYS * 3):
        throttle.allows(str(number))
    assert len(throttle._left) == MOST_KEYS
    assert not throttle.allows(str(MOST_KEYS * 3 - 1))
