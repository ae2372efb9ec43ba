"""The parts of a mail: its headers as text, its words as text or HTML, what it reports. Pure; never raises."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Final

from bot.channels.email.charsets import decode, decode_words

MOST_PARTS: Final = 200
"""So many parts are looked at."""

_FOLD: Final = re.compile(r"[\r\n]+[ \t]*")


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read of a mail.

    `headers`: name in small letters -> its values in order, unfolded, encoded words read. `plain` and `html`: what the
    person wrote, in these forms, "" where there is none; `html` is the program's own text. `reports`: type in small
    letters -> text, of the parts made for machines and of the mail that is reported.
    """

    headers: Mapping[str, tuple[str, ...]]
    type: str
    plain: str = ""
    html: str = ""
    reports: Mapping[str, str] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The first header of this name, or ""."""
        return next(iter(self.headers.get(name, ())), "")


def read_parts(raw: bytes) -> Parts:
    """Take the mail apart. What cannot be read is left out."""
    try:
        mail = message_from_bytes(raw, policy=compat32)
        parts = list(_walk(mail))
    except (RecursionError, ValueError, LookupError, AssertionError, AttributeError, TypeError):
        # The library gives up on some headers and nestings with whatever error they lead to.
        return Parts({}, "text/plain", plain=decode(raw.partition(b"\r\n\r\n")[2], None))
    plain = [_text(part) for part in parts if part.get_content_type() == "text/plain"]
    html = [_content(part) for part in parts if part.get_content_type() == "text/html"]
    report = mail.get_content_type() == "multipart/report"
    return Parts(
        headers=_headers(mail),
        type=mail.get_content_type(),
        plain="\n".join(part for part in plain if part.strip()),
        html="\n".join(part for part in html if part.strip()),
        reports=dict(_reports(mail)) if report else {},
    )


def _walk(mail: Message, depth: int = 0) -> Iterator[Message]:
    """The parts a person reads, but no attachments, and not what lies in mails that are attached."""
    if not mail.is_multipart():
        if mail.get_content_disposition() != "attachment":
            yield mail
        return
    if mail.get_content_maintype() == "message" or depth > MOST_PARTS:
        return
    for part in _children(mail)[:MOST_PARTS]:
        yield from _walk(part, depth + 1)


def _reports(mail: Message, depth: int = 0) -> Iterator[tuple[str, str]]:
    for part in _children(mail)[:MOST_PARTS]:
        kind = part.get_content_type()
        if kind.startswith("message/") or kind == "text/rfc822-headers":
            inner = _children(part)
            yield kind, "\n".join(one.as_string() for one in inner) if inner else _content(part)
        elif part.is_multipart() and depth < 3:
            yield from _reports(part, depth + 1)


def _children(mail: Message) -> list[Message]:
    payload = mail.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _headers(mail: Message) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in mail.raw_items():
        found.setdefault(name.lower(), []).append(decode_words(_FOLD.sub(" ", _sound(str(value))))[:4000].strip())
    return {name: tuple(values) for name, values in found.items()}


def _sound(text: str) -> str:
    """Bytes outside ASCII stand in headers as half characters: read again as what they are."""
    data = text.encode("ascii", "surrogateescape") if any("\udc80" <= mark <= "\udcff" for mark in text) else None
    return text if data is None else decode(data, None)


def _content(part: Message) -> str:
    data = part.get_payload(decode=True)
    charset = part.get_content_charset()
    return decode(data, charset) if isinstance(data, bytes) else ""


def _text(part: Message) -> str:
    """Plain text as it is read: lines of `format=flowed` (RFC 3676) are put together again."""
    text = _content(part)
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return unflow(text, join=str(part.get_param("delsp", "")).lower() == "yes")


def unflow(text: str, *, join: bool) -> str:
    """Lines that end in a space go on in the next one; `join`: that space is no space (`delsp=yes`)."""
    lines: list[str] = []
    open_at: int | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:].removeprefix(" ")
        goes_on = body.endswith(" ") and body != "-- "
        whole = body[:-1] if goes_on and join else body
        if open_at == depth and body != "-- ":
            lines[-1] += whole
        else:
            lines.append(f"{'>' * depth} {whole}" if depth else whole)
        open_at = depth if goes_on else None
    return "\n".join(lines)
