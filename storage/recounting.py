"""The sums that are kept beside what they count: whether they are right, and counting them afresh.

They change in the very transactions that change what they count, and so are right. Should they ever not be, after
somebody changed rows by hand or a disk lost some, they are counted again here.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Select, Table, delete, func, insert, literal, select

from storage import answer_counts, journeys, stage_counts, step_counts
from storage.columns import Amount
from storage.database import Tx
from storage.dialects import alone_in
from storage.tables import answer_counts as answer_table
from storage.tables import grants, journey_days, offer_ledger
from storage.tables import stage_counts as stage_table
from storage.tables import step_counts as step_table


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that is kept: what it says, where, what counts it afresh (in the order of `columns`), and keeps it so."""

    about: str
    table: Table
    columns: tuple[str, ...]
    afresh: Callable[[], Sequence[Select[Any]]]
    recount: Callable[[Tx], Awaitable[None]]

    @property
    def name(self) -> str:
        """The table's."""
        return self.table.name


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows a sum has when it is right, and how many of those that are kept were wrong, missing or too many."""

    rows: int
    wrong: int


def _ledger() -> list[Select[Any]]:
    value = func.coalesce(func.sum(grants.c.value), literal(Decimal(0), Amount))
    return [select(grants.c.offer, func.count(), value).group_by(grants.c.offer)]


async def _recount_ledger(tx: Tx) -> None:
    await tx.execute(delete(offer_ledger))
    for counted in _ledger():
        await tx.execute(insert(offer_ledger).from_select([column.name for column in offer_ledger.c], counted))


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c)


SUMS: Final = (
    Sum("people by barrier and day", answer_table, _columns(answer_table), answer_counts.afresh, answer_counts.recount),
    Sum("answers that quotas go by", step_table, _columns(step_table), step_counts.afresh, step_counts.recount),
    Sum("people by stage and day", stage_table, _columns(stage_table), stage_counts.afresh, stage_counts.recount),
    Sum(
        "what became of people, by day",
        journey_days,
        ("span", *journeys.NAMES, *journeys.FIGURES),
        journeys.afresh,
        journeys.recount,
    ),
    Sum("used limits of offers", offer_ledger, _columns(offer_ledger), _ledger, _recount_ledger),
)
"""Every sum that can be counted afresh."""


async def compare(tx: Tx, of: Sum) -> Found:
    """Whether a sum is right, in a transaction that sees one moment. Changes nothing."""
    keys = len(of.table.primary_key)
    kept = _read(await tx.execute(select(*(of.table.c[name] for name in of.columns))), keys)
    counted: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for query in of.afresh():
        counted |= _read(await tx.execute(query), keys)
    wrong = sum(kept.get(key) != counted.get(key) for key in kept.keys() | counted.keys())
    return Found(len(counted), wrong)


async def recount(tx: Tx, of: Sum) -> Found:
    """Count a sum afresh in the caller's transaction, and say whether it was right. Whoever changes it waits."""
    await alone_in(tx, of.table)
    found = await compare(tx, of)
    if found.wrong:
        await of.recount(tx)
    return found


def _read(rows: Any, keys: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Key -> figures. A row that counts nothing is as good as none."""
    return {tuple(row[:keys]): tuple(row[keys:]) for row in rows if any(row[keys:])}
