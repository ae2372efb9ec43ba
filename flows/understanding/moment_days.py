"""The day that a text names, or the length of time until then."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, assert_never

from flows.understanding.moment_grammar import Grammar, Rule

Repeat = Literal["day", "weekend", "week", "month", "year"]
_FRIDAY, _SATURDAY = 4, 5
_LONGEST = 1000  # a count beyond this many units names no day that anybody means
_KINDS = (
    *("days", "weeks", "months", "weekend", "month-end"),
    *("date", "figures", "weekday", "day-of-month", "month-named"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Where in the folded text something was said."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and after what time there is another one of its name. today: it was named as this very day."""

    date: date
    repeat: Repeat
    today: bool = False

    def again(self) -> Day:
        """The next day of its name."""
        match self.repeat:
            case "day":
                return replace(self, date=self.date + timedelta(days=1), today=False)
            case "weekend":
                return replace(self, date=self.date + timedelta(days=1 if self.date.weekday() == _SATURDAY else 6))
            case "week":
                return replace(self, date=self.date + timedelta(days=7))
            case "month":
                return replace(self, date=months_on(self.date, 1))
            case "year":
                return replace(self, date=months_on(self.date, 12))
            case _:
                assert_never(self.repeat)


@dataclass(frozen=True, slots=True)
class NamedDay(Piece):
    """A day that was named."""

    day: Day


@dataclass(frozen=True, slots=True)
class NamedLength(Piece):
    """A length of hours or minutes that was named, as the time at its end."""

    at: datetime


def without(said: str, piece: Piece | None) -> str:
    """The text with spaces where the piece stands, so that all places stay."""
    return said if piece is None else f"{said[: piece.start]}{' ' * (piece.end - piece.start)}{said[piece.end :]}"


def find_length(spoken: Grammar, said: str, now: datetime) -> NamedLength | NamedDay | None:
    """The length of time until then ("in two hours", "in 3 days"), counted from *now*."""
    for rule in spoken.of_kind("span"):
        for match in rule.pattern.finditer(said):
            found = _length(spoken, rule, match, now)
            if found:
                return found
    return None


def find_day(spoken: Grammar, said: str, today: date) -> NamedDay | None:
    """The day that was named; the rules are tried in their order, and the first place counts."""
    for kind in _KINDS:
        for rule in spoken.of_kind(kind):
            for match in rule.pattern.finditer(said):
                day = _day(spoken, rule, match, today)
                if day:
                    return _with_weekday(spoken, said, NamedDay(*match.span(), day), rule)
    return None


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _length(spoken: Grammar, rule: Rule, match: re.Match[str], now: datetime) -> NamedLength | NamedDay | None:
    groups = match.groupdict()
    if rule.argument:
        count, _, unit = rule.argument.partition(" ")
    else:
        count = spoken.count(groups.get("n") or "1")
        unit = spoken.meaning("unit", groups["unit"])
    amount = float(count) + (0.5 if groups.get("half") else 0.0)
    if not 0 < amount < _LONGEST:
        return None
    if unit in ("minute", "hour"):
        ahead = timedelta(minutes=amount * (60 if unit == "hour" else 1))
        return NamedLength(*match.span(), _whole_minute((now.astimezone(UTC) + ahead).astimezone(now.tzinfo)))
    if unit == "month":
        return NamedDay(*match.span(), Day(months_on(now.date(), int(amount)), "day"))
    days = round(amount * {"day": 1, "week": 7, "year": 365}[unit])
    return NamedDay(*match.span(), Day(now.date() + timedelta(days=max(1, days)), "day"))


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1 if at.second or at.microsecond else 0)


def _day(spoken: Grammar, rule: Rule, match: re.Match[str], today: date) -> Day | None:
    groups = match.groupdict()
    match rule.kind:
        case "days":
            ahead = int(rule.argument)
            return Day(today + timedelta(days=ahead), "day", today=ahead == 0)
        case "weekday":
            return _weekday(int(spoken.meaning("weekday", groups["weekday"])), groups, today)
        case "date" | "figures" | "month-named":
            return _dated(spoken, groups, today)
        case "day-of-month":
            return _day_of_month(int(spoken.meaning("number", groups["d"])), groups, today)
        case _:
            return _of_period(rule, today)


def _of_period(rule: Rule, today: date) -> Day:
    """A week, a month, a weekend or the end of this month."""
    ahead = int(rule.argument or 0)
    monday = today - timedelta(days=today.weekday())
    match rule.kind:
        case "weeks":
            # On a Sunday "next week" is not tomorrow.
            return Day(max(monday + timedelta(days=7 * ahead), today + timedelta(days=2)), "week")
        case "months":
            return Day(max(months_on(today.replace(day=1), ahead), today + timedelta(days=7)), "month")
        case "weekend" if not ahead and today.weekday() > _FRIDAY:
            return Day(today, "weekend")
        case "weekend":
            return Day(monday + timedelta(days=_SATURDAY + 7 * ahead), "weekend")
        case _:
            return Day(today.replace(day=calendar.monthrange(today.year, today.month)[1]), "month")


def _weekday(weekday: int, groups: dict[str, str | None], today: date) -> Day:
    ahead = (weekday - today.weekday()) % 7
    if groups.get("next"):
        ahead = 7 - today.weekday() + weekday
    return Day(today + timedelta(days=ahead + (1 if groups.get("after") else 0)), "week")


def _dated(spoken: Grammar, groups: dict[str, str | None], today: date) -> Day | None:
    """A day with its month; without a year the coming one."""
    number = int(groups["k"] or 0) if groups.get("k") else int(spoken.meaning("month", groups["month"] or ""))
    written, year = groups.get("d"), groups.get("y")
    day = int(spoken.meaning("number", written)) if written else 1
    years = int(year) + (2000 if len(year) == 2 else 0) if year else today.year
    try:
        found = date(years, number, day)
    except ValueError:
        return None
    if year:
        return Day(found, "year") if found >= today else None
    return Day(found if found >= today else months_on(found, 12), "year")


def _day_of_month(number: int, groups: dict[str, str | None], today: date) -> Day:
    last = calendar.monthrange(today.year, today.month)[1]
    day = today.replace(day=min(number, last))
    if groups.get("after"):
        day += timedelta(days=1)
    return Day(day if day >= today else months_on(day, 1), "month")


def _with_weekday(spoken: Grammar, said: str, found: NamedDay, rule: Rule) -> NamedDay:
    """A weekday named beside a week ("next week on Tuesday") is taken from that week."""
    if rule.kind != "weeks":
        return found
    for named in spoken.of_kind("weekday"):
        for match in named.pattern.finditer(
            f"{said[: found.start]}{' ' * (found.end - found.start)}{said[found.end :]}"
        ):
            weekday = int(spoken.meaning("weekday", match.group("weekday")))
            monday = found.day.date - timedelta(days=found.day.date.weekday())
            start, end = min(found.start, match.start()), max(found.end, match.end())
            return NamedDay(start, end, Day(monday + timedelta(days=weekday), "week"))
    return found
