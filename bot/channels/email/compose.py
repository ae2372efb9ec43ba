"""From a message to a mail: one letter, as plain text and as HTML, under honest headers."""

import binascii
import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from bot.channels.email.headers import (
    POLICY,
    bare_address,
    message_id,
    sending_address,
    set_author,
    set_text,
    set_token,
)
from bot.channels.email.letter import MailShop, write_letter
from bot.channels.email.page import html_page
from bot.channels.email.plain import plain_text
from bot.runtime.ports import Outgoing
from flows.texts import Texts


def compose(outgoing: Outgoing, shop: MailShop, texts: Texts, now: datetime | None = None) -> EmailMessage:
    """The mail for one row of the outbox, pure ASCII when written out.

    `now` is its date; without it, the moment the message was made. Raises ValueError, in a sentence without anything
    personal, when a header or the address could not be sent safely, or a link is missing.
    """
    if outgoing.kind == "edit":
        raise ValueError("a mail that was sent cannot be edited")
    letter = write_letter(outgoing, shop, texts)
    author = sending_address(shop.mail_from)
    to = bare_address(outgoing.address)
    identity = message_id(outgoing, shop.base_url, author.rpartition("@")[2])
    mail = EmailMessage(policy=POLICY if to.isascii() else POLICY.clone(utf8=True))
    set_author(mail, shop.name, author)
    set_token(mail, "To", to)
    set_text(mail, "Subject", letter.subject)
    set_token(mail, "Date", format_datetime(now or outgoing.created_at))
    set_token(mail, "Message-ID", identity)
    set_token(mail, "Auto-Submitted", "auto-generated")
    set_token(mail, "List-Unsubscribe", f"<{letter.unsubscribe}>")
    set_token(mail, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    set_token(mail, "MIME-Version", "1.0")
    mail.make_alternative(boundary="=_" + hashlib.sha256(identity.encode()).hexdigest()[:32])
    set_token(mail, "Content-Language", letter.language)
    _attach(mail, "plain", plain_text(letter, shop))
    _attach(mail, "html", html_page(letter, shop))
    return mail


def _attach(mail: EmailMessage, subtype: str, text: str) -> None:
    """Add one form of the letter.

    Quoted-printable while most of it is ASCII, else base64, which is shorter. The library would do both in Python, at a
    hundred times the cost.
    """
    data = text.encode()
    dense = sum(byte > 127 for byte in data) * 4 > len(data)
    part = EmailMessage(policy=mail.policy)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "base64" if dense else "quoted-printable"
    body = _base64(data) if dense else binascii.b2a_qp(data, istext=True)
    part.set_payload(body.decode("ascii"))
    mail.attach(part)


def _base64(data: bytes) -> bytes:
    return b"".join(binascii.b2a_base64(data[start : start + 57]) for start in range(0, len(data), 57))
