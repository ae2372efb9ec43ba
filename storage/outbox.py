"""What is to be said: rows made in a turn, claimed in order per prospect.

Handed on only after every check has been made again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update

from flows.codec import decode_message, encode_message
from flows.effects import Say
from flows.messages import Message
from storage.database import Record, Tx
from storage.dialects import among
from storage.ids import fingerprint, new_uid
from storage.tables import outbox

LIVE = ("ready", "leased", "sending")
IN_HAND = ("leased", "sending")
LEASE = timedelta(seconds=60)

LONGEST_CALL = timedelta(minutes=20)
"""No call of a channel takes longer (the word on a mail may take ten minutes): who is silent for so long has died."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A row that one sender may work on until the lease ends; `fence` proves that it is still the one."""

    id: int
    prospect_id: int
    conversation_id: int
    channel: str
    kind: str
    proactive: bool
    fence: int
    attempts: int
    created_at: datetime
    reason: str | None


RANKS = ANSWER, OWN, FIRST = (0, 1, 2)
"""What goes first: answers to somebody who waits for them, then what Holdback says of itself, then first messages."""


def row_for(
    effect: Say,
    *,
    prospect_id: int,
    conversation_id: int,
    number: int,
    turn: int,
    now: datetime,
    first: bool = False,
) -> dict[str, Any]:
    """The outbox row of a message; `first`: the conversation's first.

    On the web page it is said as soon as it stands here: the page shows it.
    """
    message = effect.message
    on_page = effect.channel == "web"
    return {
        "prospect_id": prospect_id,
        "conversation_id": conversation_id,
        "lane": f"prospect:{prospect_id}",
        "channel": effect.channel,
        "kind": message.kind,
        "message": encode_message(message),
        "visit": message.prompt.visit if message.prompt else None,
        "nonce": new_uid() if message.prompt else None,
        "edits": None,
        "proactive": effect.proactive,
        "rank": (FIRST if first else OWN) if effect.proactive else ANSWER,
        "resend": False,
        "dedupe_key": fingerprint(f"{conversation_id}:{turn}:{number}"),
        "state": "sent" if on_page else "ready",
        "reason": None,
        "attempts": 0,
        "not_before": now,
        "fence": 0,
        "remote_id": None,
        "created_at": now,
        "sent_at": now if on_page else None,
    }


async def cancel(
    tx: Tx,
    reason: str,
    *,
    conversation_id: int | None = None,
    prospect_id: int | None = None,
    channel: str | None = None,
) -> int:
    """Cancel what has not been handed to a sender yet; edits stay. Returns how many rows."""
    by_conversation = conversation_id is not None
    mine = outbox.c.conversation_id == conversation_id if by_conversation else outbox.c.prospect_id == prospect_id
    if channel is not None:
        mine = and_(mine, outbox.c.channel == channel)
    result = await tx.execute(
        update(outbox)
        .where(mine, outbox.c.state.in_(("ready", "leased")), outbox.c.kind != "edit")
        .values(state="cancelled", reason=reason, lease_until=None)
    )
    return int(result.rowcount)


async def get(tx: Tx, row_id: int) -> Record | None:
    """One row, whole."""
    return (await tx.execute(_GET, {"row": row_id})).one_or_none()


_GET = select(outbox).where(outbox.c.id == bindparam("row"))


async def settle(
    tx: Tx, leased: Leased, state: str, *, now: datetime, reason: str | None = None, remote_id: str | None = None
) -> bool:
    """What became of it: `sent`, `failed`, `unknown` or `cancelled`. False when it is in our hands no more."""
    ours: dict[str, Any] = {"row": leased.id, "of_fence": leased.fence, "because": reason}
    if state == "sent":
        return (await tx.execute(_SENT, ours | {"at": now, "remote": remote_id})).rowcount == 1
    values = {"state": state} if remote_id is None else {"state": state, "remote_id": remote_id}
    return (await tx.execute(_OURS.where(_IN_HAND).values(values), ours)).rowcount == 1


