"""A pause in what Holdback sends first, as a prospect has asked for it. What answers them still goes."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, update

from storage.database import Tx
from storage.tables import outbox, prospects

PAUSED: Final = "paused by the prospect"
"""Why a message waits that would have been sent first, or is not sent any more."""


async def pause(tx: Tx, prospect_id: int, until: datetime) -> None:
    """They are not written to first before then."""
    await tx.execute(_SET, {"row": prospect_id, "until": until})


async def resume(tx: Tx, prospect_id: int, now: datetime) -> None:
    """The pause is over, and nothing waits for its end any more."""
    await tx.execute(_SET, {"row": prospect_id, "until": None})
    await tx.execute(_WAITS_NO_MORE, {"whose": prospect_id, "now": now})


_SET = (
    update(prospects)
    .where(prospects.c.id == bindparam("row"))
    .values(paused_until=bindparam("until", type_=prospects.c.paused_until.type))
)
_WAITS_NO_MORE = (
    update(outbox)
    .where(outbox.c.prospect_id == bindparam("whose"), outbox.c.state == "ready", outbox.c.reason == PAUSED)
    .values(not_before=bindparam("now", type_=outbox.c.not_before.type))
)
