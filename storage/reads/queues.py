"""What operators watch of the outbox: what waits and what went wrong. What was sent grows for ever, and is not read."""

from sqlalchemy import func, select, union_all

from storage.database import Tx
from storage.dialects import among
from storage.outbox import LIVE
from storage.tables import outbox


async def unsettled(tx: Tx) -> dict[tuple[str, str], int]:
    """(channel, state) -> how many messages wait, are in hand, failed, or are of unknown fate."""
    return {(channel, state): number for channel, state, number in await tx.execute(_UNSETTLED)}


_UNSETTLED = union_all(
    *(
        select(outbox.c.channel, outbox.c.state, func.count())
        .where(among(outbox.c.state, states))
        .group_by(outbox.c.channel, outbox.c.state)
        for states in (LIVE, ("failed", "unknown"))
    )
)
