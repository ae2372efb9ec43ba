"""Everything about one person: to show it, and for the copy they may ask for."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Table, or_, select

from flows.audience.attributes import Attributes
from storage.database import Tx
from storage.reads import known_facts, lanes
from storage.tables import conversations, identities, metadata, prospects
from storage.tables import inbox as inbox_table

INSIDE: Final = frozenset(
    {"id", "prospect_id", "conversation_id", "token_hash", "dedupe_key", "fence", "lease_until", "worker"}
)
"""Columns that say nothing about a person: row numbers, hashes and the machinery's own."""


async def show(tx: Tx, prospect_id: int, attributes: Attributes | None = None) -> dict[str, Any] | None:
    """What is known now: facts with their source, free attributes, identities, consents, conversations and the rest.

    `facts`: name -> value, source, at, purpose and, where there is one, proof. `attributes` are those that nobody has
    declared, as texts.
    """
    row = (await tx.execute(select(prospects).where(prospects.c.id == prospect_id))).one_or_none()
    if row is None:
        return None
    declared = attributes or Attributes()
    facts = {one.name: one.plain(declared) for one in await known_facts.of_row(tx, row)}
    tables = ("identities", "consents", "conversations", "answers", "grants", "purchases")
    rows = {name: await _rows(tx, metadata.tables[name], prospect_id) for name in tables}
    for conversation in rows["conversations"]:
        del conversation["state"]
    times = {"created_at": row.created_at, "updated_at": row.updated_at, "paused_until": row.paused_until}
    return {"id": row.uid, **times, "facts": facts, "attributes": dict(row.attributes), **rows}


async def everything(tx: Tx, prospect_id: int) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables that are about this person, by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        if table is inbox_table:
            found[table.name] = await _said(tx, prospect_id)
        elif _is_about_people(table):
            found[table.name] = await _rows(tx, table, prospect_id)
    return found


async def _said(tx: Tx, prospect_id: int) -> list[dict[str, Any]]:
    about, found = (await lanes.of_person(tx, prospect_id)).condition(), []
    for piece in lanes.pieces(await lanes.newest(tx)):
        rows = await tx.execute(select(inbox_table).where(piece, about).order_by(inbox_table.c.id))
        found += [_plain(row) for row in rows]
    return found


async def public_id(tx: Tx, prospect_id: int) -> str:
    """The prospect's public id."""
    return str((await tx.execute(select(prospects.c.uid).where(prospects.c.id == prospect_id))).scalar_one())


async def identities_of(tx: Tx, prospect_id: int) -> list[tuple[str, str]]:
    """(kind, value) of everything this person is known by."""
    query = select(identities.c.kind, identities.c.value).where(identities.c.prospect_id == prospect_id)
    return [(row.kind, row.value) for row in await tx.execute(query.order_by(identities.c.id))]


def _is_about_people(table: Table) -> bool:
    return table is prospects or bool({"prospect_id", "conversation_id"} & set(table.c.keys()))


async def _rows(tx: Tx, table: Table, prospect_id: int) -> list[dict[str, Any]]:
    mine = select(conversations.c.id).where(conversations.c.prospect_id == prospect_id)
    if table is prospects:
        about = [table.c.id == prospect_id]
    else:
        about = [table.c.prospect_id == prospect_id] if "prospect_id" in table.c else []
        about += [table.c.conversation_id.in_(mine)] if "conversation_id" in table.c else []
    order: Sequence[Any] = [table.c.id] if "id" in table.c else list(table.primary_key.columns)
    return [_plain(row) for row in await tx.execute(select(table).where(or_(*about)).order_by(*order))]


def _plain(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in INSIDE}  # noqa: SLF001 - its public name
