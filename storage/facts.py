"""Small facts about this installation, by name."""

from sqlalchemy import bindparam, select

from storage.database import Tx
from storage.dialects import insert
from storage.tables import facts


async def put(tx: Tx, name: str, value: str) -> None:
    """Keep a fact."""
    row = insert(tx, facts).values(name=name, value=value)
    await tx.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


async def get(tx: Tx, name: str) -> str | None:
    """A fact, or None."""
    return (await tx.execute(_GET, {"called": name})).scalar_one_or_none()


_GET = select(facts.c.value).where(facts.c.name == bindparam("called"))
