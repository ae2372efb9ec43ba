"""Writing tables that open anywhere and run nothing: RFC 4180, UTF-8, formulas disarmed."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n\0＝＋－＠]")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what would start one.

    The import takes it off again (bot.data.table.unguarded), also from cells that had apostrophes of their own.
    """
    return "'" + cell if _FORMULA.match(cell) else cell


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in ISO 8601 with Z, days, and money as text so that it stays exact."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value


def json_line(row: Mapping[str, Any]) -> str:
    """One line of JSON, with its line end."""
    return json.dumps(plain(row), ensure_ascii=False) + "\n"


def csv_line(values: Iterable[Any]) -> str:
    """One record of CSV, with its line end (CRLF)."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([csv_cell(value) for value in values])
    return buffer.getvalue()


def csv_cell(value: Any) -> str:
    """A value as one cell: lists joined with `;`, objects as JSON, texts guarded, nothing as an empty cell."""
    value = plain(value)
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return guarded(value)
        case Sequence():
            return guarded(";".join(str(item) for item in value))
        case Mapping():
            return guarded(json.dumps(value, ensure_ascii=False)) if value else ""
        case _:
            return str(value)
