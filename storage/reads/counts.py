"""How many there are."""

from sqlalchemy import func, select

from storage.database import Tx
from storage.tables import prospects


async def prospects_count(tx: Tx) -> int:
    """How many prospects are known."""
    return int((await tx.execute(select(func.count()).select_from(prospects))).scalar_one())
