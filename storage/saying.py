"""What turns put into the outbox, and what they take back: messages, and questions that are answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, tuple_, update

from flows.codec import decode_message
from flows.effects import Say
from storage.database import Record, Tx
from storage.ids import fingerprint
from storage.many import many
from storage.outbox import row_for
from storage.tables import outbox

Visit = tuple[int, int]
"""A conversation (row id) and one of its visits."""


async def close_questions(tx: Tx, visits: Sequence[Visit]) -> dict[Visit, list[Record]]:
    """Withdraw the questions of these visits: unsent copies are cancelled.

    Returns every copy that a person may see in Telegram (id, message): each is to be edited.
    """
    if not visits:
        return {}
    await _WITHDRAW(tx, [{"conversation": talk, "of_visit": visit} for talk, visit in visits])
    seen: dict[Visit, list[Record]] = {}
    for row in await tx.execute(_SEEN, {"visits": list(visits)}):
        seen.setdefault((row.conversation_id, row.visit), []).append(row)
    return seen


_UNSENT = or_(outbox.c.state == "ready", outbox.c.state == "leased")
_WITHDRAW = many(
    lambda _: (
        update(outbox)
        .where(outbox.c.conversation_id == bindparam("conversation"), outbox.c.visit == bindparam("of_visit"))
        .where(outbox.c.edits.is_(None), _UNSENT)
        .values(state="cancelled", reason="answered meanwhile", lease_until=None)
    )
)
_SEEN = (
    select(outbox.c.id, outbox.c.conversation_id, outbox.c.visit, outbox.c.message)
    .where(tuple_(outbox.c.conversation_id, outbox.c.visit).in_(bindparam("visits", expanding=True)))
    .where(outbox.c.edits.is_(None), outbox.c.channel == "telegram", outbox.c.state.in_(("sending", "sent", "unknown")))
    .order_by(outbox.c.id)
)


def edit_of(
    row: Record, mark: str | None, *, prospect_id: int, conversation_id: int, turn: int, now: datetime
) -> dict[str, Any]:
    """The outbox row that takes the buttons away from a message that was sent, and shows what was answered."""
    message = decode_message(row.message)
    shown = replace(message, prompt=None, paragraphs=(*message.paragraphs, mark) if mark else message.paragraphs)
    blank = row_for(
        Say(shown, "telegram", proactive=False),
        prospect_id=prospect_id,
        conversation_id=conversation_id,
        number=0,
        turn=turn,
        now=now,
    )
    return blank | {"kind": "edit", "edits": row.id, "dedupe_key": fingerprint(f"edit:{row.id}:{turn}")}


_CANCEL = many(
    lambda _: (
        update(outbox)
        .where(outbox.c.conversation_id == bindparam("conversation"))
        .where(_UNSENT, outbox.c.kind != "edit")
        .values(state="cancelled", reason=bindparam("because"), lease_until=None)
    )
)


async def cancel_in(tx: Tx, reasons: Sequence[tuple[int, str]]) -> None:
    """Cancel what has not been handed to a sender yet of these conversations, each for its reason; edits stay."""
    await _CANCEL(tx, [{"conversation": talk, "because": reason} for talk, reason in reasons])


async def put(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows (`row_for`, `edit_of`) in this order; those of a turn that were written before change nothing."""
    await _PUT(tx, rows)


_PUT = many(lambda insert: insert(outbox).on_conflict_do_nothing())
