"""Local time: when a prospect may be written to, in their own zone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The local hours in which nobody is written to first.

    From `start` to `end`, minutes after midnight, over midnight if start > end.

    `rest_days` (0 is Monday) are quiet as a whole. The defaults are those of EVIDENCE.md section 4: 20:00 to 09:00,
    Sundays off.
    """

    start: int = 20 * 60
    end: int = 9 * 60
    rest_days: frozenset[int] = field(default_factory=lambda: frozenset({SUNDAY}))

    def covers(self, local: datetime) -> bool:
        """Whether this local time is quiet."""
        minute = local.hour * 60 + local.minute
        if self.start <= self.end:
            quiet = self.start <= minute < self.end
        else:
            quiet = minute >= self.start or minute < self.end
        return quiet or local.weekday() in self.rest_days


UNKNOWN_ZONE_HOURS = (17 * 60, 10 * 60)
"""Quiet from 17:00 to 10:00 in the shop's zone when the prospect's zone is unknown.

Inside it, it is day almost anywhere near.
"""


def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone with this IANA name, or None when there is none or it is unknown."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def next_allowed(at: datetime, *, zone: str | None, shop_zone: str, quiet: QuietHours | None) -> datetime:
    """The first moment from `at` (UTC) on at which a prospect in `zone` may be written to.

    Without quiet hours that is `at` itself. An unknown zone is treated with care: the shop's zone and the narrower
    hours.
    """
    if quiet is None:
        return at
    known = zone_of(zone)
    hours = quiet if known else QuietHours(*UNKNOWN_ZONE_HOURS, rest_days=quiet.rest_days)
    tz = known or zone_of(shop_zone) or ZoneInfo("UTC")
    local = at.astimezone(tz)
    if not hours.covers(local):
        return at
    return _first_open_minute(local, hours).astimezone(at.tzinfo)


def next_working_day(at: datetime, zone: str) -> datetime:
    """The same local hour on the next day that is no Saturday and no Sunday: one working day to do something in."""
    local = at.astimezone(zone_of(zone) or ZoneInfo("UTC")) + timedelta(days=1)
    while local.weekday() in (SATURDAY, SUNDAY):
        local += timedelta(days=1)
    return local.astimezone(at.tzinfo)


def _first_open_minute(local: datetime, hours: QuietHours) -> datetime:
    opening = local.replace(hour=hours.end // 60, minute=hours.end % 60, second=0, microsecond=0)
    for _ in range(9):
        if opening > local and not hours.covers(opening):
            return opening
        opening = (opening + timedelta(days=1)).replace(hour=hours.end // 60, minute=hours.end % 60)
    return local
