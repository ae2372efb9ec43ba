"""The floor: the very rows that were written, written again by sqlite3 alone, as fast as it can."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from storage.database import Database

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
RETURNING = re.compile(r"\bRETURNING\b.*\Z", re.IGNORECASE | re.DOTALL)


@dataclass
class Recording:
    """Transactions that wrote: for each, its statements with all their rows, in the order in which they first came."""

    transactions: list[dict[str, list[Any]]] = field(default_factory=list)
    statements: int = 0
    """Statements of any kind that went to the writing connection."""
    commits: int = 0

    def take(self, statement: str, rows: list[Any]) -> None:
        """One statement as the driver got it."""
        self.statements += 1
        if WRITES.match(statement):
            self.transactions[-1].setdefault(RETURNING.sub("", statement), []).extend(rows)


@contextmanager
def recording(database: Database) -> Iterator[Recording]:
    """Note everything that is written meanwhile."""
    assert database._writer is not None, "the floor is SQLite's"
    engine, noted = database._writer._engine, Recording()

    def begun(_connection: Any) -> None:
        noted.transactions.append({})

    def executed(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if noted.transactions:
            # SQLAlchemy also says "many" of one INSERT with the values of many rows in it.
            rows = many and all(isinstance(row, tuple | list | dict) for row in parameters)
            noted.take(statement, list(parameters) if rows else [parameters])

    def committed(_connection: Any) -> None:
        noted.commits += 1

    listeners = (("begin", begun), ("before_cursor_execute", executed), ("commit", committed))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield noted
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


@contextmanager
def copy_of(file: Path) -> Iterator[sqlite3.Connection]:
    """The database as it was, to be written again; as durable as ours (WAL, FULL)."""
    copy = file.with_name(f"floor-{file.name}")
    for ending in ("", "-wal"):
        if Path(f"{file}{ending}").exists():
            shutil.copy(f"{file}{ending}", f"{copy}{ending}")
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        yield connection
    finally:
        connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{copy}{ending}").unlink(missing_ok=True)


def write_again(connection: sqlite3.Connection, recorded: Recording) -> None:
    """The same rows in the same transactions, each statement once for all its rows."""
    for transaction in recorded.transactions:
        if not transaction:
            continue
        connection.execute("BEGIN IMMEDIATE")
        for statement, rows in transaction.items():
            connection.executemany(statement, rows)
        connection.execute("COMMIT")
