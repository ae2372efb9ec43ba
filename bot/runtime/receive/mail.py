"""What came by mail: answers in words, mails that came back, complaints, and what machines send.

Whose it is says a genuine token of ours, and nothing else in it: whoever can write a From line can write any.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from bot.runtime.context import Context
from bot.runtime.mail_arrivals import MailArrival, MailComplained, MailReported, MailSetAside, WroteBack
from bot.runtime.receive.step import Meaning, Step
from bot.runtime.tokens import MailToken, is_genuine
from flows.events import Commanded, Said, Unreachable
from flows.understanding.safety import is_stop_word
from storage import consents, conversations, mail, outbox, prospects, suppressions
from storage.database import Record, Tx

SOFT_LIMIT: Final = 3
"""After so many mails that came back, though the address may be good, it is written to no more..."""

SOFT_WITHIN: Final = timedelta(days=30)
"""...when they were sent within this time."""


MOST_ANSWERS: Final = 20
"""So many mails somebody may write in a conversation in a day: who writes more is a machine."""

SAME_ANSWER: Final = 2
"""So often in a day the same words are answered; the next time they come, nothing is said to them."""

DAY: Final = timedelta(days=1)


async def receive(tx: Tx, context: Context, arrival: MailArrival, now: datetime) -> Meaning:
    """The meaning of a mail that came in. Its note says what became of it, and why it is no answer."""
    sent = await about(tx, context, arrival.tokens)
    if sent is None:
        why = arrival.why if isinstance(arrival, MailSetAside) else "not ours"
        return Meaning(mail.noted(why))
    await mail.belongs_to(tx, arrival.key, sent.prospect_id)
    match arrival:
        case WroteBack():
            return await _answer(tx, arrival, sent, now)
        case MailReported():
            return await _reported(tx, context, arrival, sent, now)
        case MailComplained():
            return await _complaint(tx, context, sent, now)
        case MailSetAside(why=why):
            if why != "own mail":
                await outbox.prove_delivered(tx, [sent.id], now)
            return Meaning(mail.noted(why))
        case _:
            assert_never(arrival)


async def about(tx: Tx, context: Context, tokens: Sequence[MailToken]) -> Record | None:
    """The mail that it is about: the first whose token is genuine."""
    rows = await mail.sent(tx, [token.row for token in tokens]) if tokens else {}
    for token in tokens:
        row = rows.get(token.row)
        if row is not None and is_genuine(context.secret, token, row.created_at, row.nonce, row.remote_id):
            return row
    return None


async def _answer(tx: Tx, arrival: WroteBack, sent: Record, now: datetime) -> Meaning:
    """Words, as if they had been typed in a chat. An answer proves that its mail came."""
    await outbox.prove_delivered(tx, [sent.id], now)
    conversation_id = await conversations.live(tx, sent.prospect_id) or sent.conversation_id
    if not is_stop_word(arrival.text) and await _goes_round(tx, conversation_id, arrival.text, now):
        return Meaning(mail.noted("loop"))
    event = Said(arrival.text, "email", by_mail=True)
    return Meaning(
        mail.noted(mail.ANSWER), (Step(conversation_id, event, "email", arrival.text, data={"mail": arrival.whole}),)
    )


async def _goes_round(tx: Tx, conversation_id: int, text: str, now: datetime) -> bool:
    """Whether an answering machine that does not say what it is keeps answering our answers."""
    said = await mail.said_since(tx, conversation_id, now - DAY)
    return len(said) >= MOST_ANSWERS or said.count(text) >= SAME_ANSWER


async def _reported(tx: Tx, context: Context, arrival: MailReported, sent: Record, now: datetime) -> Meaning:
    note = Meaning(mail.noted(arrival.severity))
    match arrival.severity:
        case "delayed":
            return note
        case "delivered":
            await outbox.prove_delivered(tx, [sent.id], now)
            return note
        case "block":
            await mail.came_back(tx, sent.id, "block", arrival.status)
            await mail.note_block(tx, arrival.status, now)
            return note
        case "soft":
            await mail.came_back(tx, sent.id, "soft", arrival.status)
            if await mail.soft_returns(tx, sent.prospect_id, now - SOFT_WITHIN) < SOFT_LIMIT:
                return note
            await _close(tx, sent, "full", now)
        case "hard":
            await mail.came_back(tx, sent.id, "hard", arrival.status)
            address = await _close(tx, sent, prospects.BOUNCED, now)
            await _suppress(tx, context, address, prospects.BOUNCED, now)
        case _:
            assert_never(arrival.severity)
    return await _unreachable(tx, sent, note)


async def _close(tx: Tx, sent: Record, reason: str, now: datetime) -> str | None:
    """Nothing more goes to the address that this mail went to; returns it, or None when it is not known any more."""
    address = await mail.address_then(tx, sent.prospect_id, sent.created_at)
    if address is not None:
        await prospects.close(tx, "email", address, reason=reason, now=now)
    if await _is_open(tx, sent.prospect_id):
        return address  # they have another one by now
    await outbox.cancel(tx, "unreachable", prospect_id=sent.prospect_id, channel="email")
    return address


async def _is_open(tx: Tx, prospect_id: int) -> bool:
    known = (await prospects.addresses(tx, [prospect_id])).get((prospect_id, "email"))
    return known is not None and known[1]


async def _suppress(tx: Tx, context: Context, address: str | None, reason: str, now: datetime) -> None:
    if address is not None:
        await suppressions.add(tx, context.secret, [("email", address)], reason=reason, now=now)


async def _unreachable(tx: Tx, sent: Record, note: Meaning) -> Meaning:
    """The conversation hears of it, unless the person can be written to at another address."""
    conversation_id = await conversations.live(tx, sent.prospect_id)
    if conversation_id is None or await _is_open(tx, sent.prospect_id):
        return note
    return Meaning(note.note, (Step(conversation_id, Unreachable("email"), "email"),))


async def _complaint(tx: Tx, context: Context, sent: Record, now: datetime) -> Meaning:
    """No mail any more, and no word about it. A conversation that is held by mail ends; in a chat it may go on."""
    await consents.record(tx, sent.prospect_id, "email", granted=False, way="complaint", now=now)
    address = await _close(tx, sent, prospects.COMPLAINED, now)
    await _suppress(tx, context, address, prospects.COMPLAINED, now)
    await outbox.cancel(tx, "consent withdrawn", prospect_id=sent.prospect_id, channel="email")
    note = Meaning(mail.noted(mail.COMPLAINT))
    conversation_id = await conversations.live(tx, sent.prospect_id)
    row = await conversations.get(tx, conversation_id) if conversation_id is not None else None
    if row is None or row.channel == "telegram":
        return note
    return Meaning(note.note, (Step(row.id, Commanded("stop", "email"), "email"),))
