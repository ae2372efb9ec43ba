"""The headers of a mail: encoded as RFC 5322 wants them, and never holding what a stranger could end a line with."""

import hashlib
import re
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any, Final

from bot.runtime.ports import Outgoing

_LOCAL_PART: Final = re.compile(r"[^\s<>()\[\],;:\\\"@]{1,64}", re.ASCII)
_DOMAIN: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)
_NEVER_FOLDED: Final = frozenset({"message-id", "in-reply-to", "list-unsubscribe", "list-unsubscribe-post"})


class MailPolicy(EmailPolicy):
    """The policy of all our mail: CRLF, and headers that machines read stay on one line.

    The library would break a long address in List-Unsubscribe into encoded words, which no client can follow.
    """

    def fold(self, name: str, value: Any) -> str:
        """One header as text."""
        return f"{name}: {value}\r\n" if name.lower() in _NEVER_FOLDED else str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header as bytes."""
        if name.lower() in _NEVER_FOLDED:
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


POLICY: Final = MailPolicy(linesep="\r\n", cte_type="7bit")


def set_header(mail: EmailMessage, name: str, value: str) -> None:
    """Add a header. Raises ValueError when the value holds a control character or a line separator."""
    refuse_controls(name, value)
    mail[name] = value


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


def sender(name: str, mail_from: str) -> Address:
    """The From header: the shop's name and the setting MAIL_FROM, which may be a bare address or `Name <address>`."""
    refuse_controls("the shop's name", name)
    refuse_controls("the setting MAIL_FROM", mail_from)
    _, parsed = parseaddr(mail_from)
    local, _, domain = bare_address(parsed or mail_from or "shop@localhost").rpartition("@")
    return Address(display_name=name, username=local, domain=domain)


def message_id(outgoing: Outgoing, origin: str, domain: str) -> str:
    """The same for the same outbox row every time, so that copies can be folded; different between installations."""
    seed = f"{origin}|{outgoing.id}|{outgoing.created_at.isoformat()}|{outgoing.nonce}"
    return f"<hb-{outgoing.id}-{hashlib.sha256(seed.encode()).hexdigest()[:16]}@{domain}>"