async def put_back(
    tx: Tx, leased: Leased, *, attempts: int, reason: str | None = None, not_before: datetime | None = None
) -> bool:
    """Nothing of it has left the house: it may be taken up again, from `not_before` on if that is said.

    `attempts`: how many tries count from now on. False when it is in our hands no more.
    """
    ours = {"row": leased.id, "of_fence": leased.fence, "because": reason}
    values: dict[str, Any] = {"state": "ready", "attempts": attempts}
    if not_before is not None:
        values["not_before"] = not_before
    return (await tx.execute(_OURS.where(_IN_HAND).values(values), ours)).rowcount == 1


_OURS = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.fence == bindparam("of_fence"))
    .values(reason=bindparam("because"), lease_until=None)
)
_IN_HAND = or_(*(outbox.c.state == state for state in IN_HAND))
INTERRUPTED = "the sender stopped during the call"
"""Why a message is `unknown` whose sender died, or was taken for dead."""

# A tap was quicker than this receipt and proved the same; the message's own id is only known now. Or the sender was
# only taken for dead: what it has to say of its own call is the truth, and nobody has sent it again.
_LATE = or_(
    and_(outbox.c.state == "sent", outbox.c.remote_id.is_(None)),
    and_(outbox.c.state == "unknown", outbox.c.reason == INTERRUPTED),
)
_SENT = _OURS.where(or_(_IN_HAND, _LATE)).values(state="sent", sent_at=bindparam("at"), remote_id=bindparam("remote"))


async def arrived(tx: Tx, receipts: Sequence[tuple[Leased, str | None]], now: datetime) -> None:
    """Settle messages that were delivered, each with the id that the other side gave it."""
    rows = [
        {"row": one.id, "of_fence": one.fence, "because": None, "at": now, "remote": remote} for one, remote in receipts
    ]
    if rows:
        await tx.execute(_SENT, rows)


_PROVED = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)), outbox.c.state.in_(("unknown", "sending")))
    .values(state="sent", sent_at=bindparam("at"), reason="proved by an answer")
)


async def prove_delivered(tx: Tx, rows: Sequence[int], now: datetime) -> None:
    """Taps on their buttons prove that messages of unknown fate have arrived."""
    if rows:
        await tx.execute(_PROVED, {"rows": list(rows), "at": now})


async def park_interrupted(tx: Tx) -> int:
    """After a crash of the only sender: what stood in `sending` may or may not have arrived.

    Nobody can know; parked, never re-sent. An edit may be repeated safely, and is.
    """
    await tx.execute(update(outbox).where(outbox.c.state == "leased").values(lease_until=None, state="ready"))
    return await _park(tx, outbox.c.state == "sending")


async def park_stuck(tx: Tx, now: datetime) -> int:
    """What has stood in `sending` for longer than any call takes: its sender died, nobody can know.

    Parked, never re-sent. An edit may be repeated safely, and is.
    """
    in_hand = among(outbox.c.state, IN_HAND)
    return await _park(tx, and_(in_hand, outbox.c.state == "sending", outbox.c.lease_until <= now))


async def take_back(tx: Tx, workers: Sequence[int]) -> int:
    """What these workers have in hand: what they have not begun to send may be taken at once, the rest is parked.

    What they have locked this moment is left alone. Returns how many are `unknown` now.
    """
    theirs = outbox.c.worker.in_(workers), among(outbox.c.state, IN_HAND)
    leased = select(outbox.c.id).where(*theirs, outbox.c.state == "leased").with_for_update(skip_locked=True)
    again = update(outbox).where(outbox.c.id.in_(leased.scalar_subquery()))
    await tx.execute(again.values(state="ready", lease_until=None))
    calls = select(outbox.c.id).where(*theirs, outbox.c.state == "sending").with_for_update(skip_locked=True)
    called = (await tx.execute(calls)).scalars().all()
    return await _park(tx, outbox.c.id.in_(called) & (outbox.c.state == "sending")) if called else 0


async def _park(tx: Tx, which: ColumnElement[bool]) -> int:
    again = update(outbox).where(which, outbox.c.kind == "edit").values(state="ready", lease_until=None)
    await tx.execute(again)
    parked = update(outbox).where(which).values(state="unknown", reason=INTERRUPTED, lease_until=None)
    return int((await tx.execute(parked)).rowcount)


def message_of(row: Record) -> Message:
    """The message of a row."""
    return decode_message(row.message)
