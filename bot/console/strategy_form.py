"""The form of a strategy: a definition as fields, and fields as a definition with every mistake told at its field."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pydantic import ValidationError

from flows.offers.catalogue import Catalogue
from flows.offers.strategy import ANYBODY, StrategyDefinition
from flows.words import BARRIERS, FINAL_BARRIERS

ASKED: Final = tuple(barrier for barrier in BARRIERS if barrier not in FINAL_BARRIERS)
"""Barriers that can have rows: a final answer is not bargained with."""

MOST_ROWS: Final = 200
"""Rows of a barrier: as many as a strategy may have in all."""

PLACES: Final = 3
"""Offers that a row of the form has room for; rows of a file may have more and keep them."""

_NUMBERS: Final = {
    "max_discount": ("guards", 1, 90),
    "margin": ("guards", 1, 100),
    "min_margin": ("guards", 0, 100),
    "cooldown_days": ("guards", 0, 3650),
    "days": ("budget", 1, 3650),
    "never_contacted": ("control", 0, 50),
    "asked_no_offer": ("control", 0, 50),
    "k1": ("learning", 1, 10_000),
    "k2": ("learning", 1, 100_000),
    "floor": ("learning", 0, 20),
}
"""Fields that hold a whole number: the part they belong to, the least and the most."""

Fields = Mapping[str, str]


def fields_of(strategy: StrategyDefinition) -> dict[str, str]:
    """The definition as the values of the form's fields."""
    guards, budget, learning, control = strategy.guards, strategy.budget, strategy.learning, strategy.control
    found = {
        "max_discount": guards.max_discount,
        "margin": guards.margin,
        "min_margin": guards.min_margin,
        "margins": "\n".join(f"{product} {percent}" for product, percent in guards.margins.items()),
        "countries": ", ".join(guards.countries),
        "cooldown_days": guards.cooldown_days,
        "one_live": "yes" if guards.one_live else "",
        "amount": budget.amount if budget else None,
        "per": budget.per if budget else "month",
        "mode": budget.mode if budget else "strict",
        "days": budget.days if budget else 90,
        "learning": "yes" if learning.on else "",
        "k1": learning.k1,
        "k2": learning.k2,
        "floor": f"{(learning.floor * 100).normalize():f}",
        "never_contacted": control.never_contacted if control else None,
        "asked_no_offer": control.asked_no_offer if control else None,
        "two_person": "yes" if strategy.two_person else "",
    }
    fields = {name: str(value) for name, value in found.items() if value is not None}
    fields |= {f"money_for-{barrier}": "yes" for barrier in guards.money_for}
    for barrier in ASKED:
        for number, row in enumerate(strategy.rows_for(barrier)):
            fields[f"row-{barrier}-{number}-segment"] = row.segment
            fields |= {f"row-{barrier}-{number}-{place}": offer for place, offer in enumerate(row.offers)}
    return fields


def rows_of(fields: Fields, barrier: str) -> int:
    """How many rows of this barrier the form shows: those with an offer, and one that is empty."""
    used = [number for number in range(MOST_ROWS) if any(_offers(fields, barrier, number))]
    return (max(used) + 1 if used else 0) + 1


def places_of(fields: Fields, barrier: str, number: int) -> int:
    """How many offers a row of the form has room for."""
    return max(PLACES, len(_offers(fields, barrier, number)))


def read(fields: Fields, campaign: str, catalogue: Catalogue) -> tuple[StrategyDefinition | None, dict[str, str]]:
    """The definition that these fields say, or None and what is wrong, by field."""
    wrong: dict[str, str] = {}
    parts: dict[str, dict[str, Any]] = {"guards": {}, "budget": {}, "control": {}, "learning": {}}
    for name, (part, least, most) in _NUMBERS.items():
        number = _whole(fields.get(name, ""), name, least, most, wrong)
        if number is not None:
            parts[part][name] = number
    parts["guards"] |= {
        "money_for": [barrier for barrier in ASKED if fields.get(f"money_for-{barrier}")],
        "countries": [code for code in fields.get("countries", "").replace(",", " ").upper().split() if code],
        "margins": _margins(fields.get("margins", ""), wrong),
        "one_live": bool(fields.get("one_live")),
    }
    if "floor" in parts["learning"]:
        parts["learning"]["floor"] = Decimal(parts["learning"]["floor"]) / 100
    parts["learning"]["on"] = bool(fields.get("learning"))
    document: dict[str, Any] = {
        "campaign": campaign,
        "rows": list(_rows(fields)),
        "guards": parts["guards"],
        "learning": parts["learning"],
        "control": parts["control"] or None,
        "budget": _budget(fields, parts["budget"], catalogue.currency, wrong),
        "two_person": bool(fields.get("two_person")),
    }
    if wrong:
        return None, wrong
    try:
        return StrategyDefinition.model_validate(document), {}
    except ValidationError as error:
        place = " › ".join(str(part) for part in error.errors()[0]["loc"])
        return None, {"form": f"{place}: this is not understood; choose from the lists"}


def _offers(fields: Fields, barrier: str, number: int) -> list[str]:
    found = [fields.get(f"row-{barrier}-{number}-{place}", "") for place in range(8)]
    return [offer for offer in found if offer]


def _rows(fields: Fields) -> Iterable[dict[str, Any]]:
    """Rows with an offer; of each barrier those for everybody last, so that none is in the way of another."""
    for barrier in ASKED:
        rows = []
        for number in range(MOST_ROWS):
            offers = list(dict.fromkeys(_offers(fields, barrier, number)))
            if offers:
                segment = fields.get(f"row-{barrier}-{number}-segment") or ANYBODY
                rows.append({"barrier": barrier, "segment": segment, "offers": offers})
        yield from sorted(rows, key=lambda row: row["segment"] == ANYBODY)


def _whole(text: str, name: str, least: int, most: int, wrong: dict[str, str]) -> int | None:
    text = text.strip().removesuffix("%").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        wrong[name] = f"write a whole number from {least:,} to {most:,}"
        return None
    return int(text)


def _margins(text: str, wrong: dict[str, str]) -> dict[str, int]:
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        product, _, percent = line.rpartition(" ")
        number = percent.removesuffix("%")
        if not product or not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= 100):
            wrong["margins"] = f"“{line[:40]}”: write a product id, a space and a number from 1 to 100 on each line"
            return {}
        found[product.strip()] = int(number)
    return found


def _budget(fields: Fields, known: dict[str, Any], currency: str, wrong: dict[str, str]) -> dict[str, Any] | None:
    text = fields.get("amount", "").strip()
    if not text:
        return None
    try:
        amount = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or not 0 < amount < 1_000_000_000:
        wrong["amount"] = "write an amount above 0, such as 1500 or 1500.50"
        return None
    rounded = amount.quantize(Decimal("0.01"))
    how = {"per": fields.get("per") or "month", "mode": fields.get("mode") or "strict"}
    return known | how | {"amount": rounded, "currency": currency}
