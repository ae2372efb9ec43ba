"""A first strategy to edit: the catalogue's own order, as rows."""

from flows.offers.catalogue import Catalogue
from flows.offers.strategy import Guards, Row, StrategyDefinition
from flows.words import BARRIERS, FINAL_BARRIERS


def starter(catalogue: Catalogue, campaign: str) -> StrategyDefinition:
    """One row for every barrier that an offer removes, for everybody, in the catalogue's order.

    Discounts are left out where the barrier is not price: that is the one thing in which it may differ from what
    happens without a strategy.
    """
    guards, rows = Guards(), []
    for barrier in BARRIERS:
        offers = [
            offer.id
            for offer in catalogue.offers
            if barrier in offer.removes and (offer.kind != "discount" or barrier in guards.money_for)
        ]
        if offers and barrier not in FINAL_BARRIERS:
            rows.append(Row(barrier=barrier, offers=tuple(offers[:8])))
    return StrategyDefinition(campaign=campaign, rows=tuple(rows), guards=guards)


def differences(before: StrategyDefinition, after: StrategyDefinition) -> tuple[tuple[str, str, str], ...]:
    """What changed between two strategies: (what, before, after), rows first; an empty text where there was none."""
    old, new = _lines(before), _lines(after)
    lines = ((name, old.get(name, ""), new.get(name, "")) for name in dict.fromkeys((*old, *new)))
    found = [line for line in lines if line[1] != line[2]]
    # The order alone is told when it is all that is different about the rows.
    rows_changed = any(" · " in name and name.partition(" · ")[0] in BARRIERS for name, _, _ in found)
    return tuple(line for line in found if line[0] != "order" or not rows_changed)


def _lines(strategy: StrategyDefinition) -> dict[str, str]:
    lines = {}
    for row in strategy.rows:
        key = f"{row.barrier} · {row.segment}"
        lines[key] = " → ".join(row.offers)
    for part in ("guards", "budget", "learning", "control"):
        values = getattr(strategy, part)
        document = values.model_dump(mode="json") if values is not None else {}
        lines |= {f"{part} · {name}": _short(value) for name, value in document.items() if _short(value)}
    lines["two_person"] = _short(strategy.two_person)
    lines["order"] = ", ".join(f"{row.barrier}/{row.segment}" for row in strategy.rows)
    return lines


def _short(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return "" if value is None else str(value)
