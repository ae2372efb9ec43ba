"""What is known about a person, fact by fact, each with who said so and when; and how many people each is known of."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, exists, func, select

from flows.audience.attributes import Attributes
from flows.audience.profile import FactValue
from storage import prospect_facts
from storage.database import Record, Tx
from storage.dialects import keys_of
from storage.profile_loading import BUILT_IN, fact_value
from storage.tables import prospect_facts as table
from storage.tables import prospects

NEWEST: Final = 20_000
"""So many people are looked at to say how often an attribute is known."""

MOST_FREE: Final = 200
"""So many names of free attributes are listed."""


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One fact. `source` is None for what was known before sources were kept; `at` is when it was true."""

    name: str
    value: FactValue | Sequence[str]
    source: str | None
    at: datetime
    proof: str | None = None

    def plain(self, attributes: Attributes) -> dict[str, Any]:
        """The fact for JSON, with the purpose it is kept for where it is declared."""
        value = self.value.isoformat() if isinstance(self.value, date) else self.value
        found = {"value": value, "source": self.source, "at": self.at, "proof": self.proof}
        purpose = attributes.purpose(self.name, "en")
        return {name: one for name, one in (found | {"purpose": purpose}).items() if name != "proof" or one is not None}


async def of_row(tx: Tx, row: Record) -> list[KnownFact]:
    """The facts of a prospect, given their row: its columns first, then declared attributes."""
    found = [_column(row, name, getattr(row, name)) for name in BUILT_IN if getattr(row, name) is not None]
    if row.tags:
        found.append(_column(row, "tags", tuple(row.tags)))
    found += [_column(row, f"company.{key}", str(value)) for key, value in row.company.items()]
    declared = (await prospect_facts.of(tx, [row.id]))[row.id]
    found += [
        KnownFact(name, fact_value(one.text, one.number), one.source, one.at, one.proof)
        for name, one in declared.items()
    ]
    return found


def _column(row: Record, name: str, value: FactValue | Sequence[str]) -> KnownFact:
    said = row.provenance.get(name)
    at = row.created_at
    with suppress(TypeError, ValueError, IndexError):
        at = datetime.fromisoformat(said[1])
    return KnownFact(name, value, str(said[0]) if said else None, at)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of how many of `people` each attribute is known, and which free attributes they have.

    `all_people` is everybody; only the newest ones are looked at, so that the page is quick whatever their number.
    """

    people: int
    all_people: int
    known: dict[str, int]
    free: dict[str, int]


async def coverage(tx: Tx, attributes: Attributes) -> Coverage:
    """Count, among the newest prospects."""
    newest = select(prospects).order_by(prospects.c.id.desc()).limit(NEWEST).subquery()
    columns = [name for name, one in attributes.definitions.items() if one.builtin and name in prospects.c]
    counted: list[ColumnElement[Any]] = [func.count(newest.c[name]).label(name) for name in columns]
    query = select(func.count().label("people"), func.min(newest.c.id).label("first"), *counted).select_from(newest)
    row = (await tx.execute(query)).one()
    known = {name: getattr(row, name) for name in columns}
    declared = select(table.c.name, func.count().label("n")).where(table.c.prospect_id >= (row.first or 0))
    known |= {one.name: one.n for one in await tx.execute(declared.group_by(table.c.name))}
    known |= {f"company.{key}": number for key, number in (await _keys(tx, newest, newest.c.company)).items()}
    people = (await tx.execute(select(func.count()).select_from(prospects))).scalar_one()
    return Coverage(row.people, people, known, await _keys(tx, newest, newest.c.attributes))


async def _keys(tx: Tx, people: Subquery, column: ColumnElement[Any]) -> dict[str, int]:
    """The keys of a JSON object in a column, with how many people have each, the most frequent first."""
    entry = keys_of(tx, column)
    number = func.count().label("n")
    query = select(entry.c.key, number).select_from(people.join(entry, entry.c.key.is_not(None)))
    query = query.group_by(entry.c.key).order_by(number.desc(), entry.c.key).limit(MOST_FREE)
    return {row.key: row.n for row in await tx.execute(query)}


async def kept_names(tx: Tx, attributes: Attributes) -> frozenset[str]:
    """The declared attributes that are known of anybody at all: one quick look for each."""
    names = list(attributes.declared)
    looks = [exists().where(table.c.name == name).label(f"n{number}") for number, name in enumerate(names)]
    if not looks:
        return frozenset()
    row = (await tx.execute(select(*looks))).one()
    return frozenset(name for name, there in zip(names, row, strict=True) if there)
