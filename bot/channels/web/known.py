"""What is known about a prospect, and why it is kept, in their own words: for their own eyes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from bot.channels.web.words import Words
from bot.web.filters import locale_of
from flows.audience.attributes import Attributes
from storage.reads.known_facts import KnownFact


@dataclass(frozen=True, slots=True)
class Line:
    """One fact as its person reads it. `why` is None for what nobody has declared; `own`: they said so themselves."""

    label: str
    value: str
    why: str | None
    own: bool


def lines(
    facts: Sequence[KnownFact], free: dict[str, str], attributes: Attributes, said: Words, currency: str
) -> tuple[Line, ...]:
    """What is known of somebody: declared facts, then what came along undeclared. `currency` is the shop's."""
    language = said.language
    theirs = next((str(one.value) for one in facts if one.name == "currency"), currency)
    found = [
        Line(
            attributes.label(one.name, language),
            _written(one, attributes, said, theirs if one.name in ("price", "cart_value") else currency),
            attributes.purpose(one.name, language),
            one.source == "flow",
        )
        for one in facts
    ]
    return (*found, *(Line(name, value, None, own=False) for name, value in free.items()))


def _written(fact: KnownFact, attributes: Attributes, said: Words, currency: str) -> str:
    locale = locale_of(said.language)
    match fact.value:
        case bool():
            return said("prefs-fact-yes" if fact.value else "prefs-fact-no")
        case Decimal() if (one := attributes.get(fact.name)) and one.type == "money":
            return format_currency(fact.value, currency, locale=locale)
        case Decimal():
            return format_decimal(fact.value, locale=locale)
        case date():
            return format_date(fact.value, "long", locale=locale)
        case str():
            return str(attributes.shown(fact.name, fact.value, said.language))
        case _:
            return ", ".join(fact.value)


@dataclass(frozen=True, slots=True)
class Reason:
    """One purpose, and what is kept for it: labels, each with whether it is sensitive."""

    why: str
    labels: tuple[tuple[str, bool], ...]


def register(attributes: Attributes, kept: Collection[str], language: str) -> tuple[Reason, ...]:
    """What may be kept, by purpose: the columns of every prospect, and what is `kept` of anybody."""
    by_purpose: dict[str, list[tuple[str, bool]]] = {}
    for name, one in attributes.definitions.items():
        if one.builtin or name in kept:
            by_purpose.setdefault(one.purpose, []).append((attributes.label(name, language), one.sensitive))
    return tuple(
        Reason(attributes.words_of(purpose, language), tuple(labels)) for purpose, labels in by_purpose.items()
    )
