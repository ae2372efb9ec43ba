"""What may stand in one cell, and what becomes of it.

A parser takes a text that is not empty, and raises CellRefused.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.core import get_global

from bot.data.errors import CellRefused
from flows import written
from flows.calendar import zone_of
from storage.prospects import normalise

Parser = Callable[[str], Any]

_EMAIL: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\"./]+(\.[^\s@,;:<>()\[\]\\\"./]+)+")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
text = written.line
money = written.money
amount = written.amount
yes_no = written.yes_no
"""Read in a file as they are anywhere: see flows.written."""


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


def currency(value: str) -> str:
    """A currency by its ISO 4217 code."""
    code = value.upper()
    if code not in get_global("all_currencies"):
        raise CellRefused("is not a currency; write its ISO code, such as EUR")
    return code


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
