"""The columns of each kind of file: one line a column.

A column that is not here becomes an attribute of the prospect.
"""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from bot.data import cells
from bot.data.cells import Moments, Parser
from bot.data.errors import CellRefused, FileRefused, RowRefused
from bot.data.table import Row, Table, column_key
from flows.audience.attributes import AttributeDefinition, Attributes, Written, read_value, write_value
from flows.written import shortest

ERROR_COLUMNS: Final = ("error_line", "error_column", "error_reason")
"""What an error file adds to the columns of the file it is about. Read again, they are passed over."""


ONLY_OURS: Final = ("prospect", "telegram", "created_at", "updated_at")
"""A file of prospects with all of these is an export of ours. Nobody may say them: they are passed over."""

JUDGED: Final = (
    "stage", "grade", "fit", "engagement", "engagement_level", "qualification", "barrier", "known_since", "last_seen",
)  # fmt: skip
"""What our own files tell besides: judged here, and said by nobody."""

FREE: Final = "attributes"
"""Where an export of ours has the free attributes of a prospect."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its columns with a parser each, those it must have, and whether other columns are kept."""

    name: str
    columns: Mapping[str, Parser]
    required: tuple[str, ...] = ()
    keeps_others: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)


class Declared:
    """The parser of a declared attribute: a cell, or a value of JSON, as it is stored."""

    def __init__(self, attribute: AttributeDefinition) -> None:
        self._attribute = attribute

    def __call__(self, cell: str) -> Written:
        """What a cell means. Raises CellRefused."""
        return write_value(read_value(self._attribute, cell))

    def of_json(self, raw: Any) -> Written:
        """What a number, text, true or false of JSON means: numbers are exact as they stand. Raises CellRefused."""
        if isinstance(raw, bool):
            return self("yes" if raw else "no")
        if not isinstance(raw, str) and self._attribute.type in ("number", "money"):
            return self.of_figure(format(Decimal(raw), "f"))
        return self(str(raw))

    def of_figure(self, written: str) -> Written:
        """What a cell means whose figures are exact as they stand. Raises CellRefused."""
        if self._attribute.type == "money":
            return write_value(cells.amount(written))
        if self._attribute.type == "number" and _FIGURE.fullmatch(written):
            return write_value(shortest(Decimal(written)))
        return self(written)


_FIGURE: Final = re.compile(r"-?\d{1,12}(\.\d{1,20})?")


def prospects_kind(moments: Moments, attributes: Attributes | None = None) -> Kind:
    """The columns of prospects.csv; those of declared attributes are read by their type."""
    declared = attributes.declared if attributes else {}
    return Kind(
        "prospects",
        {
            "external_id": cells.shop_id,
            "email": cells.email,
            "phone": cells.phone,
            "first_name": cells.text,
            "last_name": cells.text,
            "language": cells.language,
            "timezone": cells.zone,
            "country": cells.country,
            "city": cells.text,
            "source": cells.text,
            "medium": cells.text,
            "campaign": cells.text,
            "tags": cells.tags,
            "consent_email": cells.yes_no,
            "consent_telegram": cells.yes_no,
            "consent_text": cells.text,
            "consent_at": moments.past,
            "product_id": cells.shop_id,
            "product_name": cells.text,
            "product_url": cells.url,
            "price": cells.money,
            "cart_value": cells.money,
            "currency": cells.currency,
            "interest": cells.text,
            "company_name": cells.text,
            "company_size": cells.text,
            "company_industry": cells.text,
            "company_location": cells.text,
            "company_role": cells.text,
            "company_kind": cells.text,
            **{one.column: Declared(one) for one in declared.values()},
        },
        keeps_others=True,
        aliases={"e_mail": "email", "email_address": "email", "phone_number": "phone", "customer_id": "external_id"},
    )


def as_exported(kind: Kind) -> Kind:
    """The same columns, with figures as an export of ours writes them: exact, so that none may mean two things."""
    return replace(kind, columns={name: _exact(parser) for name, parser in kind.columns.items()})


def _exact(parser: Parser) -> Parser:
    if parser is cells.money:
        return cells.amount
    return parser.of_figure if isinstance(parser, Declared) else parser


