"""The headers of a mail: encoded as RFC 5322 and 2047 want them, and never holding what could end a line.

The library's own encoding is not used: Python 3.11's loses spaces between encoded words, breaks a long address in
List-Unsubscribe into words that no client can follow, and decodes what a product name happens to spell.
"""

import hashlib
import re
import unicodedata
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any, Final

from bot.runtime.ports import Outgoing

_LOCAL_PART: Final = re.compile(r"[^\s<>()\[\],;:\\\"@]{1,64}")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_PLAIN_SUBJECT: Final = re.compile(r"[!-~]+( [!-~]+)*", re.ASCII)
_WORD: Final = 75
"""The longest an encoded word may be (RFC 2047, 2)."""


class MailPolicy(EmailPolicy):
    """Headers are stored as they go over the wire, and written as they are stored."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """What is kept of `mail[name] = value`."""
        return name, value

    def fold(self, name: str, value: Any) -> str:
        """One header as text."""
        return f"{name}: {value}\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header as bytes."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii")


POLICY: Final = MailPolicy(linesep="\r\n", cte_type="7bit")


def set_token(mail: EmailMessage, name: str, value: str) -> None:
    """Add a header that machines read. Raises ValueError when the value could end its line."""
    refuse_controls(name, value)
    mail[name] = value


def set_text(mail: EmailMessage, name: str, value: str) -> None:
    """Add a header that people read, in any script. Raises ValueError when the value could end its line."""
    refuse_controls(name, value)
    plain = _PLAIN_SUBJECT.fullmatch(value) and "=?" not in value and len(value) <= 900
    mail[name] = value if plain else encoded(name, value)


def set_author(mail: EmailMessage, name: str, address: str) -> None:
    """Add the From header. `address` is bare. Raises ValueError when the name could end its line."""
    refuse_controls("the shop's name", name)
    if not name.isascii() or "=?" in name:
        phrase = encoded("From", name) + "\r\n"
    elif _ATOMS.fullmatch(name):
        phrase = name
    else:
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    mail["From"] = f"{phrase} <{address}>"


def author_of(mail: EmailMessage) -> str:
    """The bare address of the From header."""
    return str(dict(mail.raw_items())["From"]).rpartition("<")[2].removesuffix(">")


def encoded(name: str, text: str) -> str:
    """The whole text of the header `name` as encoded words, one a line: mixtures are read differently."""
    return Header(text, "utf-8", header_name=name).encode(maxlinelen=_WORD, linesep="\r\n", splitchars="")


def refuse_controls(what: str, value: str) -> None:
    """Raise ValueError, naming `what` and not the value, when it holds what could end a header line."""
    if any(unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp") for mark in value):
        raise ValueError(f"{what} holds a line break or control character; a mail with it is not sent")


def bare_address(address: str) -> str:
    """The one address in `address`, its domain in ASCII. Raises ValueError for what a mail command could trip over."""
    refuse_controls("the email address", address)
    local, at, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    if not at or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise ValueError("the email address is not one that mail can be sent to; it must look like name@example.com")
    return f"{local}@{ascii_domain}"


def sending_address(mail_from: str) -> str:
    """The bare address in the setting MAIL_FROM, which may also be `Name <address>`; else ValueError."""
    refuse_controls("the setting MAIL_FROM", mail_from)
    _, parsed = parseaddr(mail_from)
    return bare_address(parsed or mail_from or "shop@localhost")


def message_id(outgoing: Outgoing, origin: str, domain: str) -> str:
    """The same for the same outbox row every time, so that copies can be folded; different between installations."""
    seed = f"{origin}|{outgoing.id}|{outgoing.created_at.isoformat()}|{outgoing.nonce}"
    return f"<hb-{outgoing.id}-{hashlib.sha256(seed.encode()).hexdigest()[:16]}@{domain}>"
