"""Double opt-in, where a campaign asks for it: the first mail to an address only asks its owner to confirm it.

Nothing else goes there before, and who does not answer is left in peace. The question waits: it stands on the page to
which the confirmation leads, and goes by mail when it is not answered there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.runtime.context import Context
from flows.messages import Message
from flows.texts import Texts
from storage import confirmations, outbox
from storage.database import Record, Tx
from storage.outbox import Leased

UNCONFIRMED: Final = "the address was not confirmed"
"""Why a mail is not sent, or waits."""

LOOK: Final = timedelta(hours=12)
"""How often a question that waits is looked at again."""

ON_THE_PAGE: Final = timedelta(hours=1)
"""So long somebody who has confirmed may answer on the page before the question goes by mail."""


@dataclass(frozen=True, slots=True)
class Confirming:
    """What double opt-in makes of messages, by row id: `asks` carry the link, `waiting` wait, `dropped` never go."""

    asks: Collection[int]
    waiting: Collection[int]
    dropped: Mapping[int, str]


async def look(
    tx: Tx,
    context: Context,
    going: Sequence[Leased],
    rows: Mapping[int, Record],
    addresses: Mapping[int, str],
    now: datetime,
) -> Confirming:
    """What may go to addresses (prospect -> address); who has not confirmed theirs is asked to, once."""
    concerned = [one for one in going if one.channel == "email" and one.proactive and _wants(rows[one.id])]
    people = {one.prospect_id: addresses[one.prospect_id] for one in concerned}
    sure = await confirmations.confirmed(tx, context.secret, people) if people else set()
    asks: set[int] = set()
    waiting: set[int] = set()
    dropped: dict[int, str] = {}
    for one in concerned:
        confirmed = one.prospect_id in sure
        if one.kind == confirmations.KIND and confirmed:
            dropped[one.id] = "the address is confirmed already"
        elif one.kind == confirmations.KIND:
            asks.add(one.id)
        elif not confirmed and one.kind == "question":
            waiting.add(one.id)
            await confirmations.ask(
                tx,
                context.secret,
                request(context.texts, context.shop.name, outbox.message_of(rows[one.id]).language),
                prospect_id=one.prospect_id,
                conversation_id=one.conversation_id,
                address=addresses[one.prospect_id],
                now=now,
            )
        elif not confirmed:
            dropped[one.id] = UNCONFIRMED
    return Confirming(asks, waiting, dropped)


def request(texts: Texts, shop: str, language: str) -> Message:
    """The words that ask to confirm, and nothing besides. The link is put in when the mail is written."""

    def say(text_id: str) -> str:
        return texts.say(language, text_id, None, shop=shop)

    return Message(
        kind="reply",
        language=language,
        paragraphs=(say("email-confirm-text"),),
        subject=say("email-confirm-subject"),
        preheader=say("email-confirm-preheader"),
        url="link:confirm",
        url_label=say("email-confirm-button"),
    )


def _wants(row: Record) -> bool:
    return bool(row.campaign_definition and row.campaign_definition.get("confirm_email"))
