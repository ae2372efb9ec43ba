"""Warming up: a domain that begins to send is believed when it sends a little more every day."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DONE_AT: Final = 100_000
"""Mails a day from which on nobody counts any more."""

_WRITTEN: Final = re.compile(r"(\d{1,5}) *\+ *(\d{1,3})% *from *(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class WarmUp:
    """So many mails on the `first` day (`since`), and so many percent more on each day after it."""

    first: int
    percent: int
    since: date

    def limit(self, day: date) -> int | None:
        """How many mails may go on this day; None when the ramp is behind us."""
        days = max((day - self.since).days, 0)
        # The growth of years would be a number that no machine holds; the ramp ends long before.
        steps = min(days, math.ceil(math.log(DONE_AT / self.first) / math.log1p(self.percent / 100)) + 1)
        most = math.floor(self.first * (1 + self.percent / 100) ** steps)
        return most if most < DONE_AT else None


def parse_warm_up(text: str) -> WarmUp | None:
    """Read `50 +30% from 2026-11-22`; empty means none. Raises ValueError with the cure."""
    if not text.strip():
        return None
    match = _WRITTEN.fullmatch(text.strip())
    wrong = ValueError("must look like 50 +30% from 2026-11-22, or be empty")
    if match is None:
        raise wrong
    try:
        made = WarmUp(int(match[1]), int(match[2]), date.fromisoformat(match[3]))
    except ValueError:
        raise wrong from None
    if not (1 <= made.first < DONE_AT and 1 <= made.percent <= 200):
        raise ValueError("must begin with 1 or more a day and grow by 1% to 200%, such as 50 +30% from 2026-11-22")
    return made


def day_of(now: datetime, zone: str) -> tuple[date, datetime, datetime]:
    """The shop's day: its date, and when it began and ends."""
    local = now.astimezone(ZoneInfo(zone))
    begins = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (begins + timedelta(days=1, hours=2)).replace(hour=0)
    return local.date(), begins.astimezone(now.tzinfo), ends.astimezone(now.tzinfo)


@dataclass(slots=True)
class Today:
    """How many mails may still go on the shop's day, and when it ends. Counted down while mails are looked at."""

    left: int
    ends: datetime
