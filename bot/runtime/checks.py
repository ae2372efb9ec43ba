"""The last look before a message is handed to a sender.

Everything is checked again, in the transaction that says `sending`.

Between the turn that said something and this moment the prospect may have bought, stopped, blocked the bot or been
erased.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.runtime import confirming, sender_standing
from bot.runtime.context import Context
from bot.runtime.links import Addresses, make_links
from bot.runtime.ports import Outgoing
from bot.runtime.products import product_of
from bot.runtime.tokens import mail_token
from bot.runtime.warm_up import Today, day_of
from flows.calendar import next_allowed
from flows.names import addressed_name
from storage import consents, hold, often, outbox, pauses, prospects, sending, suppressions
from storage.database import Record, Tx
from storage.outbox import Leased

FORGET_AFTER = timedelta(days=4)
"""A message that Holdback wanted to send first, but could not for so long (with a weekend between).

Is not sent any more.
"""

WEEK = timedelta(days=7)
"""In so long nobody is written to first more often than the shop has set."""

WHILE_OFF = timedelta(seconds=1)
"""How long a message waits that was on its way when sending was switched off, before it is looked at again."""

RECEIPT_MAY_TAKE = timedelta(seconds=3)
"""How long an edit waits for the receipt of a message that a tap has proved delivered already."""

LATE = timedelta(minutes=10)
"""A question that waited longer than this takes its reminder along: the two stay as far apart as the flow has them."""

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


async def look_again(
    tx: Tx, context: Context, leased: Sequence[Leased], addresses: Addresses, now: datetime
) -> dict[int, Verdict]:
    """The verdict on each leased row, by id, from what the database says now. So many statements for all together.

    Locks them and their conversations until the transaction ends.
    """
    if (off := await hold.reason(tx)) is not None:
        return {one.id: Wait(now + WHILE_OFF, f"nothing is sent: {off}") for one in leased}
    rows = await sending.to_send(tx, leased)
    seen = await _look(tx, context, [one for one in leased if one.id in rows], now)
    verdicts: dict[int, Verdict] = {}
    going: list[Leased] = []
    for one in leased:
        row = rows.get(one.id)
        against = Drop("erased") if row is None else _against(context, one, row, seen, now)
        if against is not None:
            verdicts[one.id] = against
        else:
            going.append(one)
    mails = {one.prospect_id: seen.addresses[one.prospect_id, "email"][0] for one in going if one.channel == "email"}
    unsure = await confirming.look(tx, context, going, rows, mails, now)
    verdicts |= {row_id: Drop(reason) for row_id, reason in unsure.dropped.items()}
    verdicts |= {row_id: Wait(now + confirming.LOOK, confirming.UNCONFIRMED) for row_id in unsure.waiting}
    going = [one for one in going if one.id not in verdicts]
    asking = {(one.prospect_id, one.conversation_id) for one in going if one.id in unsure.asks}
    whose = [(one.prospect_id, one.conversation_id) for one in going]
    links = await make_links(tx, context, addresses, whose, now, to_confirm=asking) if whose else {}
    mailed = [one.id for one in going if one.channel == "email"]
    before = await sending.mails_before(tx, mailed) if mailed else {}
    for one in going:
        mine = links[one.prospect_id, one.conversation_id]
        verdicts[one.id] = Go(_outgoing(context, one, rows[one.id], seen, mine, before.get(one.id)))
    return verdicts


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the database says of the people.

    (prospect, channel) -> address and whether it is open; consent and since when. Which addresses (channel, address)
    are never to be written to again. When each was written to first within a week. How many more mails may go today,
    while sending is warming up. By how much the question went late that a reminder (row id) reminds of. And which
    mails (row id) are held back because receivers are likely to refuse them.
    """

    addresses: Mapping[tuple[int, str], tuple[str, bool]]
    consents: Mapping[tuple[int, str], tuple[bool, datetime]]
    suppressed: set[tuple[str, str]]
    first: Mapping[int, Sequence[datetime]]
    today: Today | None = None
    late: Mapping[int, timedelta] = field(default_factory=dict)
    held_back: Collection[int] = ()


async def _look(tx: Tx, context: Context, leased: Sequence[Leased], now: datetime) -> _Seen:
    people = sorted({one.prospect_id for one in leased})
    if not people:
        return _Seen({}, {}, set(), {})
    known = await prospects.addresses(tx, people)
    written = {(one.channel, known[who][0]) for one in leased if (who := (one.prospect_id, one.channel)) in known}
    suppressed = await suppressions.find(tx, context.secret, sorted(written))
    unasked = sorted({one.prospect_id for one in leased if one.proactive}) if context.messages_per_week else []
    first = await often.written_first(tx, unasked, now - WEEK) if unasked else {}
    reminders = [one.id for one in leased if one.kind == "reminder"]
    late = await often.late(tx, reminders) if reminders else {}
    today = await _today(tx, context, leased, now)
    mails = [one for one in leased if one.channel == "email" and one.proactive and one.kind not in ANSWERS]
    held_back = await sender_standing.held_back(tx, mails)
    return _Seen(known, await consents.current(tx, people), suppressed, first, today, late, held_back)


