"""A brake on too many requests, which forgets instead of growing."""

from collections import OrderedDict

from bot.runtime.clock import Clock

MOST_KEYS = 10_000
"""So many keys are remembered; the one that was quiet for longest is forgotten first."""


class Throttle:
    """Lets each key through `per_minute` times a minute, a minute's worth at once."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        """Nobody has been here yet."""
        self._clock, self._full = clock, float(per_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Whether this key may pass now; if so, it is counted."""
        now = self._clock.monotonic()
        left, since = self._left.pop(key, (self._full, now))
        left = min(self._full, left + (now - since) * self._full / 60)
        passes = left >= 1
        self._left[key] = (left - 1 if passes else left, now)
        if len(self._left) > MOST_KEYS:
            self._left.popitem(last=False)
        return passes
