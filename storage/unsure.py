"""Messages of which nobody can know whether they arrived: a person closes them, or a flow has them sent once more.

Each is closed by itself when an answer proves that it arrived (storage.outbox.prove_delivered).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, update

from storage.database import Record, Tx
from storage.dialects import among
from storage.tables import conversations, outbox

PATIENCE = timedelta(seconds=60)
"""So long an answer may close a message of unknown fate before it is sent once more."""

TOO_OLD = timedelta(days=1)
"""What is older is not sent again by itself."""

AGAIN = "sent again, because nobody could know whether it arrived"
BY_HAND = "a person says that it arrived"
CALLED_OFF = "called off by a person, who does not know either whether it arrived"


async def newest(tx: Tx, limit: int) -> Sequence[Record]:
    """The newest of them: id, conversation (uid), channel, kind, created_at, reason; `last`: nothing was said after."""
    query = (
        select(
            outbox.c.id,
            conversations.c.uid.label("conversation"),
            outbox.c.channel,
            outbox.c.kind,
            outbox.c.created_at,
            outbox.c.reason,
            (~_followed()).label("last"),
        )
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(_UNSURE)
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def count(tx: Tx) -> int:
    """How many there are."""
    return int((await tx.execute(select(func.count()).where(_UNSURE))).scalar_one())


async def arrived(tx: Tx, row_id: int, now: datetime) -> bool:
    """A person knows that it arrived. False when its fate is known meanwhile."""
    known = update(outbox).where(outbox.c.id == row_id, _UNSURE).values(state="sent", sent_at=now, reason=BY_HAND)
    return (await tx.execute(known)).rowcount == 1


async def call_off(tx: Tx, row_id: int) -> bool:
    """Leave it: it is not sent again, whatever became of it. False when its fate is known meanwhile."""
    left = update(outbox).where(outbox.c.id == row_id, _UNSURE).values(state="cancelled", reason=CALLED_OFF)
    return (await tx.execute(left)).rowcount == 1


async def send_again(tx: Tx, row_id: int, now: datetime) -> bool:
    """Send it once more: it may come twice, and is checked like any other before it goes.

    False when its fate is known meanwhile, or when something was said after it: then it is no longer what to say.
    """
    ready = {"state": "ready", "not_before": now, "reason": AGAIN, "lease_until": None}
    again = update(outbox).where(outbox.c.id == row_id, _UNSURE, ~_followed()).values(ready)
    return (await tx.execute(again)).rowcount == 1


async def send_once_more(tx: Tx, now: datetime) -> int:
    """Send those again whose flow asks for it, once each, when no answer has closed them for a while.

    Only while nothing was said after them, and not what is older than a day. Returns how many.
    """
    ready = {"state": "ready", "not_before": now, "reason": AGAIN, "lease_until": None, "resend": False}
    again = (
        update(outbox)
        .where(among(outbox.c.state, ("failed", "unknown")), _UNSURE, outbox.c.resend.is_(True), ~_followed())
        .where(outbox.c.created_at > now - TOO_OLD, outbox.c.created_at <= now - PATIENCE)
        .values(ready)
    )
    return int((await tx.execute(again)).rowcount)


def _followed() -> ColumnElement[bool]:
    """Whether something else was said there later."""
    later = outbox.alias("later")
    return exists().where(
        later.c.conversation_id == outbox.c.conversation_id,
        later.c.id > outbox.c.id,
        later.c.kind != "edit",
        later.c.state.not_in(("cancelled", "failed")),
    )


_UNSURE = among(outbox.c.state, ("unknown",))
