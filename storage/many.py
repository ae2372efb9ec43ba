"""Statements that are put together and compiled once: what every turn writes for many rows, and looks for work.

SQLAlchemy compiles a statement once too, but walks through all its parameters for each row of each execution, which
costs more than the database's own work. Here a row becomes what the driver takes by one look at its fields, and only
those of a type that is stored otherwise (moments, JSON, amounts) are converted.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect

from storage.database import Tx
from storage.dialects import Insert, insert_of

Fields = Mapping[str, Any]
"""A row by name: columns of an INSERT, or the names of `bindparam` in an UPDATE or DELETE."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as the driver takes it; `converters` by place, `fixed`: what is the same in every row."""

    sql: str
    pick: Callable[[Fields], tuple[Any, ...]]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]
    fixed: Fields

    def taken(self, row: Fields) -> tuple[Any, ...]:
        """A row as the driver takes it."""
        values = list(self.pick({**self.fixed, **row} if self.fixed else row))
        for place, convert in self.converters:
            values[place] = convert(values[place])
        return tuple(values)


def many(build: Callable[[Insert], Any]) -> Callable[[Tx, Sequence[Fields]], Awaitable[None]]:
    """What executes this statement for all rows given, each with the same fields; nothing is done for none.

    `build` gets the `insert` of the database. The statement answers nothing, and has no list of unknown length in it.
    """
    kept: dict[tuple[str, ...], _Compiled] = {}

    async def execute(tx: Tx, rows: Sequence[Fields]) -> None:
        if not rows:
            return
        shape = (tx.dialect.name, *rows[0])
        if shape not in kept:
            kept[shape] = _compiled(build(insert_of(tx.dialect.name)), tx.dialect, rows[0])
        compiled = kept[shape]
        await tx.exec_driver_sql(compiled.sql, [compiled.taken(row) for row in rows])

    return execute


def whether_any(query: Any) -> Callable[[Tx, Fields], Awaitable[bool]]:
    """What looks whether this query answers a row at all. It is given the same fields each time."""
    kept: dict[str, _Compiled] = {}

    async def look(tx: Tx, fields: Fields) -> bool:
        name = tx.dialect.name
        if name not in kept:
            kept[name] = _compiled(query, tx.dialect, fields)
        compiled = kept[name]
        return (await tx.exec_driver_sql(compiled.sql, compiled.taken(fields))).first() is not None

    return look


def _compiled(statement: Any, dialect: Dialect, row: Fields) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(row))
    names: list[str] = compiled.positiontup
    types = [compiled.binds[name].type.dialect_impl(dialect) for name in names]
    converters = [(place, type_.bind_processor(dialect)) for place, type_ in enumerate(types)]
    return _Compiled(
        sql=str(compiled),
        pick=itemgetter(*names) if len(names) > 1 else lambda fields: (fields[names[0]],),
        converters=tuple((place, convert) for place, convert in converters if convert is not None),
        fixed={name: compiled.params[name] for name in names if name not in row},
    )
