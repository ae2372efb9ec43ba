"""Whole tables, some rows at a time: read and written as they are, for backups and for moving to another database."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import JSON, Column, Table, insert, null, select, tuple_

from storage.database import Tx
from storage.tables import metadata, workers

KEPT: Final = tuple(table for table in metadata.sorted_tables if table is not workers)
"""Every table whose rows outlive the processes, parents before their children."""

Rows = list[dict[str, Any]]
"""Rows by column. A document that is not there is NULL (`sqlalchemy.null()`), one that says null is None."""

Key = tuple[Any, ...]
"""A row's primary key: numbers and texts."""


async def page(tx: Tx, table: Table, after: Key | None, size: int) -> Rows:
    """The next rows by primary key: those behind this key, or the first ones."""
    key = list(table.primary_key.columns)
    missing = {column.name: column.is_(None).label(f"{column.name} is missing") for column in documents(table)}
    query = select(table, *missing.values()).order_by(*key).limit(size)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    rows = [dict(row) for row in (await tx.execute(query)).mappings()]
    for row in rows:
        for name, label in missing.items():
            if row.pop(label.name):
                row[name] = null()
    return rows


def documents(table: Table) -> list[Column[Any]]:
    """The columns that may hold a JSON document or none: the driver reads both as None."""
    return [column for column in table.columns if isinstance(column.type, JSON) and column.nullable]


def key_of(table: Table, row: dict[str, Any]) -> Key:
    """A row's primary key."""
    return tuple(row[column.name] for column in table.primary_key.columns)


async def put(tx: Tx, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows as they are, with their own numbers; every column is named."""
    await tx.execute(insert(table), rows)
