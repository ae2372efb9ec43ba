"""What SQLite keeps and PostgreSQL refuses: found before it is written, and said with its place."""

import re
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Column, Integer, String, Table

UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""Signs that PostgreSQL keeps in no text: the one of the code 0, and halves of others."""

LARGEST: Final = 2**31 - 1
"""What an Integer holds on PostgreSQL; row numbers and amounts have room for 2**63."""


_HAS_ONE: Final = "has a sign in it that PostgreSQL does not keep (code 0, or half of another)"


def misfit(table: Table, row: dict[str, Any]) -> str | None:
    """Why this row cannot stand on PostgreSQL: its column and the reason. None when it can."""
    for column in table.columns:
        why = _why(column, row[column.name])
        if why is not None:
            return f"{column.name} {why}"
    return None


def _why(column: Column[Any], value: Any) -> str | None:
    if isinstance(column.type, JSON):
        return _HAS_ONE if _any_unstorable(value) else None
    match value:
        case str():
            return _text(column, value)
        case int():
            wide = isinstance(column.type, BigInteger) or not isinstance(column.type, Integer)
            return None if wide or -LARGEST <= value <= LARGEST else f"is {value}, more than PostgreSQL keeps there"
        case _:
            return None


def _text(column: Column[Any], value: str) -> str | None:
    if UNSTORABLE.search(value):
        return _HAS_ONE
    length = column.type.length if isinstance(column.type, String) else None
    if length is not None and len(value) > length:
        return f"has {len(value)} characters, and PostgreSQL keeps {length} there"
    return None


def _any_unstorable(value: Any) -> bool:
    match value:
        case dict():
            return any(_any_unstorable(part) for item in value.items() for part in item)
        case list():
            return any(_any_unstorable(part) for part in value)
        case _:
            return isinstance(value, str) and UNSTORABLE.search(value) is not None
