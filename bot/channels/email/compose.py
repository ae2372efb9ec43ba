"""From a message to a mail: one letter, as plain text and as HTML, under honest headers.

The bytes are written here. The library's message objects cost several times as much, and fold headers wrongly.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from bot.brand import Logo
from bot.channels.email import headers
from bot.channels.email.envelope import Envelope
from bot.channels.email.letter import Letter, MailShop, write_letter
from bot.channels.email.page import html_pieces, logo_id
from bot.channels.email.plain import plain_text
from bot.channels.email.transfer import base64_lines, text_lines
from bot.runtime.ports import Outgoing
from flows.texts import Texts

_POLICY: Final = SMTP.clone(refold_source="none")


def compose(outgoing: Outgoing, shop: MailShop, texts: Texts, now: datetime | None = None) -> EmailMessage:
    """The mail for one row of the outbox, to be looked at; `write_mail` says what is sent and what is raised."""
    return message_from_bytes(write_mail(outgoing, shop, texts, now).data, policy=_POLICY)


def write_mail(outgoing: Outgoing, shop: MailShop, texts: Texts, now: datetime | None = None) -> Envelope:
    """The mail for one row of the outbox as it goes over the wire; the same row and `now` make the same bytes.

    `now` is its date; without it, the moment the message was made. Raises ValueError, in a sentence without anything
    personal, when a header or the address could not be sent safely, or a link is missing.
    """
    if outgoing.kind == "edit":
        raise ValueError("a mail that was sent cannot be edited")
    letter = write_letter(outgoing, shop, texts)
    sender = headers.sending_address(shop.mail_from)
    recipient = headers.bare_address(outgoing.address)
    identity = headers.message_id(outgoing, shop.base_url, sender.rpartition("@")[2])
    boundary = "=_" + hashlib.sha256(identity.encode()).hexdigest()[:32]
    try:
        lines = [
            headers.author(shop.name, sender),
            headers.machine("To", recipient),
            headers.text("Subject", letter.subject),
            headers.machine("Date", format_datetime(now or outgoing.created_at)),
            headers.machine("Message-ID", identity),
            *_thread(outgoing.follows),
            *headers.reply_to(shop.reply_to, outgoing.token),
            *_for_machines(letter),
            f'Content-Type: multipart/alternative; boundary="{boundary}"',
        ]
        parts = _part("plain", [plain_text(letter, shop)]), _page(html_pieces(letter, shop), shop.logo, boundary)
        head = "\r\n".join(lines).encode()
    except UnicodeError:
        raise ValueError("the mail holds text that cannot be encoded") from None
    mark = b"\r\n--" + boundary.encode()
    data = head + b"\r\n" + b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"
    return Envelope(identity, sender, recipient, data)


def _thread(before: str | None) -> tuple[str, ...]:
    """Mail programs show the mails of a conversation together: each names the one before."""
    if before is None:
        return ()
    return headers.machine("In-Reply-To", before), headers.machine("References", before)


def _for_machines(letter: Letter) -> tuple[str, ...]:
    """No answering machine replies to us (RFC 3834), and one click in the mail client unsubscribes (RFC 8058)."""
    return (
        "Auto-Submitted: auto-generated",
        headers.machine("List-Unsubscribe", f"<{letter.unsubscribe}>"),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        headers.machine("Content-Language", letter.language),
        "MIME-Version: 1.0",
    )


def _part(subtype: str, pieces: Iterable[str]) -> bytes:
    """One form of the letter."""
    how, lines = text_lines(pieces)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {how}\r\n\r\n'
    return head.encode() + lines


def _page(html: Iterable[str], logo: Logo | None, boundary: str) -> bytes:
    """The HTML part, and the logo that it shows beside it: nothing is fetched when the mail is opened."""
    part = _part("html", html)
    if logo is None:
        return part
    mark = f"{boundary}-page"
    head = f'Content-Type: multipart/related; type="text/html"; boundary="{mark}"\r\n'
    pieces = (head.encode(), part, _picture(logo))
    return f"\r\n--{mark}\r\n".encode().join(pieces) + f"\r\n--{mark}--\r\n".encode()


@lru_cache(maxsize=2)
def _picture(logo: Logo) -> bytes:
    head = (
        f"Content-Type: image/{logo.kind}\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{logo_id(logo)}>\r\n"
        f'Content-Disposition: inline; filename="{logo.file_name}"\r\n\r\n'
    )
    return head.encode() + base64_lines(logo.data)
