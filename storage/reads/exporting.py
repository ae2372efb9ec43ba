"""What every kind of export is made of: its columns, its query, and how a row becomes a line."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, select

from storage.database import Tx
from storage.tables import identities, prospects

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of export: its columns in order (the keys of each line), its query, and how a row becomes a line.

    The query's first column is the row id `id`, which pages go by; `since` are the moments that may make a row new.
    `more` completes the lines of a page, given the ids of their rows.
    """

    columns: tuple[str, ...]
    query: Callable[[], Select[Any]]
    line: Callable[[RowMapping], Line]
    id: ColumnElement[int]
    since: tuple[ColumnElement[Any], ...]
    hidden: ColumnElement[bool] | None = None
    more: Callable[[Tx, Sequence[int], Sequence[Line]], Awaitable[None]] | None = None


def known_as(kind: str, owner: ColumnElement[Any]) -> ColumnElement[Any]:
    """The newest identity of a kind that is open, else the newest one."""
    return (
        select(identities.c.value)
        .where(identities.c.prospect_id == owner, identities.c.kind == kind)
        .order_by(identities.c.closed_at.is_(None).desc(), identities.c.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("external_id" if kind == "external" else kind)
    )


def of_prospect(*columns: Any, table: Any, optional: bool = False) -> Select[Any]:
    """A query over rows of prospects, with the prospect's public id and the shop's own."""
    owner = table.c.prospect_id
    query = select(*columns, prospects.c.uid.label("prospect"), known_as("external", owner))
    return query.join_from(table, prospects, prospects.c.id == owner, isouter=optional)


def as_named(columns: tuple[str, ...]) -> Callable[[RowMapping], Line]:
    """Lines of rows that have all of these columns under these names."""
    return lambda row: {name: row[name] for name in columns}
