"""How numbers, money and times are written on a page, in the language and zone of who reads it.

Zero and unknown are different: None is always written as a dash, never as 0.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, parse_pattern
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from flows.names import full_name

Number = int | float | Decimal
UNKNOWN = "–"
JUST_NOW_SECONDS = 45


class Named(Protocol):
    """A row about a person."""

    first_name: str | None
    last_name: str | None
    language: str | None


def locale_of(language: str) -> Locale:
    """Babel's locale for a language tag, English for one it does not know."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@pass_context
def number(context: Context, value: Number | None, digits: int = 0) -> str:
    """A count or measure with the language's separators, at most `digits` decimals."""
    if value is None:
        return UNKNOWN
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale_of(context["language"]))


@pass_context
def percent(context: Context, value: Number | None, digits: int = 0) -> str:
    """A share (0.25) as the language writes a percentage (25%, 25 %). Little but not nothing is never called 0%."""
    if value is None:
        return UNKNOWN
    if 0 < abs(float(value)) < 0.01:
        digits = max(digits, 1)
    locale = locale_of(context["language"])
    pattern = parse_pattern(locale.percent_formats[None].pattern)
    pattern.frac_prec = (digits, digits)
    return str(pattern.apply(Decimal(str(value)), locale))


@pass_context
def money(context: Context, amount: Number | None, currency: str, language: str | None = None) -> str:
    """An amount in major units (12.50) of an ISO 4217 currency."""
    if amount is None:
        return UNKNOWN
    return format_currency(amount, currency, locale=locale_of(language or context["language"]))


@pass_context
def reltime(context: Context, moment: datetime | None) -> str | Markup:
    """`<time>` with words such as "3 hours ago"; the exact time in the reader's zone is its title."""
    if moment is None:
        return UNKNOWN
    ago = (context["now"] - known_zone(moment)).total_seconds()
    if abs(ago) < JUST_NOW_SECONDS:
        words = str(context["t"](context, "time-just-now"))
    else:
        words = format_timedelta(-ago, add_direction=True, locale=locale_of(context["language"]))
    return time_tag(context, moment, words, relative=True)


@pass_context
def clock(context: Context, moment: datetime | None, zone: str | None = None) -> str | Markup:
    """`<time>` with hours and minutes only, as in a chat; `zone` is for the prospect's local time."""
    if moment is None:
        return UNKNOWN
    words = format_time(moment, "short", tzinfo=zone_of(zone or context["zone"]), locale=locale_of(context["language"]))
    return time_tag(context, moment, words)


@pass_context
def day(context: Context, moment: datetime | None) -> str | Markup:
    """`<time>` with the date only, in the reader's zone."""
    if moment is None:
        return UNKNOWN
    local = moment.astimezone(zone_of(context["zone"]))
    return time_tag(context, moment, format_date(local, "medium", locale=locale_of(context["language"])))


@pass_context
def exact(context: Context, moment: datetime | None) -> str:
    """Date and time in words, in the reader's zone, without a tag."""
    return UNKNOWN if moment is None else exact_words(context, moment)


def exact_words(context: Context, moment: datetime) -> str:
    """Date, time and zone in the reader's language and zone."""
    zone = zone_of(context["zone"])
    words = format_datetime(moment, "medium", tzinfo=zone, locale=locale_of(context["language"]))
    return f"{words} ({context['zone']})"


def time_tag(context: Context, moment: datetime, words: str, *, relative: bool = False) -> Markup:
    """`<time>` around `words`, which the browser keeps fresh when they are `relative`."""
    stamp = known_zone(moment).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    mark = Markup(" data-relative") if relative else ""
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(stamp, exact_words(context, moment), mark, words)


def known_zone(moment: datetime) -> datetime:
    """The same moment. Raises ValueError when it does not know its zone: guessing would show a wrong hour."""
    if moment.tzinfo is None:
        raise ValueError("a time on a page needs its zone; read it from storage as UTC")
    return moment


def zone_of(name: str) -> tzinfo:
    """The zone by its IANA name, UTC for one that is not known."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def attributes(values: Mapping[str, object]) -> Markup:
    """HTML attributes from a mapping: None and False are left out, True stands alone, the rest is escaped."""
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        parts.append(escape(name) if value is True else Markup('{}="{}"').format(name, value))
    return Markup(" ").join(parts)


def whole_name(row: Named) -> str:
    """The name of a row with `first_name`, `last_name` and `language`, in the order of that language."""
    return full_name(row.first_name, row.last_name, row.language)


FILTERS = {
    "number": number,
    "percent": percent,
    "money": money,
    "reltime": reltime,
    "clock": clock,
    "day": day,
    "exact": exact,
    "attributes": attributes,
    "full_name": whole_name,
}