def purchases_kind(moments: Moments) -> Kind:
    """The columns of purchases.csv."""
    return Kind(
        "purchases",
        {
            "order_id": cells.shop_id,
            "external_id": cells.shop_id,
            "email": cells.email,
            "phone": cells.phone,
            "bought_at": moments.past,
            "amount": cells.money,
            "currency": cells.currency,
            "product_id": cells.shop_id,
            "code": cells.text,
        },
        required=("order_id",),
        aliases={"e_mail": "email", "customer_id": "external_id"},
    )


def codes_kind(moments: Moments) -> Kind:
    """The columns of codes.csv."""
    return Kind(
        "codes",
        {"offer": cells.text, "code": cells.shop_id, "expires_at": moments.expiry},
        required=("offer", "code"),
    )


@dataclass(frozen=True, slots=True)
class Header:
    """How a file's columns map to those of its kind: written name -> known name; `others` are kept as attributes.

    `own`: it is an export of ours. Its column `attributes` holds them together, and what nobody may say is passed over.
    """

    known: Mapping[str, str]
    others: tuple[str, ...]
    warnings: tuple[str, ...]
    own: bool = False


def read_header(kind: Kind, table: Table) -> Header:
    """Raises FileRefused when a column that must be there is missing, or one is there that nobody would read."""
    known: dict[str, str] = {}
    others: list[str] = []
    own = kind.keeps_others and set(ONLY_OURS) <= set(table.columns)
    for written in table.columns:
        key = column_key(written)
        if own and key in (*ONLY_OURS, *JUDGED, FREE):
            continue
        name = kind.aliases.get(key, key)
        if name in kind.columns:
            if name in known.values():
                raise FileRefused(f"{table.path.name}: two columns mean {name!r}; delete one of them")
            known[written] = name
        elif key not in ERROR_COLUMNS:
            others.append(written)
    missing = [name for name in kind.required if name not in known.values()]
    if missing:
        found = ", ".join(table.columns[:12])
        raise FileRefused(
            f"{table.path.name}: there is no column {missing[0]!r}; the header must name it (found: {found})"
        )
    if not known:
        raise FileRefused(
            f"{table.path.name}: no column is known; the first line must name them: {', '.join(kind.columns)}"
        )
    return Header(known, tuple(others), _hints(kind, known, others), own)


def _hints(kind: Kind, known: Mapping[str, str], others: list[str]) -> tuple[str, ...]:
    free = [name for name in kind.columns if name not in known.values()]
    hints = []
    for written in others:
        close = difflib.get_close_matches(column_key(written), free, 1, 0.84)
        if close:
            hints.append(f"column {written!r} is not known; did you mean {close[0]!r}?")
        elif not kind.keeps_others:
            hints.append(f"column {written!r} is not read")
    return tuple(hints)


def parse_row(kind: Kind, header: Header, row: Row) -> tuple[dict[str, Any], dict[str, str]]:
    """(values by known column, attributes).

    Empty cells are left out. Raises RowRefused naming the column and the reason.
    """
    if row.excess is not None:
        raise RowRefused("", row.excess)
    values: dict[str, Any] = {}
    for written, name in header.known.items():
        cell = row.cells[written]
        if cell:
            values[name] = parse_cell(kind.columns[name], cell, written)
    missing = next((name for name in kind.required if values.get(name) in (None, "")), None)
    if missing is not None:
        raise RowRefused(missing, "is empty; fill it in")
    others = header.others if kind.keeps_others else ()
    attributes = {name: parse_cell(cells.text, row.cells[name], name) for name in others if row.cells[name]}
    return values, attributes | (_together(row.cells.get(FREE, "")) if header.own else {})


def _together(cell: str) -> dict[str, str]:
    """Free attributes as an export of ours writes them: an object of texts. Raises RowRefused."""
    try:
        found = json.loads(cell) if cell else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) and len(name) <= 64 for name, one in found.items()):
        raise RowRefused(FREE, "is no JSON object of texts; leave it as it was exported, or empty")
    return {name: parse_cell(cells.text, one, FREE) for name, one in found.items() if one}


def parse_cell(parser: Parser, cell: str, column: str) -> Any:
    """The value of one cell. Raises RowRefused."""
    try:
        return parser(cell)
    except CellRefused as error:
        raise RowRefused(column, str(error)) from None
