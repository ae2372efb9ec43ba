"""What people do to send many personal mails: a loop over aiosmtplib, and Django's mail.

Their letters are written and laid out for nothing: text and HTML are ready. What they do for each mail is to build the
message, sign it with dkimpy, and hand it over on a connection that is kept. Neither writes anything down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE

import aiosmtplib
import dkim
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from bot.channels.email.letter import write_letter
from bot.channels.email.page import html_page
from bot.channels.email.plain import plain_text
from tests.bot.channels.email.samples import SHOP, TEXTS, outgoing


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter that only has to become a mail: what the peers begin with."""

    subject: str
    text: str
    html: str
    unsubscribe: str

    def headers(self) -> dict[str, str]:
        """What a mail of this kind has to have (RFC 8058, RFC 3834)."""
        return {
            "List-Unsubscribe": f"<{self.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        }


def ready_letters(count: int) -> list[Ready]:
    """The same letter to so many people, laid out."""
    letters = (write_letter(outgoing(name=f"Anna{number}"), SHOP, TEXTS) for number in range(count))
    return [Ready(one.subject, plain_text(one, SHOP), html_page(one, SHOP), one.unsubscribe) for one in letters]


def signed(data: bytes, key: bytes | None) -> bytes:
    """These bytes with dkimpy's signature in front, if there is a key."""
    if key is None:
        return data
    line: bytes = dkim.sign(data, b"mail", b"hill.example", key, canonicalize=(b"relaxed", b"simple"))
    return line + data


async def plain_loop(port: int, letters: Sequence[Ready], key: bytes | None) -> None:
    """One mail after the other with aiosmtplib: an EmailMessage for each, over one connection."""
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for number, one in enumerate(letters):
            mail = EmailMessage(policy=WIRE)
            mail["From"], mail["To"], mail["Subject"] = SHOP.mail_from, f"person{number}@mail.example", one.subject
            for name, value in one.headers().items():
                mail[name] = value
            mail.set_content(one.text)
            mail.add_alternative(one.html, subtype="html")
            await client.sendmail(SHOP.mail_from, mail["To"], signed(mail.as_bytes(), key))


class SigningBackend(EmailBackend):  # type: ignore[misc] # Django ships no types
    """Django's own way to a mail server, with a signature: the recipe that is passed around."""

    key: bytes | None = None

    def _send(self, email_message: EmailMultiAlternatives) -> bool:
        if self.key is None:
            return bool(super()._send(email_message))
        data = signed(email_message.message().as_bytes(linesep="\r\n"), self.key)
        self.connection.sendmail(email_message.from_email, email_message.recipients(), data)
        return True


def django_loop(port: int, letters: Sequence[Ready], key: bytes | None) -> None:
    """Django's mail as its documentation shows it for many mails: all of them over one connection."""
    if not settings.configured:
        settings.configure(DEFAULT_CHARSET="utf-8", USE_I18N=False)
    with SigningBackend(host="127.0.0.1", port=port) as connection:
        connection.key = key
        mails = []
        for number, one in enumerate(letters):
            mail = EmailMultiAlternatives(
                one.subject, one.text, SHOP.mail_from, [f"person{number}@mail.example"], headers=one.headers()
            )
            mail.attach_alternative(one.html, "text/html")
            mails.append(mail)
        connection.send_messages(mails)
