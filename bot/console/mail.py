"""The card about mail that comes in: whether the mailbox is read, what came, and why something was no answer.

And how receivers see the mail that went out, and whether first mails are held back for it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from bot.console.gate import Visit
from bot.runtime import sender_standing
from bot.runtime.mail_arrivals import SetAsideWhy, Severity
from bot.runtime.reputation import Reputation
from bot.runtime.sender_standing import MONTH
from storage import mail
from storage.database import Tx
from storage.reads import mail_view
from storage.reads.mail_view import Came

NEWEST: Final = 10
"""Mails that were no answer, as many as are shown."""

ORDER: Final = (mail.ANSWER, *get_args(Severity), mail.COMPLAINT, *get_args(SetAsideWhy), "unreadable")
"""What a mail can come to, in the order it is told."""


@dataclass(frozen=True, slots=True)
class MailCard:
    """`state` and `detail` as in MailHealth, or `elsewhere`.

    `counts`: (text, how many) of the last month; `reputation`: how receivers see what was sent in it; `held_since`:
    since when first mails are held back, None when they go; `counted_from`: when somebody let them go, if of late.
    """

    state: str
    detail: str
    last_ok: datetime | None
    counts: tuple[tuple[str, int], ...]
    newest: tuple[Came, ...]
    block: mail.Blocked | None
    reputation: Reputation
    held_since: datetime | None
    counted_from: datetime | None


async def card(tx: Tx, visit: Visit) -> MailCard:
    """What the card shows."""
    found, block = await mail_view.counts(tx, visit.now - MONTH), await mail.last_block(tx)
    health = visit.house.mail
    is_set = visit.house.settings.imap_url is not None
    return MailCard(
        state="off" if not is_set else "elsewhere" if health.state == "off" else health.state,
        detail=health.detail,
        last_ok=health.last_ok,
        counts=tuple((text_of(what), found[what]) for what in ORDER if what in found),
        newest=tuple(await mail_view.newest(tx, NEWEST)),
        block=block if block is not None and visit.now - block.at < MONTH else None,
        reputation=await sender_standing.reputation(tx, visit.now),
        held_since=await sender_standing.held_since(tx),
        counted_from=await sender_standing.counted_from(tx, visit.now),
    )


def text_of(what: str) -> str:
    """The name of the text that says what a mail came to."""
    return f"mail-came-{what.replace(' ', '-')}"
