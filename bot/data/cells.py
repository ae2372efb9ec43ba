"""What may stand in one cell, and what becomes of it.

A parser takes a text that is not empty, and raises CellRefused.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.core import get_global

from bot.data.errors import CellRefused
from flows.calendar import zone_of
from storage.prospects import normalise

Parser = Callable[[str], Any]

LONGEST_TEXT: Final = 2000
LARGEST_AMOUNT: Final = Decimal(10) ** 12
YES: Final = frozenset(
    {"1", "true", "t", "yes", "y", "x", "on", "oui", "o", "sí", "si", "s", "はい", "نعم", "igen", "i", "ano", "a"}
)
NO: Final = frozenset({"0", "false", "f", "no", "n", "off", "non", "いいえ", "لا", "nem", "ne"})

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EMAIL: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\"./]+(\.[^\s@,;:<>()\[\]\\\"./]+)+")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_MONEY: Final = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<group>[ '.,])\d{3}(?:(?P=group)\d{3})*|\d+)(?:(?P<mark>[.,])(?P<cents>\d{1,3}))?"
)
_UNSURE: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def text(value: str) -> str:
    """One line of text: whatever white space it holds becomes single blanks. A formula is kept as the text it is."""
    if _CONTROL.search(value):
        raise CellRefused("holds a control character; delete it")
    line = " ".join(value.split())
    if len(line) > LONGEST_TEXT:
        raise CellRefused(f"is longer than {LONGEST_TEXT} characters; shorten it")
    return line


def email(value: str) -> str:
    """An email address in the form it is kept in: small letters."""
    address = normalise("email", text(value) if "\n" not in value and "\r" not in value else "")
    if len(address) > 254 or not _EMAIL.fullmatch(address) or ".." in address:
        raise CellRefused("is not one email address; write it like anna@example.com")
    return address


def phone(value: str) -> str:
    """A phone number: digits, with the + of an international one."""
    if re.fullmatch(r"[\d.,]+e\+?\d+", value, re.IGNORECASE):
        raise CellRefused("was turned into a number by a spreadsheet; format the column as text and enter it again")
    number = re.sub(r"[\s().\-/\u2010-\u2015]", "", unicodedata.normalize("NFKC", value))
    number = "+" + number[2:] if number.startswith("00") else number
    if not re.fullmatch(r"\+?[0-9]{6,15}", number):
        raise CellRefused("is not a phone number; write it like +36 30 123 4567")
    return normalise("phone", number)


def shop_id(value: str) -> str:
    """The shop's own id of a person, product or order."""
    line = normalise("external", text(value))
    if len(line) > 200:
        raise CellRefused("is longer than 200 characters; shorten it")
    return line


def language(value: str) -> str:
    """A language tag, in small letters: `hu`, `en-gb`. Flows that do not speak it use the shop's first language."""
    tag = value.lower().replace("_", "-")
    if len(tag) > 16 or not _LANGUAGE.fullmatch(tag):
        raise CellRefused("is not a language; write its tag, such as en or hu")
    return tag


def zone(value: str) -> str:
    """The IANA name of a time zone."""
    if zone_of(value) is None:
        raise CellRefused("is not a time zone; write one such as Europe/Budapest")
    return value


def country(value: str) -> str:
    """A country: two letters, or its name."""
    line = text(value)
    if len(line) > 64:
        raise CellRefused("is too long for a country; write its two letters, such as HU")
    return line.upper() if len(line) == 2 else line


def url(value: str) -> str:
    """An address of the shop's website, http or https only."""
    line = text(value)
    if not re.fullmatch(
        r"https?://[^\s/\"<>\\]+(/[^\s\"<>\\]*)?|https?://[^\s/\"<>\\]+\?[^\s\"<>\\]*", line, re.IGNORECASE
    ):
        raise CellRefused("is not a web address; it must start with https://")
    return line


def money(value: str) -> Decimal:
    """An amount of money: 1234.5, 1 234,50 and 1,234.50 are the same. Not negative, at most three decimals."""
    figure = unicodedata.normalize("NFKC", value).replace("’", "'").strip()
    if _UNSURE.fullmatch(figure):
        whole = re.sub(r"[.,]", "", figure)
        raise CellRefused(f"may mean {whole} or {figure.replace(',', '.')}; write it without a thousands mark")
    found = _MONEY.fullmatch(figure)
    if found is None or not figure.isascii() or (found["mark"] and found["mark"] == found["group"]):
        raise CellRefused("is not an amount; write only the number, such as 12.50")
    return amount(re.sub(r"\D", "", found["whole"]) + "." + (found["cents"] or "0"))


def amount(value: str) -> Decimal:
    """A plain decimal number as an amount of money."""
    try:
        figure = Decimal(value)
    except InvalidOperation:
        raise CellRefused("is not an amount; write only the number, such as 12.50") from None
    exponent = figure.as_tuple().exponent
    if (
        not figure.is_finite()
        or figure < 0
        or figure >= LARGEST_AMOUNT
        or not isinstance(exponent, int)
        or exponent < -3
    ):
        raise CellRefused("is no usable amount; it must be 0 or more, with at most three decimals")
    return figure.quantize(Decimal("0.01")) if exponent > -3 else figure


def currency(value: str) -> str:
    """A currency by its ISO 4217 code."""
    code = value.upper()
    if code not in get_global("all_currencies"):
        raise CellRefused("is not a currency; write its ISO code, such as EUR")
    return code


def yes_no(value: str) -> bool:
    """Yes or no, in any of the seven languages, or as 1/0."""
    word = unicodedata.normalize("NFKC", value).casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellRefused("says neither yes nor no; write yes or no, or leave it empty")


def tags(value: str) -> list[str]:
    """Words separated by semicolons, commas or bars, each once."""
    return list(dict.fromkeys(word for part in re.split(r"[;,|]", value) if (word := text(part))))


class Moments:
    """Moments as the shop writes them: ISO 8601; without a zone they are meant in the shop's.

    None may be in the future.
    """

    def __init__(self, shop_zone: str, now: datetime) -> None:
        self._zone = zone_of(shop_zone) or ZoneInfo("UTC")
        self._now = now

    def past(self, value: str) -> datetime:
        """A moment that has been; a date alone is its start."""
        moment = self._read(value, time.min)
        if moment > self._now + timedelta(days=1):
            raise CellRefused("is in the future; check the year")
        return min(moment, self._now)

    def expiry(self, value: str) -> datetime:
        """A moment that is still to come; a date alone counts until its end."""
        moment = self._read(value, None)
        if moment <= self._now:
            raise CellRefused("has passed; leave the code out, or correct the date")
        return moment

    def _read(self, value: str, at: time | None) -> datetime:
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                day = date.fromisoformat(value)
                moment = datetime.combine(day if at is not None else day + timedelta(days=1), at or time.min)
            else:
                moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._zone)
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise CellRefused("is not a date; write it like 2026-11-21 or 2026-11-21T09:30:00+01:00") from None
        if not 1990 <= moment.year <= 2200:
            raise CellRefused("is not a likely date; check the year")
        return moment
