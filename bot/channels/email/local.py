"""The mailbox for when there is no mail server: each mail is a file, and a page of the console shows them."""

import asyncio
import base64
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, Literal

from bot.channels.email.compose import write_mail
from bot.channels.email.letter import MailShop
from bot.runtime.clock import Clock
from bot.runtime.ports import Deferred, Delivered, Outgoing, Receipt, Refused
from flows.texts import Texts

_PAUSE: Final = timedelta(minutes=5)
_FILE: Final = re.compile(r"(\d+)\.eml", re.ASCII)


@dataclass(frozen=True, slots=True)
class MailSummary:
    """One line of the mailbox; `id` is that of the outbox row, `date` None when the file has none that can be read."""

    id: int
    to: str
    subject: str
    date: datetime | None


@dataclass(frozen=True, slots=True)
class LocalMail(MailSummary):
    """A whole mail: its two forms, and every address that its HTML form leads to, each once, in order."""

    message_id: str
    text: str
    html: str
    links: tuple[str, ...]


class LocalMailbox:
    """A folder of `<outbox id>.eml` files that only this user may read."""

    name: Literal["email"] = "email"

    def __init__(self, folder: Path, shop: MailShop, texts: Texts, clock: Clock) -> None:
        """`folder` is made when the first mail comes."""
        self._folder = folder
        self._shop = shop
        self._texts = texts
        self._clock = clock
        self.problem: str | None = None

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Lay the mail into the folder; laying it there twice leaves one."""
        try:
            mail = write_mail(outgoing, self._shop, self._texts, self._clock.now())
        except ValueError as error:
            return Refused(str(error))
        try:
            await asyncio.to_thread(_write, self._folder / f"{outgoing.id}.eml", mail.data)
        except OSError as error:
            self.problem = (
                f"the local mailbox cannot be written ({error.strerror}); check HOLDBACK_HOME_DIR and its disk"
            )
            return Deferred(self._clock.now() + _PAUSE, self.problem, "channel")
        self.problem = None
        return Delivered(mail.id)

    def list(self, limit: int = 200) -> tuple[MailSummary, ...]:
        """The newest mails, newest first."""
        found = (_FILE.fullmatch(path.name) for path in self._folder.glob("*.eml"))
        ids = sorted((int(match[1]) for match in found if match), reverse=True)[:limit]
        return tuple(summary for summary in map(self._summary, ids) if summary)

    def read(self, mail_id: int) -> LocalMail | None:
        """One mail, or None when it is not there."""
        data = self.source(mail_id)
        if data is None:
            return None
        mail = message_from_bytes(data, policy=default)
        html = _with_pictures(_part(mail, "html"), mail)
        text = _part(mail, "plain")
        to, subject = str(mail["To"] or ""), str(mail["Subject"] or "")
        return LocalMail(mail_id, to, subject, _date(mail), str(mail["Message-ID"] or ""), text, html, _links(html))

    def _summary(self, mail_id: int) -> MailSummary | None:
        data = self.source(mail_id)
        if data is None:
            return None
        head = BytesHeaderParser(policy=default).parsebytes(data)
        return MailSummary(mail_id, str(head["To"] or ""), str(head["Subject"] or ""), _date(head))

    def source(self, mail_id: int) -> bytes | None:
        """One mail as it would have gone out, or None when it is not there."""
        try:
            return (self._folder / f"{mail_id:d}.eml").read_bytes()
        except FileNotFoundError:
            return None


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, for this user's eyes only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _date(mail: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(mail["Date"]))
    except ValueError:
        return None


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _with_pictures(html: str, mail: EmailMessage) -> str:
    """The page as a mail client shows it: the pictures that travel in the mail stand where it names them."""
    for part in mail.walk():
        name = str(part["Content-ID"] or "").strip("<>")
        if name and part.get_content_maintype() == "image":
            data = base64.b64encode(part.get_payload(decode=True)).decode()  # type: ignore[arg-type] # bytes, not nested
            html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{data}")
    return html


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found[href] = None


def _links(html: str) -> tuple[str, ...]:
    anchors = _Anchors()
    anchors.feed(html)
    return tuple(anchors.found)
