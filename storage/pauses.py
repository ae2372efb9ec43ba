"""A pause in what Holdback sends first, as a prospect has asked for it. What answers them still goes."""

from datetime import datetime

from sqlalchemy import bindparam, update

from storage.database import Tx
from storage.tables import prospects


async def pause(tx: Tx, prospect_id: int, until: datetime) -> None:
    """They are not written to first before then."""
    await tx.execute(_SET, {"row": prospect_id, "until": until})


async def resume(tx: Tx, prospect_id: int) -> None:
    """The pause is over."""
    await tx.execute(_SET, {"row": prospect_id, "until": None})


_SET = (
    update(prospects)
    .where(prospects.c.id == bindparam("row"))
    .values(paused_until=bindparam("until", type_=prospects.c.paused_until.type))
)
