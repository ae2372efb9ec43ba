"""The segment builder: rows of a form <-> a condition. Works without JavaScript; the address holds the whole form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from bot.console.builder_rows import Row, row_of
from flows.audience.conditions import All, AnyOf, Condition
from flows.audience.fields import FIELDS, OPS, Declared, Field, Kind
from flows.audience.terms import CLOSED, EVENT_KINDS, Whose
from flows.audience.wording import OWNED

GROUPS: Final = 5
ROWS: Final = 12
"""So many groups, and rows in each, at most: more is for the YAML view."""

COUNTS: Final = ("at_least", "at_most", "exactly")
TOTALS: Final = ("total_at_least", "total_at_most", "total_above", "total_below")
SETS: Final[tuple[Whose, ...]] = get_args(Whose)


@dataclass(frozen=True, slots=True)
class Asked:
    """How one row is asked for: what may be said of its field, and how its value is entered.

    `enter`: `text`, `number`, `date`, `days`, `choice` (of `options`) or `none`; `span`: with "within the last days".
    """

    ops: tuple[str, ...]
    enter: str
    options: tuple[str, ...] = ()
    span: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together: all of them, or any."""

    match: str = "all"
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """The builder as it stands."""

    match: str = "all"
    groups: tuple[Group, ...] = (Group(),)


def fields_of(declared: Declared) -> dict[str, list[tuple[str, str]]]:
    """(name, label) of everything a row can be about, by heading."""
    facts = [(one.name, one.label) for one in FIELDS.values() if one.origin in ("fact", "company")]
    scores = [(one.name, one.label) for one in FIELDS.values() if one.origin == "score"]
    person = [(one.name, one.label) for one in FIELDS.values() if one.origin == "person"]
    return {
        "facts": facts,
        "declared": [(one.name, one.label) for one in declared.values()],
        "answers": [*person, ("answered", "answered"), ("barrier", "any barrier named")],
        "scores": scores,
        "events": [*((f"did.{kind}", kind.replace("_", " ")) for kind in EVENT_KINDS)],
        "orders": [("bought", "number of orders"), ("bought.total", "sum of orders")],
        "has": [(name, OWNED[name]) for name in SETS if name != "barrier"],
    }


def asked_of(name: str, op: str, declared: Declared) -> Asked:
    """What a row about this field asks for."""
    if name in SETS:
        options = next((values for what, values in CLOSED.items() if what == name), ())
        return Asked(("has", "has_not"), "choice" if options else "text", options)
    if name.startswith("did."):
        return Asked(COUNTS, "number", span=True)
    if name == "bought":
        return Asked(COUNTS, "number", span=True)
    if name == "bought.total":
        return Asked(TOTALS, "number", span=True)
    if name == "answered":
        return Asked(("yes", "no"), "none")
    field = find(name, declared)
    if field is None:
        return Asked(("is", "is_not", "contains", "known", "unknown"), "text")
    ops = ("yes", "no") if field.kind == "yes_no" else (*OPS[field.kind], "known", "unknown")
    return Asked(ops, _entered(field, op), field.options)


def find(name: str, declared: Declared) -> Field | None:
    """The field of this full name, or None."""
    by_name = {one.name: one for one in declared.values()}
    return FIELDS.get(name) or by_name.get(name)


def _entered(field: Field, op: str) -> str:
    if op in ("known", "unknown", "yes", "no"):
        return "none"
    if op in ("within_last", "within_next", "older_than"):
        return "days"
    ways: dict[Kind, str] = {"number": "number", "money": "number", "whole": "number", "day": "date", "moment": "date"}
    if field.kind == "word" and op in ("is", "is_not"):
        return "choice"
    return ways.get(field.kind, "text")


def read_form(asked: Callable[[str], str], declared: Declared) -> Form:
    """The form as the address holds it, with what its last button asked for done."""
    groups = []
    for number in range(GROUPS):
        start = f"g{number}"
        if not asked(f"{start}.match"):
            break
        rows = [_row(asked, f"{start}.r{one}", declared) for one in range(ROWS) if asked(f"{start}.r{one}.f")]
        groups.append(Group("any" if asked(f"{start}.match") == "any" else "all", tuple(rows)))
    form = Form("any" if asked("match") == "any" else "all", tuple(groups) or (Group(),))
    return _done(form, asked, declared)


