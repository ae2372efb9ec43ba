"""What comes back by mail, and what is known of the mails it is about."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import bindparam, func, select, update

from storage import facts
from storage.database import Record, Tx
from storage.tables import identities, inbox, journal, outbox

SOURCE: Final = "mail"
"""What mails are called in the inbox."""

ANSWER: Final = "answer"
COMPLAINT: Final = "complaint"
"""What a mail came to that is neither a report nor set aside."""

NOTE: Final = "mail: "
"""What the notes of all mails in the inbox begin with."""

Return = Literal["hard", "soft", "block"]
"""How a mail came back: its address is lost, may be good, or our mail is not wanted there."""

_BLOCKED: Final = "mail blocked"


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody's mail server did not want our mail: when it said so, and the status it gave (RFC 3463)."""

    at: datetime
    status: str


def noted(what: str) -> str:
    """The note of a mail that came to this: ANSWER, COMPLAINT, what a report says, or why it was set aside."""
    return f"{NOTE}{what}"


async def sent(tx: Tx, rows: Iterable[int]) -> dict[int, Record]:
    """Mails by the row of the outbox: id, prospect_id, conversation_id, created_at, nonce, remote_id."""
    found = await tx.execute(_SENT, {"rows": sorted(set(rows))})
    return {row.id: row for row in found}


_SENT = select(
    *(outbox.c[name] for name in ("id", "prospect_id", "conversation_id", "created_at", "nonce", "remote_id"))
).where(outbox.c.id.in_(bindparam("rows", expanding=True)), outbox.c.channel == "email")


async def belongs_to(tx: Tx, key: str, prospect_id: int) -> None:
    """A raw mail is about this prospect, whoever sent it: it goes with them, and stands in the copy of their data."""
    await tx.execute(_BELONGS, {"key": key, "whose": f"prospect:{prospect_id}"})


_BELONGS = (
    update(inbox)
    .where(inbox.c.source == SOURCE, inbox.c.natural_key == bindparam("key"))
    .values(lane=bindparam("whose"))
)


async def came_back(tx: Tx, row: int, how: Return, status: str | None) -> None:
    """A mail did not arrive after all."""
    await tx.execute(_CAME_BACK, {"row": row, "because": " ".join(filter(None, (_returned(how), status)))})


def _returned(how: Return) -> str:
    """What the reason of a mail begins with that came back so."""
    return f"returned: {how}"


_CAME_BACK = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state.in_(("sent", "unknown", "sending")))
    .values(state="failed", reason=bindparam("because"), lease_until=None)
)


async def soft_returns(tx: Tx, prospect_id: int, since: datetime) -> int:
    """How many mails to this prospect came back since then though their address may be good."""
    return int((await tx.execute(_SOFT_RETURNS, {"whose": prospect_id, "since": since})).scalar_one())


_SOFT_RETURNS = select(func.count()).where(
    outbox.c.prospect_id == bindparam("whose"),
    outbox.c.channel == "email",
    outbox.c.state == "failed",
    outbox.c.reason.startswith(_returned("soft")),
    outbox.c.created_at >= bindparam("since", type_=outbox.c.created_at.type),
)


async def said_since(tx: Tx, conversation_id: int, since: datetime) -> list[str]:
    """What was answered by mail in a conversation since then, the newest first; not more than a person writes."""
    return list((await tx.execute(_SAID, {"talk": conversation_id, "since": since})).scalars())


_SAID = (
    select(journal.c.said)
    .where(journal.c.conversation_id == bindparam("talk"), journal.c.channel == "email", journal.c.event == "Said")
    .where(journal.c.at >= bindparam("since", type_=journal.c.at.type))
    .order_by(journal.c.id.desc())
    .limit(100)
)


async def address_then(tx: Tx, prospect_id: int, at: datetime) -> str | None:
    """The email address that this prospect had at that time: a report of an old one says nothing about a new one."""
    return (await tx.execute(_ADDRESS, {"whose": prospect_id, "at": at})).scalar_one_or_none()


_ADDRESS = (
    select(identities.c.value)
    .where(identities.c.prospect_id == bindparam("whose"), identities.c.kind == "email")
    .where(identities.c.created_at <= bindparam("at", type_=identities.c.created_at.type))
    .order_by(identities.c.closed_at.is_(None).desc(), identities.c.id.desc())
    .limit(1)
)


async def note_block(tx: Tx, status: str | None, now: datetime) -> None:
    """Our mail is not wanted somewhere: nothing about the person, but about us."""
    await facts.put(tx, _BLOCKED, json.dumps({"at": now.isoformat(), "status": status or ""}))


async def last_block(tx: Tx) -> Blocked | None:
    """The last time, or None when it never was."""
    found = await facts.get(tx, _BLOCKED)
    if found is None:
        return None
    document = json.loads(found)
    return Blocked(datetime.fromisoformat(document["at"]), str(document["status"]))


async def position(tx: Tx, folder: str) -> tuple[int, int] | None:
    """How far a folder was read: its validity and the number of the last mail that was written down."""
    found = await facts.get(tx, f"mail read {folder}")
    if found is None:
        return None
    validity, number = json.loads(found)
    return int(validity), int(number)


async def keep_position(tx: Tx, folder: str, validity: int, number: int) -> None:
    """The folder was read so far. Another process may have read further: never back."""
    known = await position(tx, folder)
    if known is None or known[0] != validity or known[1] < number:
        await facts.put(tx, f"mail read {folder}", json.dumps([validity, number]))
