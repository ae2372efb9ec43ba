"""A time that somebody named: "Monday at 10", "tomorrow evening", "in two weeks", in seven languages.

What is read is a wish that will be said back in words, so a plain guess is better than none: an hour below eight
without "am" or "morning" is one of the afternoon, and "next month" is its first day. A time that tells no day ("later",
"when I get my salary") is none. Whoever asks for a time further ahead than :data:`FURTHEST` gets that: sooner than they
wish, but nearer to it than any other day that we may promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from babel.dates import format_date, format_time

from flows.understanding.folding import Folded, fold
from flows.understanding.moment_days import Day, NamedLength, Piece, find_day, find_length, without
from flows.understanding.moment_grammar import Grammar, grammar
from flows.understanding.moment_hours import find_hour, find_part
from flows.understanding.normalise import normalise
from flows.understanding.safety import LANGUAGES

FURTHEST = timedelta(days=90)
"""No question is put off for longer."""

WHOLE_DAY = time(10)
"""The hour of a day that was named without one."""

TODAY = timedelta(hours=3)
"""How far ahead "today" is when no hour was named."""

_READ = 600  # characters of a text that are read
_NEAR = 4  # words so close together are shown as one

_HOURS = {"morning": time(9), "noon": time(12), "afternoon": time(15), "evening": time(18), "night": time(19)}
_GLUE = {"en": " at ", "es": ", ", "fr": " à ", "ja": " ", "ar": "، الساعة ", "hu": ", ", "cs": " v "}
_DATES = {
    "en": "EEEE, MMMM d",
    "es": "EEEE, d 'de' MMMM",
    "fr": "EEEE d MMMM",
    "ja": "M月d日(EEEE)",
    "ar": "EEEE، d MMMM",
    "hu": "MMMM d., EEEE",
    "cs": "EEEE d. MMMM",
}
_YEARS = {"en": ", y", "es": " 'de' y", "fr": " y", "ja": "", "ar": " y", "hu": "", "cs": " y"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time somebody named. at: aware, in the zone of the `now` it was read at, always after it.

    said: the words it was read from, as they were written. alone: nothing else was said than these and polite words,
    so the text is a time whatever it may look like otherwise.
    """

    at: datetime
    said: str
    alone: bool


def find_moment(text: str, language: str, now: datetime) -> Moment | None:
    """The time that *text* names, counted from *now* (aware, in the prospect's zone); None when it names none.

    *language* is tried first, then English, since people use its words everywhere. Only future times are found: a day
    that is over rolls on to the next one of its name.
    """
    if now.tzinfo is None:
        raise ValueError("now has no time zone; pass it in the prospect's zone")
    spoken = language if language in LANGUAGES else "en"
    for tongue in dict.fromkeys((spoken, "en")):
        moment = _in_language(text, grammar(tongue), now)
        if moment:
            return moment
    return None


def moment_words(at: datetime, language: str, now: datetime) -> str:
    """Say a time in words, such as "Monday, November 23 at 10:00"; with the year when it is not that of *now*."""
    spoken = language if language in LANGUAGES else "en"
    pattern = _DATES[spoken]
    if at.year != now.astimezone(at.tzinfo).year:
        prefix = {"ja": "y年", "hu": "y. "}.get(spoken, "")
        pattern = f"{prefix}{pattern}{_YEARS[spoken]}"
    day = format_date(at.date(), pattern, locale=spoken)
    hour = format_time(at.time(), "H:mm" if spoken in ("ja", "es", "hu", "cs") else "HH:mm", locale=spoken)
    return f"{day}{_GLUE[spoken]}{hour}"


def _in_language(text: str, spoken: Grammar, now: datetime) -> Moment | None:
    folded = fold(text[:_READ])
    said = folded.said
    for rule in spoken.of_kind("not"):
        said = rule.pattern.sub(lambda match: " " * len(match.group()), said)
    length = find_length(spoken, said, now)
    if isinstance(length, NamedLength):
        return _moment(folded, [length], said, spoken, length.at, now)
    named = length or find_day(spoken, said, now.date())
    # "Tonight" is a day and a part of it.
    rest = said if named and named.day.today else without(said, named)
    part = find_part(spoken, rest)
    hour = find_hour(spoken, without(rest, part), part.name if part else "")
    pieces = sorted((piece for piece in (named, part, hour) if piece), key=lambda piece: piece.start)
    if not pieces:
        return None
    clock = hour.clock if hour else _HOURS[part.name] if part else None
    at = _resolved(named.day if named else None, clock, now)
    return _moment(folded, pieces, said, spoken, at, now)


def _resolved(day: Day | None, clock: time | None, now: datetime) -> datetime:
    """The first time after *now* that is such a day at such an hour."""
    if day and day.today and clock is None:
        at = (now + TODAY).replace(minute=0, second=0, microsecond=0)
        if at.date() == now.date():
            return at
    day = day or Day(now.date(), "day")
    at = _at(day, clock, now)
    while at <= now:
        day = day.again()
        at = _at(day, clock, now)
    return at


def _at(day: Day, clock: time | None, now: datetime) -> datetime:
    return datetime.combine(day.date, clock or WHOLE_DAY, tzinfo=now.tzinfo)


def _moment(folded: Folded, pieces: Sequence[Piece], said: str, spoken: Grammar, at: datetime, now: datetime) -> Moment:
    rest = said
    for piece in pieces:
        rest = without(rest, piece)
    for rule in spoken.of_kind("filler"):
        rest = rule.pattern.sub(" ", rest)
    apart = " ".join(folded.original(piece.start, piece.end) for piece in pieces)
    together = folded.original(pieces[0].start, max(piece.end for piece in pieces))
    furthest = (now.astimezone(UTC) + FURTHEST).astimezone(now.tzinfo)
    words = together if len(together) <= len(apart) + _NEAR else apart
    return Moment(min(at, furthest), words, alone=not normalise(rest).strip("?, "))
