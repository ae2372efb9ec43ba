"""Double opt-in: whose address was confirmed by its owner, and asking for it.

A confirmation is a consent whose `proof` is a keyed hash of the address, so that it does not count for another one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, update

from flows.effects import Say
from flows.messages import Message
from storage import consents, saying
from storage.database import Tx
from storage.ids import fingerprint
from storage.outbox import row_for
from storage.suppressions import address_hash
from storage.tables import consents as consent_rows
from storage.tables import outbox

WAY: Final = "confirmed by mail"
"""How a consent was given that its owner confirmed from their own mailbox."""

KIND: Final = "confirm"
"""What a message of the outbox is that only asks to confirm the address."""


async def confirmed(tx: Tx, key: bytes, addresses: Mapping[int, str]) -> set[int]:
    """Who of these (prospect -> email address) has confirmed this very address and not taken it back since."""
    found: dict[int, bool] = {}
    for row in await tx.execute(_SAID, {"people": list(addresses)}):
        who = row.prospect_id
        if not row.granted:
            found[who] = False
        elif row.way == WAY and row.proof == address_hash(key, "email", addresses[who]):
            found[who] = True
    return {who for who, yes in found.items() if yes}


_SAID = (
    select(consent_rows.c.prospect_id, consent_rows.c.granted, consent_rows.c.way, consent_rows.c.proof)
    .where(consent_rows.c.prospect_id.in_(bindparam("people", expanding=True)), consent_rows.c.channel == "email")
    .order_by(consent_rows.c.id)
)


async def confirm(tx: Tx, key: bytes, prospect_id: int, address: str, text: str, now: datetime) -> None:
    """The owner of this address has said yes to these words, from their own mailbox."""
    proof = address_hash(key, "email", address)
    await consents.record(tx, prospect_id, "email", granted=True, way=WAY, now=now, text=text, proof=proof)


async def ask(
    tx: Tx, key: bytes, message: Message, *, prospect_id: int, conversation_id: int, address: str, now: datetime
) -> None:
    """Ask the owner of this address to confirm it, with these words. Done once for an address, however often called."""
    row = row_for(
        Say(message, "email", proactive=True),
        prospect_id=prospect_id,
        conversation_id=conversation_id,
        number=0,
        turn=0,
        now=now,
        first=True,
    )
    # A lane of its own: in that of the prospect stands the question, which waits for this to be answered.
    own = {"kind": KIND, "lane": f"confirm:{prospect_id}"}
    once = fingerprint(f"confirm:{prospect_id}:{address_hash(key, 'email', address)}")
    await saying.put(tx, [row | own | {"dedupe_key": once}])


async def release(tx: Tx, prospect_id: int, reason: str, at: datetime) -> None:
    """What waits for this reason goes at that moment."""
    await tx.execute(_RELEASE, {"who": prospect_id, "because": reason, "at": at})


_RELEASE = (
    update(outbox)
    .where(outbox.c.prospect_id == bindparam("who"), outbox.c.state == "ready", outbox.c.reason == bindparam("because"))
    .values(not_before=bindparam("at"))
)
