"""How a report writes shares, spans and days."""

from datetime import datetime

from babel.dates import format_date, format_datetime

from bot.report.words import say
from bot.web.filters import zone_of
from flows.evidence.intervals import Interval, wilson


def percent(share: float | None) -> str:
    """A share as a percentage: whole ones, with a decimal below ten; a dash when there is nothing to share."""
    if share is None:
        return "–"
    return f"{share:.0%}" if share >= 0.1 or share == 0 else f"{share:.1%}"


def between(bought: int, people: int) -> str:
    """Wilson's 95 % interval of a share."""
    if not people:
        return "–"
    low, high = wilson(bought, people)
    return f"{percent(low)} to {percent(high)}"


def span(interval: Interval | None) -> str:
    """An interval of a share."""
    return "–" if interval is None else f"{percent(interval.low)} to {percent(interval.high)}"


def took(seconds: float | None) -> str:
    """A length of time in its largest fitting unit, rounded."""
    if seconds is None:
        return "–"
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length or (unit == "minutes" and seconds >= length):
            return say(unit, n=round(seconds / length))
    return say("seconds", n=round(seconds))


def day(moment: datetime, zone: str) -> str:
    """A day in the shop's zone."""
    return format_date(moment.astimezone(zone_of(zone)), "d MMMM y", locale="en")


def minute(moment: datetime, zone: str) -> str:
    """A moment in the shop's zone."""
    return format_datetime(moment, "d MMMM y, HH:mm", tzinfo=zone_of(zone), locale="en")
