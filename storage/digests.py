"""What a table says, in one number: the same for the same rows, in whatever order and on whichever database."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Null, Table

from storage.database import Tx
from storage.rows import Key, key_of, page

CHUNK: Final = 2000
"""Rows read at a time."""

_SIZE: Final = 16
_EXACT: Final = 2**53


@dataclass(frozen=True, slots=True)
class Tally:
    """So many rows, and the sum of their digests: no order matters, and a row that is there twice counts twice."""

    rows: int
    digest: int


async def tally(
    tx: Tx, table: Table, *, counts: Callable[[dict[str, Any]], bool] = lambda _: True, size: int = CHUNK
) -> Tally:
    """Read a table once, some rows at a time. `counts`: which rows do, all of them by default."""
    names = [column.name for column in table.columns]
    number, total = 0, 0
    after: Key | None = None
    while rows := await page(tx, table, after, size):
        after = key_of(table, rows[-1])
        for row in filter(counts, rows):
            number += 1
            total += digest(row, names)
    return Tally(number, total % (1 << 8 * _SIZE))


def digest(row: dict[str, Any], names: Sequence[str]) -> int:
    """A row in one number, by what its values mean: a moment in UTC, an amount, a document whatever its spacing."""
    values = [_settled(row[name]) for name in names]
    written = json.dumps(values, default=_written, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.blake2b(written.encode(), digest_size=_SIZE).digest())


def _settled(value: Any) -> Any:
    """PostgreSQL gives 1e20 in a document back as a whole number, SQLite as it was written: both mean the same."""
    match value:
        case bool():
            return value
        case float() if value.is_integer() and abs(value) <= _EXACT:
            return int(value)
        case int() if abs(value) > _EXACT:
            return float(value)
        case dict():
            return {name: _settled(inner) for name, inner in value.items()}
        case list():
            return [_settled(inner) for inner in value]
        case _:
            return value


def _written(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case Null():
            return {"": "NULL"}
        case _:
            raise TypeError(f"a {type(value).__name__} is in no table")
