"""The hour or the part of the day that a text names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from flows.understanding.moment_days import Piece
from flows.understanding.moment_grammar import Grammar

# Somebody who writes "at 6" to a shop means the evening; 06:30 with its nought is the morning.
_EARLIEST = 8
_LATE = ("afternoon", "evening", "night")


@dataclass(frozen=True, slots=True)
class NamedPart(Piece):
    """A part of the day: morning, noon, afternoon, evening or night."""

    name: str


@dataclass(frozen=True, slots=True)
class NamedHour(Piece):
    """An hour of the day."""

    clock: time


def find_part(spoken: Grammar, said: str) -> NamedPart | None:
    """The part of the day that was named first in the order of the rules."""
    for rule in spoken.of_kind("part"):
        match = rule.pattern.search(said)
        if match:
            return NamedPart(*match.span(), rule.argument)
    return None


def find_hour(spoken: Grammar, said: str, part: str) -> NamedHour | None:
    """The hour that was named; *part* of the day ("" when none was named) tells six from eighteen."""
    for rule in spoken.of_kind("hour"):
        match = rule.pattern.search(said)
        if match:
            return NamedHour(*match.span(), _clock(spoken, match, part))
    return None


def _clock(spoken: Grammar, match: re.Match[str], part: str) -> time:
    groups = match.groupdict()
    written = groups["h"] or ""
    hour = int(spoken.meaning("number", written)) % 24
    minute = int(groups.get("m") or 0)
    if groups.get("half"):
        minute = 30
    if groups.get("to"):
        hour, minute = (hour - 1) % 12, 30
    if groups.get("pm") or (part in _LATE and not groups.get("am")):
        hour = hour + 12 if hour < 12 else hour
    elif groups.get("am"):
        hour %= 12
    elif hour < _EARLIEST and part != "morning" and not written.startswith("0"):
        hour += 12
    return time(hour, minute)
