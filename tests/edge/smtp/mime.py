"""Reads a message the way its reader does."""

import email.policy
import re
from email import message_from_bytes
from email.message import EmailMessage
from html.parser import HTMLParser

URL = re.compile(r"https?://[^\s<>\"]+")


def parse(raw: bytes) -> EmailMessage:
    """The message behind its bytes."""
    return message_from_bytes(raw, policy=email.policy.default)


def text(message: EmailMessage) -> str:
    """The plain text part, "" when there is none."""
    return _part(message, "plain")


def html(message: EmailMessage) -> str:
    """The HTML part, "" when there is none."""
    return _part(message, "html")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


def links(message: EmailMessage) -> list[str]:
    """Every link a reader can follow: the HTML part's anchors, then the text's addresses; each once, in order."""
    anchors = _Links()
    anchors.feed(html(message))
    plain = [found.rstrip(".,;:)") for found in URL.findall(text(message))]
    return list(dict.fromkeys(anchors.found + plain))
