"""A database with rows in every table there is, full of whatever its columns can hold; the same for the same dice."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    null,
    select,
)

from storage.columns import Amount, UTCDateTime
from storage.database import Tx
from storage.rows import KEPT, put

TEXTS = ("Győr", "日本語 🙂", "القاهرة", 'a "B" \\n\t', "", "0", "null", "O'Hara %s {}", "ﬃ\u200bß", "x" * 3000)
DOCUMENTS: tuple[Any, ...] = (
    [], {}, "text", 0, True, 1e20, 0.1, -0.0, {"large": [1e20, 2**60]}, ["x"],
    {"b": [1.0, None, {"ä": "日"}], "a": "\u2028"},
)  # fmt: skip


async def fill(tx: Tx, dice: random.Random, each: int) -> None:
    """So many rows in each table."""
    for table in KEPT:
        await put(tx, table, [row async for row in _rows(tx, table, dice, each)])


async def _rows(tx: Tx, table: Table, dice: random.Random, each: int) -> Any:
    parents = {name: await _ids(tx, column) for name, column in _foreign(table)}
    for number in range(each):
        row = {column.name: _value(column, dice, number) for column in table.columns}
        for name, ids in parents.items():
            optional = table.c[name].nullable and dice.random() < 0.3
            row[name] = None if optional or not ids else ids[number % len(ids)]
        yield row


async def _ids(tx: Tx, column: Column[Any]) -> list[Any]:
    return list((await tx.execute(select(column).order_by(column))).scalars())


def _foreign(table: Table) -> Iterator[tuple[str, Column[Any]]]:
    for rule in table.constraints:
        if isinstance(rule, ForeignKeyConstraint):
            for element in rule.elements:
                yield element.parent.name, element.column


def _value(column: Column[Any], dice: random.Random, number: int) -> Any:
    if column.name == "id":
        return 3 * number + 5
    if column.nullable and dice.random() < 0.3:
        return null() if isinstance(column.type, JSON) else None
    if isinstance(column.type, String):
        return _text(column.type.length, dice, number)
    return next(make(dice) for kind, make in MAKERS if isinstance(column.type, kind))


MAKERS: tuple[tuple[type, Callable[[random.Random], Any]], ...] = (
    (UTCDateTime, lambda dice: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=dice.randrange(10**14))),
    (Amount, lambda dice: Decimal(dice.randrange(-(10**9), 10**12)) / 1000),
    (JSON, lambda dice: dice.choice((*DOCUMENTS, None))),
    (Boolean, lambda dice: dice.random() < 0.5),
    (Float, lambda dice: dice.choice((0.1, 1e-300, 3.0, dice.random()))),
    (BigInteger, lambda dice: dice.randrange(10**12)),
    (Integer, lambda dice: dice.randrange(2**31)),
)
"""What a column of a type may hold."""


def _text(length: int | None, dice: random.Random, number: int) -> str:
    """Never the same twice where there is room for that, because many columns are unique."""
    unique = f"{number:03}"
    room = (length or 4000) - len(unique)
    return unique[-(length or 4) :] if room < 0 else unique + dice.choice(TEXTS)[:room]
