"""Figures that take long to count are counted once a minute, whoever looks; quick ones afresh each time."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from bot.runtime.clock import Clock

T = TypeVar("T")

LONG: Final = 0.1
"""Seconds from which on counting takes long."""

KEPT_FOR: Final = 60.0
"""Seconds for which such figures are shown again."""

MOST: Final = 64


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and when."""

    figures: Any
    at: datetime
    until: float


class Lately:
    """What was counted lately, by what was asked. Only sums are kept here, never people."""

    def __init__(self) -> None:
        """Nothing was counted yet."""
        self._known: OrderedDict[Hashable, Counted] = OrderedDict()

    async def figures(self, clock: Clock, key: Hashable, count: Callable[[], Awaitable[T]]) -> tuple[T, datetime]:
        """The figures for this key, and the moment they are of."""
        started = clock.monotonic()
        known = self._known.get(key)
        if known is not None and started < known.until:
            return known.figures, known.at
        at, found = clock.now(), await count()
        self._known.pop(key, None)
        ended = clock.monotonic()
        if ended - started > LONG:
            self._known[key] = Counted(found, at, ended + KEPT_FOR)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found, at
