"""Spans of time as staff choose them: whole days in the shop's time zone, both ends included; else thirty days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from bot.console.gate import Visit
from bot.report.keeping import USUAL_DAYS
from bot.web.filters import zone_of
from storage.reads.common import Window

LONGEST: Final = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last day, both included. `chosen` is false for the thirty days that nobody asked for."""

    first: date
    last: date
    chosen: bool
    zone: tzinfo

    @property
    def window(self) -> Window:
        """The same in moments."""
        return Window(_midnight(self.first, self.zone), _midnight(self.last + timedelta(days=1), self.zone))

    @property
    def query(self) -> dict[str, str]:
        """How it stands in an address."""
        return {"since": self.first.isoformat(), "until": self.last.isoformat()} if self.chosen else {}

    @property
    def days(self) -> dict[str, str]:
        """The same, also when nobody chose them: for an address that shall show just these days."""
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}


def span_of(visit: Visit) -> Span:
    """What the address asks for (`since`, `until`). Days that are none, or in the wrong order, count as not given."""
    zone = zone_of(visit.house.settings.timezone)
    today = visit.now.astimezone(zone).date()
    first, last = _day(visit.asked("since")), _day(visit.asked("until"))
    last = min(last, today) if last else today
    if first is None or first > last:
        first = None
    start = first or last - timedelta(days=USUAL_DAYS - 1)
    return Span(max(start, last - LONGEST), last, first is not None or last != today, zone)


def days_before(visit: Visit, number: int) -> Span:
    """The last so many days, today included."""
    zone = zone_of(visit.house.settings.timezone)
    today = visit.now.astimezone(zone).date()
    return Span(today - timedelta(days=number - 1), today, chosen=True, zone=zone)


def earlier(span: Span) -> Span:
    """As many days, just before."""
    length = (span.last - span.first).days + 1
    return Span(span.first - timedelta(days=length), span.last - timedelta(days=length), chosen=True, zone=span.zone)


def midnights(span: Span) -> list[datetime]:
    """The bounds of every day of the span: one more than it has days."""
    days = (span.last - span.first).days + 1
    return [_midnight(span.first + timedelta(days=number), span.zone) for number in range(days + 1)]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= date(2200, 1, 1) else None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
