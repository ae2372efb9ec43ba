"""How often Holdback has written to somebody first, over all channels and campaigns."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select, union_all

from storage.database import Tx
from storage.dialects import among
from storage.outbox import IN_HAND
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


async def mails_since(tx: Tx, since: datetime) -> int:
    """How many mails have left since then, or are leaving now."""
    return sum((await tx.execute(_MAILS, {"since": since})).scalars())


_MAIL = among(outbox.c.channel, ("email",))
# Two counts, each by an index: with OR neither would fit, and everything ever said would be read.
_MAILS = union_all(
    select(func.count()).where(_MAIL, outbox.c.sent_at >= bindparam("since", type_=outbox.c.sent_at.type)),
    select(func.count()).where(_MAIL, among(outbox.c.state, IN_HAND), outbox.c.state == "sending"),
)


async def begun(tx: Tx, conversation_ids: Sequence[int]) -> set[int]:
    """Of which of these conversations anything has left the house already, or may have."""
    return set((await tx.execute(_BEGUN, {"talks": list(conversation_ids)})).scalars())


_BEGUN = (
    select(outbox.c.conversation_id)
    .where(outbox.c.conversation_id.in_(bindparam("talks", expanding=True)))
    .where(or_(outbox.c.sent_at.is_not(None), outbox.c.state.in_(("sending", "unknown"))))
    .distinct()
)


async def late(tx: Tx, reminders: Sequence[int]) -> dict[int, timedelta]:
    """By how much that went late which these messages (row ids) remind of: the one before in their conversation."""
    found: dict[int, timedelta] = {}
    for row in await tx.execute(_BEFORE, {"rows": list(reminders)}):
        found[row.id] = row.sent_at - row.created_at
    return found


_before = outbox.alias("before")
_BEFORE = (
    select(outbox.c.id, _before.c.sent_at, _before.c.created_at)
    .join(_before, (_before.c.conversation_id == outbox.c.conversation_id) & (_before.c.id < outbox.c.id))
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)), _before.c.visit.is_not(None))
    .where(_before.c.kind != "edit", _before.c.channel != "web", _before.c.sent_at.is_not(None))
    .order_by(outbox.c.id, _before.c.id)
)
