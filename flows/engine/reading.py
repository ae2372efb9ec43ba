"""Answers in words, read as what was asked for: a number, a date, a rating, an address."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, assert_never

from flows import written
from flows.definition.steps import Answering
from flows.written import ValueRefused, email_in, phone_in

_FIGURE: Final = re.compile(r"(?<![\w.,])-?\d[\d ',.]*(?<=\d)(?![\w])")


def read(wanted: Answering, text: str, scale: int = 5) -> str | None:
    """The value in one fixed form, or None when the words do not hold what was asked for.

    Numbers as figures with a decimal point, dates as 2026-11-21, ratings from 1 to `scale`, addresses in small letters,
    phone numbers as digits. A contact is read by `contact`.
    """
    match wanted:
        case "text" | "contact":
            return text or None
        case "email":
            return email_in(text)
        case "phone":
            return phone_in(text)
        case "number":
            return _number(text)
        case "rating":
            value = _number(text)
            return value if value and value.isdecimal() and 1 <= int(value) <= scale else None
        case "date":
            return _date(text)
        case _:
            assert_never(wanted)


def contact(text: str) -> Mapping[str, str] | None:
    """How they can be reached, by attribute: a phone number, an email address, and the words about the hour."""
    phone, email = phone_in(text), email_in(text)
    found = {name: value for name, value in (("contact_phone", phone), ("contact_email", email)) if value}
    if not found:
        return None
    more = sum(character.isalpha() for character in text.lower().replace(email or "\0", ""))
    return found | ({"preferred_time": text} if more > 1 else {})


def _number(text: str) -> str | None:
    """The one number that stands in the words; with two it is not known which is meant."""
    figures = _FIGURE.findall(unicodedata.normalize("NFKC", text))
    try:
        return f"{written.number(figures[0]):f}" if len(figures) == 1 else None
    except ValueRefused:
        return None


def _date(text: str) -> str | None:
    try:
        return written.day(text).isoformat()
    except ValueRefused:
        return None
