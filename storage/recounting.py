"""The sums that are kept beside what they count: whether they are right, and counting them afresh.

They change in the very transactions that change what they count, and so are right. Should they ever not be, after
somebody changed rows by hand or a disk lost some, they are counted again here.
"""

from collections.abc import Callable, Sequence
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
    """A sum that is kept: what it says, where, and what counts it afresh (in the order of `columns`)."""

    about: str
    table: Table
    columns: tuple[str, ...]
    afresh: Callable[[], Sequence[Select[Any]]]

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


def _whole(about: str, table: Table, afresh: Callable[[], Sequence[Select[Any]]]) -> Sum:
    return Sum(about, table, tuple(column.name for column in table.c), afresh)


BARRIERS: Final = _whole("people by barrier and day", answer_table, answer_counts.afresh)
STEPS: Final = _whole("answers that quotas go by", step_table, step_counts.afresh)
STAGES: Final = _whole("people by stage and day", stage_table, stage_counts.afresh)
JOURNEYS: Final = Sum(
    "what became of people, by day", journey_days, ("span", *journeys.NAMES, *journeys.FIGURES), journeys.afresh
)
LEDGER: Final = _whole("used limits of offers", offer_ledger, _ledger)

SUMS: Final = (BARRIERS, STEPS, STAGES, JOURNEYS, LEDGER)
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
        await write_afresh(tx, of)
    return found


async def write_afresh(tx: Tx, of: Sum) -> None:
    """Write a sum anew from what it counts, whatever it said before."""
    await tx.execute(delete(of.table))
    for counted in of.afresh():
        await tx.execute(insert(of.table).from_select(list(of.columns), counted))


def _read(rows: Any, keys: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Key -> figures. A row that counts nothing is as good as none."""
    return {tuple(row[:keys]): tuple(row[keys:]) for row in rows if any(row[keys:])}
