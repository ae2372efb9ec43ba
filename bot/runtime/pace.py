"""How fast may be sent on a channel: places in a row, booked a moment ahead, each as far from the next as asked."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

SAFETY: Final = 1.03
"""Messages take unequal times on their way; a little more distance than asked keeps them apart when they arrive too."""

AHEAD: Final = 0.5
"""Seconds for which places are booked ahead: the longest that an answer waits behind a crowd of other messages."""

EARLY: Final = 0.03
"""Seconds before its place in which a message is looked at for the last time, so that it can go when that comes."""

LATE: Final = 0.02
"""Who comes so many seconds after their place takes another: those behind are no nearer than they were."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a channel bears.

    `per_second` messages to everybody together (None: as many as come), `rest` between two to one prospect, `at_once`
    on their way at the same time. `apart`: seconds between two mails that Holdback sends first to one provider.
    """

    per_second: float | None = None
    rest: timedelta = timedelta(0)
    at_once: int = 64
    apart: float = 0.0

    @property
    def gap(self) -> float:
        """Seconds from one place to the next."""
        return 0.0 if self.per_second is None else SAFETY / self.per_second


def free_places(booked: float, gap: float, most: int) -> int:
    """How many places begin within AHEAD when the next `booked` seconds are given away already; at most `most`."""
    if booked >= AHEAD:
        return 0
    return most if not gap else min(most, ceil((AHEAD - booked) / gap))


class Book:
    """What one process has booked of a channel that it alone sends on, by a clock that never jumps."""

    def __init__(self) -> None:
        """Nothing."""
        self._due = 0.0

    def booked(self, now: float) -> float:
        """Seconds until the first place that is free."""
        return max(self._due - now, 0.0)

    def book(self, until: float) -> None:
        """Everything before that moment is given away."""
        self._due = max(self._due, until)
