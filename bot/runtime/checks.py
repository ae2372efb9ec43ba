"""The last look before a message is handed to a sender.

Everything is checked again, in the transaction that says `sending`.

Between the turn that said something and this moment the prospect may have bought, stopped, blocked the bot or been
erased.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.runtime.context import Context
from bot.runtime.links import Addresses, make_links
from bot.runtime.ports import Outgoing
from flows.calendar import next_allowed
from flows.names import addressed_name
from storage import campaigns, consents, outbox, prospects, suppressions
from storage.database import Record, Tx
from storage.outbox import Leased

FORGET_AFTER = timedelta(days=4)
"""A message that Holdback wanted to send first, but could not for so long (with a weekend between).

Is not sent any more.
"""

RECEIPT_MAY_TAKE = timedelta(seconds=3)
"""How long an edit waits for the receipt of a message that a tap has proved delivered already."""

ANSWERS = ("reply", "closing", "edit", "staff")
"""Kinds that answer something the prospect or a person of the shop has just done.

Sent without consent to be written to first.
"""


@dataclass(frozen=True, slots=True)
class Go:
    """Send it."""

    outgoing: Outgoing


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: nothing is wrong, but it is not the hour."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Never: the reason is kept with the row."""

    reason: str


Verdict = Go | Wait | Drop


async def look_again(tx: Tx, context: Context, leased: Leased, addresses: Addresses, now: datetime) -> Verdict:
    """The verdict on one leased row, from what the database says now.

    Locks its conversation until the transaction ends.
    """
    row = await outbox.to_send(tx, leased)
    if row is None:
        return Drop("erased")
    address = (await prospects.addresses(tx, [leased.prospect_id])).get((leased.prospect_id, leased.channel))
    consent = (await consents.current(tx, [leased.prospect_id])).get((leased.prospect_id, leased.channel))
    objection = _objection(leased, row, address, consent)
    if objection is None and address is not None:
        listed = await suppressions.find(tx, context.secret, [(leased.channel, address[0])])
        objection = "suppressed" if listed else None
    if objection is not None:
        return Drop(objection)
    not_now = await _not_now(tx, context, leased, row, now) if leased.proactive else None
    if not_now is not None:
        return not_now
    edited = await outbox.get(tx, row.edits) if row.edits is not None else None
    if leased.kind == "edit" and (edited is None or edited.remote_id is None):
        return _nothing_to_edit(edited, now)
    assert address is not None  # noqa: S101 - without an address there was an objection
    message = outbox.message_of(row)
    return Go(
        Outgoing(
            id=leased.id,
            address=address[0],
            kind=leased.kind,
            message=message,
            nonce=row.nonce,
            edits_remote_id=edited.remote_id if edited is not None else None,
            created_at=leased.created_at,
            name=addressed_name(row.first_name, row.last_name, message.language) or None,
            consent_at=consent[1] if consent else None,
            links=await make_links(tx, context, addresses, leased.prospect_id, leased.conversation_id, now),
        )
    )


def _nothing_to_edit(edited: Record | None, now: datetime) -> Wait | Drop:
    """A tap can be quicker than the receipt of the message it was made on; then the edit waits for that receipt.

    Its sender still holds it on lease. One whose sender died is on no lease: its receipt will never come.
    """
    on_its_way = edited is not None and edited.state == "sent" and edited.lease_until is not None
    if edited is not None and on_its_way and now - edited.sent_at < RECEIPT_MAY_TAKE:
        return Wait(now + timedelta(seconds=1), "the receipt of the message to edit is on its way")
    return Drop("nothing to edit")


def _objection(
    leased: Leased,
    row: Record,
    address: tuple[str, bool] | None,
    consent: tuple[bool, datetime] | None,
) -> str | None:
    """Why this must not be sent any more, or None."""
    if row.goal_at is not None and leased.kind not in ("edit", "staff", "reply"):
        return "bought"
    if address is None:
        return "no address"
    if not address[1]:
        return "unreachable"
    if leased.kind not in ANSWERS and (consent is None or not consent[0]):
        return "no consent"
    if leased.channel == "email" and (consent is None or not consent[0]):
        return "no consent"
    return None


async def _not_now(tx: Tx, context: Context, leased: Leased, row: Record, now: datetime) -> Wait | Drop | None:
    """Why a message that Holdback sends first has to wait, or comes too late; None when it may go."""
    if now - leased.created_at > FORGET_AFTER:
        return Drop("too late")
    allowed = next_allowed(now, zone=row.timezone, shop_zone=context.shop.timezone, quiet=context.shop.quiet)
    if allowed > now:
        return Wait(allowed, "quiet hours")
    campaign = await campaigns.get(tx, row.campaign)
    if campaign is not None and campaign.state == "paused":
        return Wait(now + timedelta(minutes=5), "the campaign is paused")
    return None
