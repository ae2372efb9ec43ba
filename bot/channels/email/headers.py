"""The headers of a mail: encoded as RFC 5322 and 2047 want them, and never holding what could end a line.

The library's own encoding is not used: Python 3.11's loses spaces between encoded words, breaks a long address in
List-Unsubscribe into words that no client can follow, and decodes what a product name happens to spell.
"""

import hashlib
import re
from email.header import Header
from email.utils import parseaddr
from functools import lru_cache
from typing import Final

from bot.runtime.ports import Outgoing

_LOCAL_PART: Final = re.compile(r"[^\s<>()\[\],;:\\\"@]{1,64}")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, separators of lines and paragraphs, and halves of characters."""
_LONGEST_LINE: Final = 900
_PLAIN_TEXT: Final = re.compile(r"[!-~]+( [!-~]+)*", re.ASCII)
_WORD: Final = 75
"""The longest an encoded word may be (RFC 2047, 2)."""


def machine(name: str, value: str) -> str:
    """A header that machines read, as a line. Raises ValueError when the value could end it."""
    refuse_controls(name, value)
    return f"{name}: {value}"


def text(name: str, value: str) -> str:
    """A header that people read, in any script, as one or more lines. Raises ValueError when the value could end it."""
    refuse_controls(name, value)
    plain = _PLAIN_TEXT.fullmatch(value) and "=?" not in value and len(value) <= _LONGEST_LINE
    return f"{name}: {value if plain else encoded(name, value)}"


def author(name: str, address: str) -> str:
    """The From header. `address` is bare. Raises ValueError when the name could end its line."""
    refuse_controls("the shop's name", name)
    if not name.isascii() or "=?" in name:
        phrase = encoded("From", name) + "\r\n"
    elif _ATOMS.fullmatch(name):
        phrase = name
    else:
        phrase = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"From: {phrase} <{address}>"


def encoded(name: str, value: str) -> str:
    """The whole text of the header `name` as encoded words, one a line: mixtures are read differently."""
    return Header(value, "utf-8", header_name=name).encode(maxlinelen=_WORD, linesep="\r\n", splitchars="")


def refuse_controls(what: str, value: str) -> None:
    """Raise ValueError, naming `what` and not the value, when it holds what could end a header line."""
    if _CONTROLS.search(value):
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


@lru_cache(maxsize=8)
def sending_address(mail_from: str) -> str:
    """The bare address in the setting MAIL_FROM, which may also be `Name <address>`; else ValueError."""
    refuse_controls("the setting MAIL_FROM", mail_from)
    _, parsed = parseaddr(mail_from)
    return bare_address(parsed or mail_from or "shop@localhost")


def reply_to(pattern: str, token: str | None) -> tuple[str, ...]:
    """Where answers go, when it is not where the mail comes from: `{token}` in it is what the mail is known by.

    Raises ValueError for the setting MAIL_REPLY_TO when that is no address.
    """
    return (machine("Reply-To", filled(pattern, token)),) if pattern else ()


def filled(pattern: str, token: str | None) -> str:
    """The bare address that a pattern such as `answers+{token}@shop.example` stands for. Raises ValueError."""
    plain = pattern.replace("{token}", token) if token else re.sub(r"[+.-]?\{token\}", "", pattern)
    return bare_address(plain)


def message_id(outgoing: Outgoing, origin: str, domain: str) -> str:
    """The same for the same outbox row every time, so that copies can be folded; different between installations.

    It holds the row's token, by which an answer is known again; a mail that is only looked at has none.
    """
    if outgoing.token is not None:
        return f"<{outgoing.token}@{domain}>"
    seed = f"{origin}|{outgoing.id}|{outgoing.created_at.isoformat()}|{outgoing.nonce}"
    return f"<hb-{outgoing.id}-{hashlib.sha256(seed.encode()).hexdigest()[:16]}@{domain}>"
