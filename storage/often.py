"""How often Holdback has written to somebody first, over all channels and campaigns."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from storage.database import Tx
from storage.dialects import among
from storage.tables import outbox


async def written_first(tx: Tx, prospect_ids: Sequence[int], since: datetime) -> dict[int, list[datetime]]:
    """When these people were written to first since then, the newest last. What may have arrived counts."""
    found: dict[int, list[datetime]] = {}
    for row in await tx.execute(_FIRST, {"people": list(prospect_ids), "since": since}):
        found.setdefault(row.prospect_id, []).append(row.at)
    return found


_AT = func.coalesce(outbox.c.sent_at, outbox.c.created_at, type_=outbox.c.sent_at.type)
_FIRST = (
    select(outbox.c.prospect_id, _AT.label("at"))
    .where(outbox.c.prospect_id.in_(bindparam("people", expanding=True)), outbox.c.proactive.is_(True))
    .where(outbox.c.kind != "edit", outbox.c.channel != "web", among(outbox.c.state, ("sending", "sent", "unknown")))
    .where(bindparam("since", type_=outbox.c.sent_at.type) < _AT)
    .order_by(_AT)
)
