"""What stands in a report of the shop: facts, consents and the checkout it is about, as storage takes them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bot.data.purchases import DECLARED
from bot.data.writing import plain
from bot.runtime.arrivals import ShopReported
from flows.audience.attributes import Attributes, Written
from storage import consents
from storage.consents import Agreed
from storage.database import Tx
from storage.prospect_facts import NewFact

FACTS: Final = (
    "first_name",
    "last_name",
    "language",
    "timezone",
    "country",
    "city",
    "source",
    "medium",
    "campaign",
    "product_id",
    "product_name",
    "product_url",
    "currency",
    "interest",
)
"""Fields of a report that are kept as facts about the prospect."""


def facts_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a report tells, by column."""
    facts: dict[str, Any] = {name: str(data[name]) for name in FACTS if data.get(name) not in (None, "")}
    for name in ("price", "cart_value"):
        value = amount(data.get(name))
        if value is not None:
            facts[name] = value
    return facts


def declared(attributes: Attributes, prospect_id: int, report: ShopReported) -> list[NewFact]:
    """Declared attributes that came with a report, as they were read when it was taken in."""
    found = report.data.get(DECLARED)
    pairs = found.items() if isinstance(found, dict) else ()
    return [
        NewFact(prospect_id, name, Written(str(pair[0]), amount(pair[1])), "shop", report.at, report.kind)
        for name, pair in pairs
        if name in attributes.declared and isinstance(pair, list) and len(pair) == 2
    ]


def checkout_of(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """Shop and key of the checkout that a report is about (bot/runtime/abandoned.py writes it there)."""
    match data.get("checkout"):
        case {"shop": str(name), "key": str(key)}:
            return name, key
        case _:
            return None


async def take_consents(tx: Tx, told: Mapping[int, Mapping[str, Any]], now: datetime) -> None:
    """Consents of prospects (row id -> report). One comes only with the shop's own word that it was given.

    A withdrawal by the prospect is never undone by the shop.
    """
    agreed = await consents.current(tx, list(told))
    new = [
        Agreed(prospect_id, channel, "shop", text=str(data.get("consent_text") or "") or None)
        for prospect_id, data in told.items()
        for channel in ("email", "telegram")
        if data.get(f"consent_{channel}") is True and (prospect_id, channel) not in agreed
    ]
    await consents.record_all(tx, new, now)


def written(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a report as JSON has them: moments and money as text."""
    return {str(name): plain(value) for name, value in data.items()}


def amount(value: Any) -> Decimal | None:
    """A sum of money; None for what is none."""
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 12 else None
