"""What a sender has leased: looked at again together, and set to `sending`, before anything leaves the house."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage import confirmations
from storage.database import Record, Tx
from storage.outbox import IN_HAND, LONGEST_CALL, Leased
from storage.prospect_facts import PICTURE
from storage.tables import campaigns, conversations, outbox, prospect_facts, prospects


async def to_send(tx: Tx, leased: Sequence[Leased]) -> dict[int, Record]:
    """The rows that are still ours, by id, with what decides whether they may go.

    Each row's nonce, message and edits; `edited_*` of the message it edits (remote_id, state, lease_until, sent_at);
    the conversation's goal_at and ended_at, its campaign as `campaign_state` and `campaign_definition`; the prospect's
    names, timezone, paused_until and product, with the address of its picture as `product_picture`, said at
    `pictured_at`.
    Rows and conversations are locked until the transaction ends. What was erased, cancelled or taken over is missing.
    Ask it before the call: a row that stands in `sending` with our own fence was put so by a commit of ours of which
    we never heard that it went well, and nothing of it has left the house.
    """
    fences = {row.id: row.fence for row in leased}
    found = await tx.execute(_TO_SEND, {"rows": list(fences)})
    return {row.id: row for row in found if row.state in IN_HAND and row.fence == fences[row.id]}


_edited = outbox.alias("edited")
_picture = prospect_facts.alias("picture")
_TO_SEND = (
    select(
        outbox.c.id,
        outbox.c.state,
        outbox.c.fence,
        outbox.c.nonce,
        outbox.c.message,
        outbox.c.edits,
        *(_edited.c[name].label(f"edited_{name}") for name in ("remote_id", "state", "lease_until", "sent_at")),
        conversations.c.goal_at,
        conversations.c.ended_at,
        campaigns.c.state.label("campaign_state"),
        campaigns.c.definition.label("campaign_definition"),
        prospects.c.first_name,
        prospects.c.last_name,
        prospects.c.timezone,
        prospects.c.paused_until,
        *(prospects.c[name] for name in ("product_name", "product_url", "price", "currency", "provenance")),
        _picture.c.text.label("product_picture"),
        _picture.c.at.label("pictured_at"),
    )
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .join(prospects, prospects.c.id == outbox.c.prospect_id)
    .outerjoin(campaigns, campaigns.c.name == conversations.c.campaign)
    .outerjoin(_edited, _edited.c.id == outbox.c.edits)
    .outerjoin(_picture, (_picture.c.prospect_id == prospects.c.id) & (_picture.c.name == PICTURE))
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)))
    .order_by(conversations.c.id, outbox.c.id)
    .with_for_update(of=[conversations, outbox])
)


async def mails_before(tx: Tx, rows: Sequence[int]) -> dict[int, str]:
    """The Message-ID of the newest mail of the same conversation that went before each of these, by row id."""
    found: dict[int, str] = {}
    for row in await tx.execute(_BEFORE, {"rows": list(rows)}):
        found[row.id] = row.remote_id
    return found


_before = outbox.alias("before")
_BEFORE = (
    select(outbox.c.id, _before.c.remote_id)
    .join(_before, (_before.c.conversation_id == outbox.c.conversation_id) & (_before.c.id != outbox.c.id))
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)), _before.c.channel == "email")
    .where(_before.c.remote_id.is_not(None), _before.c.sent_at.is_not(None), _before.c.kind != confirmations.KIND)
    .order_by(outbox.c.id, _before.c.sent_at, _before.c.id)
)


async def start(tx: Tx, rows: Sequence[int], now: datetime) -> None:
    """From here on these messages may arrive: commit this before the call. For rows that `to_send` has locked."""
    if rows:
        await tx.execute(_START, {"rows": list(rows), "until": now + LONGEST_CALL})


_START = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)), outbox.c.state == "leased")
    .values(state="sending", attempts=outbox.c.attempts + 1, lease_until=bindparam("until"))
)
