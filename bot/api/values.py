"""Values of JSON, read by the same rules as the cells of a file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.api.problems import Fault
from bot.data import cells
from bot.data.cells import Parser
from bot.data.columns import Declared
from bot.data.errors import CellRefused


def value_of(parser: Parser, raw: Any) -> Any:
    """A JSON value as its column keeps it; None for null and for an empty text. Raises CellRefused."""
    match raw:
        case None:
            return None
        case bool() | int() | Decimal() if isinstance(parser, Declared):
            return parser.of_json(raw)
        case bool():
            if parser is not cells.yes_no:
                raise CellRefused("must be a text or a number, not true or false")
            return raw
        case int() | Decimal():
            return cells.amount(str(raw)) if parser is cells.money else parser(str(raw))
        case str():
            return parser(raw.strip()) if raw.strip() else None
        case list() if parser is cells.tags and all(isinstance(item, str) for item in raw):
            return cells.tags(";".join(raw))
        case _:
            raise CellRefused("must be a text or a number")


def read_fields(
    document: Mapping[str, Any], parsers: Mapping[str, Parser], pointer: str, faults: list[Fault]
) -> dict[str, Any]:
    """The known fields of an object, without empty ones; what is wrong is added to `faults`."""
    values: dict[str, Any] = {}
    for name, parser in parsers.items():
        try:
            value = value_of(parser, document.get(name))
        except CellRefused as refused:
            faults.append(Fault(f"{pointer}/{name}", str(refused)))
            continue
        if value is not None:
            values[name] = value
    return values


def read_texts(document: Any, pointer: str, faults: list[Fault]) -> dict[str, str]:
    """A flat object of texts, numbers and yes/no as texts; what is wrong is added to `faults`."""
    if document is None:
        return {}
    if not isinstance(document, dict):
        faults.append(Fault(pointer, "must be an object"))
        return {}
    texts: dict[str, str] = {}
    for name, raw in document.items():
        try:
            value = value_of(cells.text, "yes" if raw is True else "no" if raw is False else raw)
        except CellRefused as refused:
            faults.append(Fault(f"{pointer}/{name}", str(refused)))
            continue
        if value and len(name) <= 64:
            texts[name] = value
    return texts
