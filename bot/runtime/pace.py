"""How fast may be sent: so many messages a second over all, and one each so many seconds in a lane."""

from collections.abc import Mapping
from typing import Final

from bot.runtime.clock import Clock

SAFETY: Final = 1.03
"""Messages take unequal times on their way; a little more distance than asked keeps them apart when they arrive too."""


class Pace:
    """The generic cell rate algorithm (GCRA): for each lane one number, the moment when its next message is due.

    `seconds` is the distance between two messages of a lane, `burst` how many may come at once after a rest. Lanes that
    have rested are forgotten, so memory is bounded by what was booked and is not over yet.
    """

    def __init__(self, seconds: float, burst: int = 1) -> None:
        """All lanes at rest."""
        self._seconds = seconds
        self._credit = seconds * (burst - 1)
        self._due: dict[str, float] = {}
        self._sweep_at = 1024

    def delay(self, lane: str, now: float) -> float:
        """How many seconds a message of this lane has to wait; 0 when it may go. Books nothing."""
        return max(self._due.get(lane, now) - self._credit - now, 0.0)

    def book(self, lane: str, at: float) -> None:
        """A message of this lane goes at this moment."""
        self._due[lane] = max(self._due.get(lane, at), at) + self._seconds

    def forget_rested(self, now: float) -> None:
        """Drop lanes that have rested, whenever there are twice as many lanes as after the last time."""
        if len(self._due) >= self._sweep_at:
            self._due = {lane: due for lane, due in self._due.items() if due > now}
            self._sweep_at = max(1024, 2 * len(self._due))

    def __len__(self) -> int:
        """How many lanes are remembered."""
        return len(self._due)


class Slots:
    """Moments `seconds` apart, each given away once. A late booking leaves the earlier moments to others.

    GCRA is not for the sum of all lanes: booked for a lane that has to wait, it would make all others wait as well.
    """

    def __init__(self, seconds: float) -> None:
        """All free."""
        self._seconds = seconds
        self._next: dict[int, int] = {}
        self._sweep_at = 1024

    def book(self, at: float, now: float) -> float:
        """The first free moment not before `at`, taken."""
        # Rounded so that a moment given out here, given back as `at`, is the same slot again.
        wanted = -int(-round(at / self._seconds, 6) // 1)
        slot = self._free(wanted)
        self._next[slot] = slot + 1
        self._forget_past(now)
        return max(slot * self._seconds, at)

    def _free(self, slot: int) -> int:
        path = []
        while slot in self._next:
            path.append(slot)
            slot = self._next[slot]
        for passed in path:
            self._next[passed] = slot
        return slot

    def _forget_past(self, now: float) -> None:
        if len(self._next) >= self._sweep_at:
            present = int(now / self._seconds)
            self._next = {slot: after for slot, after in self._next.items() if slot >= present}
            self._sweep_at = max(1024, 2 * len(self._next))

    def __len__(self) -> int:
        """How many moments are remembered as taken."""
        return len(self._next)


class Limits:
    """Both limits of one channel: the sum of all its lanes, and each lane by itself."""

    def __init__(self, per_second: float, lane_seconds: float) -> None:
        """`per_second` messages over all lanes (more than 0); `lane_seconds` between two of one lane (0: no limit)."""
        self._all = Slots(SAFETY / per_second)
        self._lanes = Pace(lane_seconds * SAFETY)

    def reserve(self, lane: str, now: float) -> float:
        """Book the next place of this lane; how many seconds to wait before sending. `now` never jumps."""
        at = self._all.book(now + self._lanes.delay(lane, now), now)
        self._lanes.book(lane, at)
        self._lanes.forget_rested(now)
        return at - now


class Pacer:
    """The limits of every channel that has some, kept by waiting."""

    def __init__(self, clock: Clock, limits: Mapping[str, Limits]) -> None:
        """`limits` by name of the channel; a channel that is not there is never held up."""
        self._clock, self._limits = clock, limits

    def reserve(self, channel: str, lane: str) -> float:
        """Book the next place of this lane of this channel; how many seconds to wait before sending."""
        limits = self._limits.get(channel)
        return 0.0 if limits is None else limits.reserve(lane, self._clock.monotonic())

    async def wait(self, channel: str, lane: str) -> None:
        """Until a message of this lane may go. A place that is not used after all is lost, which harms nobody."""
        seconds = self.reserve(channel, lane)
        if seconds > 0:
            await self._clock.sleep(seconds)