def _row(asked: Callable[[str], str], start: str, declared: Declared) -> Row:
    row = Row(asked(f"{start}.f"), asked(f"{start}.o"), asked(f"{start}.v"), asked(f"{start}.w"))
    ops = asked_of(row.field, row.op, declared).ops
    return row if row.op in ops else replace(row, op=ops[0], value="" if row.op else row.value)


def _done(form: Form, asked: Callable[[str], str], declared: Declared) -> Form:
    verb, _, rest = asked("do").partition(":")
    numbers = [int(one) for one in rest.split(":") if one.isdigit()]
    groups = list(form.groups)
    if verb == "group" and len(groups) < GROUPS:
        groups.append(Group())
    elif verb == "drop" and len(numbers) == 2 and numbers[0] < len(groups):
        rows = groups[numbers[0]].rows
        kept = tuple(row for number, row in enumerate(rows) if number != numbers[1])
        groups[numbers[0]] = replace(groups[numbers[0]], rows=kept)
    elif verb == "ungroup" and len(numbers) == 1 and len(groups) > 1:
        groups = [group for number, group in enumerate(groups) if number != numbers[0]]
    for number, group in enumerate(groups):
        wanted = asked(f"g{number}.new") if verb != "ungroup" else ""
        if wanted and len(group.rows) < ROWS:
            row = Row(wanted, asked_of(wanted, "", declared).ops[0])
            groups[number] = replace(group, rows=(*group.rows, row))
    return replace(form, groups=tuple(groups))


def document_of(form: Form, declared: Declared) -> dict[str, Any]:
    """The form as the condition it stands for, in plain values. Rows that are not filled in yet say nothing."""
    groups = [
        {group.match: [_written(row, declared) for row in group.rows if _filled(row, declared)]}
        for group in form.groups
    ]
    full = [group for group in groups if next(iter(group.values()))]
    if not full:
        return {}
    return full[0] if len(full) == 1 else {form.match: full}


def _filled(row: Row, declared: Declared) -> bool:
    return bool(row.value) or asked_of(row.field, row.op, declared).enter == "none"


def _written(row: Row, declared: Declared) -> dict[str, Any]:
    name, op = row.field, row.op
    within = {"within": f"{row.within}d"} if row.within else {}
    if name in SETS:
        wanted: dict[str, Any] = {name: row.value}
        return wanted if op == "has" else {"not": wanted}
    if name.startswith("did."):
        return {"did": {"event": name.removeprefix("did."), op: _number(row.value), **within}}
    if name in ("bought", "bought.total"):
        return {"bought": {op: _number(row.value), **within}}
    if name == "answered":
        return {"answered": True} if op == "yes" else {"not": {"answered": True}}
    if op in ("yes", "no"):
        return {name: op == "yes"}
    if op in ("known", "unknown"):
        return {op: name}
    return {name: {op: _value(row, asked_of(name, op, declared))}}


def _value(row: Row, asked: Asked) -> Any:
    if row.op in ("one_of", "none_of"):
        return [one.strip() for one in row.value.split(",") if one.strip()]
    if asked.enter == "days":
        return f"{row.value}d"
    return _number(row.value) if asked.enter == "number" else row.value


def _number(text: str) -> Any:
    """A number as people type it; what is none is refused with its place by whoever reads the condition."""
    try:
        return Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return text


def form_of(condition: Condition) -> Form | None:
    """The builder for a condition; None when it does not fit into two levels of rows."""
    match = "any" if isinstance(condition, AnyOf) else "all"
    parts: Sequence[Condition] = condition.parts if isinstance(condition, All | AnyOf) else (condition,)
    rows = [row_of(part) for part in parts]
    whole = tuple(row for row in rows if row is not None)
    if len(whole) == len(rows):
        return Form("all", (Group(match, whole),)) if len(whole) <= ROWS else None
    groups = [_group(part) for part in parts]
    known = tuple(group for group in groups if group is not None)
    return Form(match, known) if len(known) == len(groups) <= GROUPS else None


def _group(condition: Condition) -> Group | None:
    if isinstance(condition, All | AnyOf) and not condition.parts:
        return None
    match = "any" if isinstance(condition, AnyOf) else "all"
    parts: Sequence[Condition] = condition.parts if isinstance(condition, All | AnyOf) else (condition,)
    rows = [row_of(part) for part in parts]
    known = tuple(row for row in rows if row is not None)
    return Group(match, known) if len(known) == len(rows) <= ROWS else None
