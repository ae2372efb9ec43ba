"""The only place (with engines.py, database.py and migrations/) that knows which database it talks to: SQL."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Float, String, Table, Text, bindparam, false, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


def insert(tx: AsyncConnection, table: Table) -> Any:
    """An INSERT that has `on_conflict_do_nothing` and `on_conflict_do_update` on both databases."""
    return insert_of(tx.dialect.name)(table)


Insert = Callable[[Table], Any]
"""What makes an INSERT that knows conflicts, of one of the databases."""


def insert_of(name: str) -> Insert:
    """The same for the dialect of this name."""
    made: Insert = (sqlite if name == "sqlite" else postgresql).insert
    return made


def prepared(build: Callable[[Insert], Any]) -> Callable[[AsyncConnection], Any]:
    """A statement that is built once for each database, with the `insert` of that database.

    Building a statement costs more than executing it: what every turn executes is built once.
    """
    kept: dict[str, Any] = {}

    def of(tx: AsyncConnection) -> Any:
        name = tx.dialect.name
        if name not in kept:
            kept[name] = build(insert_of(name))
        return kept[name]

    return of


async def one_at_a_time(tx: AsyncConnection, what: str) -> None:
    """Until this transaction ends, nobody else on this database does what goes by this name. SQLite is so by itself."""
    if tx.dialect.name == "postgresql":
        await tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"holdback {what}"))))


async def alone_in(tx: AsyncConnection, table: Table) -> None:
    """Until this transaction ends, nobody else changes this table; everybody may read it. SQLite is so by itself.

    Whoever has changed it has come to an end, so that what they changed elsewhere is seen as well.
    """
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")


async def steady(tx: AsyncConnection) -> None:
    """First in a transaction: everything it reads is of one moment. On SQLite that is so anyway."""
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


async def empty(tx: AsyncConnection, tables: Sequence[Table]) -> None:
    """Delete all rows of these tables (given parents first)."""
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql(f"TRUNCATE {', '.join(table.name for table in tables)}")
        return
    for table in reversed(tables):
        await tx.execute(table.delete())


async def count_on(tx: AsyncConnection, tables: Sequence[Table]) -> None:
    """After rows were inserted with their own ids: new ids go on behind them. SQLite does so by itself."""
    if tx.dialect.name != "postgresql":
        return
    for table in tables:
        if "id" in table.c:
            highest = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
            await tx.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest, false())))


async def keeps_every_sign(tx: AsyncConnection) -> bool:
    """Whether any text can be kept here, in whatever language. SQLite always does."""
    if tx.dialect.name != "postgresql":
        return True
    return str((await tx.exec_driver_sql("SHOW server_encoding")).scalar_one()) == "UTF8"


async def learn(tx: AsyncConnection) -> None:
    """After many rows came at once: let the database find out what it holds, so that it plans its queries by that."""
    await tx.exec_driver_sql("ANALYZE")


def keys_of(tx: AsyncConnection, column: ColumnElement[Any]) -> Any:
    """The keys of a JSON object in a column, one row each (column `key`), to be joined to the column's table."""
    if tx.dialect.name == "sqlite":
        return func.json_each(column).table_valued("key")
    return func.jsonb_object_keys(column).table_valued("key").render_derived()


def among(column: ColumnElement[Any], names: Sequence[str]) -> ColumnElement[bool]:
    """The column has one of these names of ours, written out.

    Only so does SQLite see that a partial index fits: one that says `state = 'new'` for one name, one that says
    `state IN (...)` for the same names in the same order.
    """
    if len(names) == 1:
        return column == literal(names[0], literal_execute=True)
    return column.in_(bindparam(None, list(names), expanding=True, literal_execute=True))


class utc_day(FunctionElement[str]):  # noqa: N801 - it is written where SQL functions are
    """The UTC day of a moment as ISO text, so that days sort and compare on both databases."""

    type = String()
    inherit_cache = True


class epoch(FunctionElement[float]):  # noqa: N801 - it is written where SQL functions are
    """A moment as seconds since 1970, to the second or better: the difference of two is how long it took."""

    type = Float()
    inherit_cache = True


class asked_step(FunctionElement[str]):  # noqa: N801 - it is written where SQL functions are
    """The step whose question a message of the outbox asks; null for a message without one."""

    type = String()
    inherit_cache = True


class standing_step(FunctionElement[str]):  # noqa: N801 - it is written where SQL functions are
    """The step where a conversation stands, by its state; null before the first."""

    type = String()
    inherit_cache = True


def _written(function: type[FunctionElement[Any]], sqlite_sql: str, postgresql_sql: str) -> None:
    """How a function of one argument is written on each database; `{}` stands for the argument."""

    def write(pattern: str) -> Callable[..., str]:
        return lambda element, compiler, **more: pattern.replace("{}", compiler.process(element.clauses, **more))

    compiles(function, "sqlite")(write(sqlite_sql))
    compiles(function, "postgresql")(write(postgresql_sql))


_written(utc_day, "substr({}, 1, 10)", "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD')")
_written(epoch, "CAST(strftime('%s', {}) AS REAL)", "extract(epoch FROM {})::float8")
_written(standing_step, "json_extract({}, '$.state.step')", "({})::jsonb #>> '{state,step}'")
_written(asked_step, "json_extract({}, '$.prompt.step')", "({})::jsonb #>> '{prompt,step}'")


class folded(FunctionElement[str]):  # noqa: N801 - it is used as a function of SQL
    """A text with A to Z as a to z and every other sign as it is, whatever the database's language: see fold()."""

    type = Text()
    inherit_cache = True


# SQLite's own lower() knows ASCII only.
_written(folded, "lower({})", 'lower(({}) COLLATE "C")')


class list_holds(FunctionElement[bool]):  # noqa: N801 - it is used as a function of SQL
    """A JSON list of texts (first argument) holds this text (second argument, folded already), in whatever case."""

    type = Boolean()
    inherit_cache = True


@compiles(list_holds)
def _list_holds(element: Any, compiler: Any, **options: Any) -> str:
    column, wanted = (compiler.process(part, **options) for part in element.clauses)
    # Most lists are empty, and taking one apart costs more than looking at it.
    return f"({column} <> '[]' AND EXISTS (SELECT 1 FROM json_each({column}) WHERE lower(value) = {wanted}))"  # noqa: S608 - parts that SQLAlchemy wrote


@compiles(list_holds, "postgresql")
def _list_holds_in_c(element: Any, compiler: Any, **options: Any) -> str:
    """The whole list in small letters, which leaves JSON's own signs alone. No query within: workers can share it."""
    column, wanted = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} <> '[]' AND jsonb_exists(lower({column}::text COLLATE \"C\")::jsonb, {wanted}))"


class list_names(FunctionElement[bool]):  # noqa: N801 - it is used as a function of SQL
    """A JSON list of words of ours (first argument) has this word (second argument), exactly as it is."""

    type = Boolean()
    inherit_cache = True


@compiles(list_names)
def _list_names(element: Any, compiler: Any, **options: Any) -> str:
    """Our words have no quotes in them: looking for the quoted word is quicker than taking the list apart."""
    column, wanted = (compiler.process(part, **options) for part in element.clauses)
    return f"(instr({column}, '\"' || {wanted} || '\"') > 0)"


@compiles(list_names, "postgresql")
def _list_names_in_jsonb(element: Any, compiler: Any, **options: Any) -> str:
    column, wanted = (compiler.process(part, **options) for part in element.clauses)
    return f"jsonb_exists({column}, {wanted})"