async def _today(tx: Tx, context: Context, leased: Sequence[Leased], now: datetime) -> Today | None:
    if context.warm_up is None or all(one.channel != "email" for one in leased):
        return None
    day, begins, ends = day_of(now, context.shop.timezone)
    limit = context.warm_up.limit(day)
    return None if limit is None else Today(limit - await often.mails_since(tx, begins), ends)


def _against(context: Context, leased: Leased, row: Record, seen: _Seen, now: datetime) -> Wait | Drop | None:
    """Why it must not go (now), or None."""
    objection = _objection(leased, row, seen)
    if objection is not None:
        return Drop(objection)
    not_now = _not_now(context, leased, row, seen, now) if leased.proactive else None
    if not_now is None and leased.id in seen.held_back:
        not_now = Wait(now + sender_standing.AGAIN, sender_standing.REFUSED)
    if not_now is None and leased.channel == "email" and seen.today is not None:
        not_now = _not_today(leased, seen.today)
    if not_now is None and leased.kind == "edit" and row.edited_remote_id is None:
        return _nothing_to_edit(row, now)
    return not_now


def _outgoing(
    context: Context, leased: Leased, row: Record, seen: _Seen, links: Mapping[str, str], follows: str | None
) -> Outgoing:
    who = leased.prospect_id, leased.channel
    message, consent = outbox.message_of(row), seen.consents.get(who)
    return Outgoing(
        id=leased.id,
        address=seen.addresses[who][0],
        kind=leased.kind,
        message=message,
        nonce=row.nonce,
        edits_remote_id=row.edited_remote_id,
        created_at=leased.created_at,
        name=addressed_name(row.first_name, row.last_name, message.language) or None,
        consent_at=consent[1] if consent else None,
        links=links,
        product=product_of(row, row.product_picture, row.pictured_at),
        token=_token(context, leased, row.nonce),
        follows=follows,
    )


def _token(context: Context, leased: Leased, nonce: str | None) -> str | None:
    """What an answer to a mail is known by; in Telegram every message has its buttons."""
    return mail_token(context.secret, leased.id, leased.created_at, nonce) if leased.channel == "email" else None


def _nothing_to_edit(row: Record, now: datetime) -> Wait | Drop:
    """A tap can be quicker than the receipt of the message it was made on; then the edit waits for that receipt.

    Its sender still holds it on lease. One whose sender died is on no lease: its receipt will never come.
    """
    on_its_way = row.edited_state == "sent" and row.edited_lease_until is not None
    if on_its_way and now - row.edited_sent_at < RECEIPT_MAY_TAKE:
        return Wait(now + timedelta(seconds=1), "the receipt of the message to edit is on its way")
    return Drop("nothing to edit")


def _objection(leased: Leased, row: Record, seen: _Seen) -> str | None:
    """Why this must not be sent any more, or None."""
    who = leased.prospect_id, leased.channel
    address, consent = seen.addresses.get(who), seen.consents.get(who)
    if row.goal_at is not None and leased.kind not in ("edit", "staff", "reply"):
        return "bought"
    if row.ended_at is not None and leased.kind in ("question", "reminder"):
        return "over"
    if address is None:
        return "no address"
    if not address[1]:
        return "unreachable"
    if (consent is None or not consent[0]) and (leased.kind not in ANSWERS or leased.channel == "email"):
        return "no consent"
    return "suppressed" if (leased.channel, address[0]) in seen.suppressed else None


def _not_now(context: Context, leased: Leased, row: Record, seen: _Seen, now: datetime) -> Wait | Drop | None:
    """Why a message that Holdback sends first has to wait, or comes too late; None when it may go."""
    if now - leased.created_at > FORGET_AFTER:
        return Drop("too late")
    allowed = next_allowed(now, zone=row.timezone, shop_zone=context.shop.timezone, quiet=context.shop.quiet)
    if allowed > now:
        return Wait(allowed, "quiet hours")
    if row.paused_until is not None and row.paused_until > now:
        too_late = row.paused_until - leased.created_at > FORGET_AFTER
        return Drop(pauses.PAUSED) if too_late else Wait(row.paused_until, pauses.PAUSED)
    if row.campaign_state == "paused":
        return Wait(now + timedelta(minutes=5), "the campaign is paused")
    late = seen.late.get(leased.id, timedelta(0))
    if late > LATE and now < leased.created_at + late:
        return Wait(leased.created_at + late, "what it reminds of went late")
    return _too_often(context, leased, seen)


def _not_today(leased: Leased, today: Today) -> Wait | None:
    """Whether a mail waits for another day; what goes is counted. An answer goes on any day."""
    if leased.proactive and today.left <= 0:
        return Wait(today.ends, "enough mails for today, while sending is warming up")
    today.left -= 1
    return None


def _too_often(context: Context, leased: Leased, seen: _Seen) -> Wait | Drop | None:
    """They were written to first as often in seven days as may be: it waits, or is not sent where it would be late."""
    lately = seen.first.get(leased.prospect_id, ())
    if not context.messages_per_week or len(lately) < context.messages_per_week:
        return None
    until = lately[-context.messages_per_week] + WEEK
    if until - leased.created_at > FORGET_AFTER:
        return Drop("written to often enough")
    return Wait(until, "written to often enough for now")
