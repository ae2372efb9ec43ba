"""Values as people write them: a text becomes a line, a number, an amount of money, a day, a yes or a no.

Each reader takes a text that is not empty and raises ValueRefused; none of them guesses.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

LONGEST_TEXT: Final = 2000
LARGEST_AMOUNT: Final = Decimal(10) ** 12
YES: Final = frozenset(
    {"1", "true", "t", "yes", "y", "x", "on", "oui", "o", "sí", "si", "s", "はい", "نعم", "igen", "i", "ano", "a"}
)
NO: Final = frozenset({"0", "false", "f", "no", "n", "off", "non", "いいえ", "لا", "nem", "ne"})

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FIGURE: Final = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<group>[ '.,])\d{3}(?:(?P=group)\d{3})*|\d+)(?:(?P<mark>[.,])(?P<cents>\d{1,3}))?"
)
_UNSURE: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_DAY: Final = re.compile(r"(?P<y>\d{4})([-./年] ?)(?P<m>\d{1,2})[-./月] ?(?P<d>\d{1,2})[.日]?")
_DOTTED_DAY: Final = re.compile(r"(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>\d{4})")
_EMAIL: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@[^\s@,;:<>()\[\]\\\"./]+(\.[^\s@,;:<>()\[\]\\\"./]+)+")
_PHONE: Final = re.compile(r"(?<![A-Za-z0-9.])\+?\d[\d\s().\-/\u2010-\u2015]{4,22}\d(?![A-Za-z0-9])")


class ValueRefused(Exception):
    """A value that is not of its kind. The message says what it should look like, and never repeats the value."""


def line(value: str) -> str:
    """One line of text: whatever white space it holds becomes single blanks. A formula is kept as the text it is."""
    if _CONTROL.search(value):
        raise ValueRefused("holds a control character; delete it")
    words = " ".join(value.split())
    if len(words) > LONGEST_TEXT:
        raise ValueRefused(f"is longer than {LONGEST_TEXT} characters; shorten it")
    return words


def money(value: str) -> Decimal:
    """An amount of money: 1234.5, 1 234,50 and 1,234.50 are the same. Not negative, at most three decimals."""
    return amount(_plain_figure(value, "an amount; write only the number, such as 12.50"))


def amount(value: str) -> Decimal:
    """A plain decimal number as an amount of money."""
    try:
        figure = Decimal(value)
    except InvalidOperation:
        raise ValueRefused("is not an amount; write only the number, such as 12.50") from None
    exponent = figure.as_tuple().exponent
    if (
        not figure.is_finite()
        or figure < 0
        or figure >= LARGEST_AMOUNT
        or not isinstance(exponent, int)
        or exponent < -3
    ):
        raise ValueRefused("is no usable amount; it must be 0 or more, with at most three decimals")
    return figure.quantize(Decimal("0.01")) if exponent > -3 else figure


def number(value: str) -> Decimal:
    """A number, whole or with decimals, below 10^12 in size; 1 234 and 1234 are the same."""
    text = unicodedata.normalize("NFKC", value).strip().replace("\u2212", "-")
    figure = Decimal(_plain_figure(text.removeprefix("-"), "a number; write it in figures, such as 12 or 12.5"))
    if figure >= LARGEST_AMOUNT:
        raise ValueRefused("is too large for a number; check it")
    return shortest(-figure if text.startswith("-") else figure)


def shortest(figure: Decimal) -> Decimal:
    """The same number without zeros that say nothing: the one form in which numbers are kept."""
    return Decimal(int(figure)) if figure == figure.to_integral_value() else figure.normalize()


def _plain_figure(value: str, wanted: str) -> str:
    """The figure without marks of thousands and with a decimal point."""
    figure = unicodedata.normalize("NFKC", value).replace("’", "'").strip()
    if _UNSURE.fullmatch(figure):
        whole = re.sub(r"[.,]", "", figure)
        raise ValueRefused(f"may mean {whole} or {figure.replace(',', '.')}; write it without a thousands mark")
    found = _FIGURE.fullmatch(figure)
    if found is None or not figure.isascii() or (found["mark"] and found["mark"] == found["group"]):
        raise ValueRefused(f"is not {wanted}")
    return re.sub(r"\D", "", found["whole"]) + "." + (found["cents"] or "0")


def day(value: str) -> date:
    """A day: 2026-11-21, 2026. 11. 21., 21. 11. 2026. A time after it is passed over."""
    text = unicodedata.normalize("NFKC", value).strip()
    text = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text)
    found = _DAY.fullmatch(text) or _DOTTED_DAY.fullmatch(text)
    try:
        when = date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        when = None
    if when is None:
        raise ValueRefused("is not a day; write it like 2026-11-21")
    if not 1900 <= when.year <= 2200:
        raise ValueRefused("is not a likely day; check the year")
    return when


def yes_no(value: str) -> bool:
    """Yes or no, in any of the seven languages, or as 1/0."""
    word = unicodedata.normalize("NFKC", value).casefold().strip(" .!。")
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueRefused("says neither yes nor no; write yes or no, or leave it empty")


def email_in(words: str) -> str | None:
    """The email address that stands in these words, in small letters; None when there is none."""
    found = _EMAIL.search(unicodedata.normalize("NFKC", words))
    address = found[0].rstrip(".!?").lower() if found else ""
    return address if address and len(address) <= 254 and ".." not in address else None


def phone_in(words: str) -> str | None:
    """The phone number that stands in these words: digits, with the + of an international one; None without one."""
    for found in _PHONE.finditer(unicodedata.normalize("NFKC", words)):
        digits = re.sub(r"\D", "", found[0])
        if 6 <= len(digits) <= 15:
            return f"+{digits}" if found[0].startswith("+") else digits
    return None
