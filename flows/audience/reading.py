"""Looking facts of a profile up by what they mean, whatever name they arrived under."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from flows.audience.profile import Bought, Profile

_NUMBER = re.compile(r"\d[\d ,.'’]*")


def known_at(profile: Profile, now: datetime) -> Profile:
    """The profile without what is dated later than `now`: a shop's clock may be ahead of ours."""
    return replace(
        profile,
        happened=tuple(one for one in profile.happened if one.at <= now),
        orders=tuple(one for one in profile.orders if one.at <= now),
        answers=tuple(one for one in profile.answers if one.at <= now),
        heard=tuple(one for one in profile.heard if one.at <= now),
    )


def next_to_come(profile: Profile, now: datetime) -> datetime | None:
    """The first moment after `now` at which something of this profile is dated."""
    dated = (profile.happened, profile.orders, profile.answers, profile.heard)
    moments = [one.at for many in dated for one in many]
    return min((at for at in moments if at > now), default=None)


def text_of(profile: Profile, *names: str) -> str | None:
    """The first of these facts that is known and not blank, as text; free attributes come last."""
    for name in names:
        fact = profile.facts.get(name)
        if fact is not None and str(fact.value).strip():
            return written(fact.value)
    return next((profile.free[name].strip() for name in names if profile.free.get(name, "").strip()), None)


def number_of(profile: Profile, *names: str) -> Decimal | None:
    """The first of these facts that is a number, or a text that begins with one ("50-99" is 50)."""
    for name in names:
        fact = profile.facts.get(name)
        value = fact.value if fact is not None else profile.free.get(name)
        if isinstance(value, Decimal):
            return value
        if isinstance(value, str) and (found := _leading_number(value)) is not None:
            return found
    return None


def _leading_number(text: str) -> Decimal | None:
    found = _NUMBER.search(text)
    if found is None:
        return None
    digits = re.sub(r"[ '’]|[,.](?=\d{3}(?:\D|$))", "", found[0]).replace(",", ".").strip(".")
    whole, _, fraction = digits.partition(".")
    return Decimal(f"{whole}.{fraction.replace('.', '')}") if whole.isdigit() else None


def written(value: object) -> str:
    """A fact's value in words."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return amount(value)
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()


def amount(value: Decimal) -> str:
    """Money or a number without needless noughts."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text and value == value.to_integral_value() else text


def day(at: datetime) -> str:
    """A moment as its day."""
    return at.date().isoformat()


def one_of(wanted: Iterable[str], value: str) -> str | None:
    """The name among those wanted that is this value, whatever its capitals."""
    return next((name for name in wanted if name.casefold() == value.casefold()), None)


def kept_orders(profile: Profile) -> tuple[Bought, ...]:
    """Orders that were not refunded, the newest last."""
    return tuple(sorted((one for one in profile.orders if not one.refunded), key=lambda one: one.at))


def is_company(profile: Profile) -> bool:
    """Whether this is a company: any company fact is known."""
    names = (*profile.facts, *profile.free)
    return any(name.startswith(("company.", "company_")) and text_of(profile, name) for name in names)
