"""A single condition -> the row of the builder that stands for it."""

from dataclasses import dataclass
from datetime import timedelta

from flows.audience.conditions import Answered, Compare, Condition, Did, Has, Known, Not, Ordered
from flows.audience.wording import number, written


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is about, what is said of it, the value, and within how many days."""

    field: str
    op: str
    value: str = ""
    within: str = ""


def row_of(condition: Condition) -> Row | None:
    """The row; None for what only the YAML view can show."""
    match condition:
        case Not(part):
            return _denied(part)
        case Compare():
            return _compared(condition)
        case Known(field):
            return Row(field.name, "known")
        case Has(what, (value,)):
            return Row(what, "has", value)
        case Did((kind,), bound, times, within, None) if _whole(within):
            return Row(f"did.{kind}", bound, str(times), _days(within))
        case Ordered("times", bound, wanted, within, None) if _whole(within):
            return Row("bought", bound, number(wanted), _days(within))
        case Ordered("total", bound, wanted, within, None) if _whole(within):
            return Row("bought.total", f"total_{bound}", number(wanted), _days(within))
        case _:
            return Row("answered", "yes") if condition == Answered() else None


def _denied(condition: Condition) -> Row | None:
    match condition:
        case Known(field):
            return Row(field.name, "unknown")
        case Has(what, (value,)):
            return Row(what, "has_not", value)
        case Did((kind,), "at_least", 1, within, None) if _whole(within):
            return Row(f"did.{kind}", "exactly", "0", _days(within))
        case _:
            return Row("answered", "no") if condition == Answered() else None


def _compared(condition: Compare) -> Row | None:
    value = condition.value
    if isinstance(value, bool):
        return Row(condition.field.name, "yes" if value else "no")
    if isinstance(value, tuple):
        return None if any("," in one for one in value) else Row(condition.field.name, condition.op, ", ".join(value))
    if isinstance(value, timedelta):
        return Row(condition.field.name, condition.op, _days(value)) if _whole(value) else None
    return Row(condition.field.name, condition.op, written(value))


def _whole(span: timedelta | None) -> bool:
    return span is None or not span % timedelta(days=1)


def _days(span: timedelta | None) -> str:
    return "" if span is None else str(span.days)
