"""The mailbox that answers come to: its address from the settings, and a connection over which it is read.

What reads it blocks, and belongs into a thread. A server's own words are never repeated: they may hold addresses.
"""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from imaplib import IMAP4
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from bot.settings import Settings

Security = Literal["none", "starttls", "tls"]
_SCHEMES: Final[dict[str, tuple[Security, int]]] = {
    "imap": ("none", 143),
    "imap+starttls": ("starttls", 143),
    "imaps": ("tls", 993),
}
PATIENCE: Final = 30.0
"""Seconds the server may take for each answer."""

MOST_FETCHED: Final = 1024 * 1024
"""Bytes of a mail that are fetched: what a person wrote stands at its beginning."""

_UID: Final = re.compile(rb"\bUID (\d+)")


class MailboxProblem(Exception):
    """The mailbox cannot be read now. One sentence without a secret: what is wrong, and the cure."""


class MailUnreadable(Exception):
    """The server does not give out this one mail."""


@dataclass(frozen=True, slots=True)
class MailFolder:
    """Which folder of which mailbox is read."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    folder: str

    @classmethod
    def from_settings(cls, settings: Settings) -> "MailFolder | None":
        """What IMAP_URL says; None when it is not set. Raises ValueError, never with the address in it."""
        if settings.imap_url is None:
            return None
        parts = urlsplit(settings.imap_url.get_secret_value())
        security, default_port = _SCHEMES.get(parts.scheme, (None, 0))
        try:
            host, port = parts.hostname, parts.port or default_port
        except ValueError:
            host, port = None, 0
        user, folder = unquote(parts.username or ""), unquote(parts.path.strip("/")) or "INBOX"
        if security is None or not host or not user or re.search(r"[\s\x00-\x1f%]", host) or _has_controls(folder):
            raise ValueError(
                "HOLDBACK_IMAP_URL: must look like imaps://user:password@host/INBOX; in user and password write "
                "marks other than letters, digits and - . _ as %XX, for instance %40 for @"
            )
        return cls(host, port, security, user, unquote(parts.password or ""), folder)

    @property
    def place(self) -> str:
        """Host, port and folder, for people."""
        return f"{self.host}:{self.port}, folder {self.folder}"


def _has_controls(text: str) -> bool:
    return any(mark < " " or mark == "\x7f" for mark in text)


class Mailbox:
    """An open connection with the folder selected. Blocks; one thread at a time, but for `interrupt`."""

    def __init__(self, box: BaseMailBox, where: MailFolder) -> None:
        """Made by `open_mailbox`. `validity`: mails have their numbers as long as it stays; `next`: the next number."""
        self._box, self._where = box, where
        self.validity = _number(box, "UIDVALIDITY") or 0
        self.next = _number(box, "UIDNEXT")
        self.can_wait = "IDLE" in box.client.capabilities

    def numbers(self, after: int | None) -> list[int]:
        """The mails behind this number, rising; with None, those that nobody has read."""
        self._is_told()
        with _in_words(self._where):
            found = self._box.uids("UNSEEN" if after is None else f"UID {after + 1}:*", charset=None)
        # The last mail always matches `n:*`, even when its number is lower.
        return sorted(number for number in map(int, found) if after is None or number > after)

    def fetch(self, number: int) -> bytes | None:
        """A mail, the beginning of a long one, without marking it as read; None when it is gone.

        Raises MailUnreadable when the server has it and does not give it out.
        """
        with _in_words(self._where):
            status, found = self._box.client.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{MOST_FETCHED}>)")
        if status != "OK":
            raise MailUnreadable
        return next((part[1] for part in found if isinstance(part, tuple) and _is_of(part[0], number)), None)

    def mark_read(self, numbers: list[int]) -> None:
        """Mark mails as read, for people who look into the same folder."""
        if numbers:
            with _in_words(self._where):
                self._box.client.uid("STORE", ",".join(map(str, numbers)), "+FLAGS.SILENT", r"(\Seen)")

    def wait(self, seconds: float) -> None:
        """Wait until something happens in the folder, at most so long; or look only whether the server is there.

        A server tells of new mail once, with its answer to whatever is asked next: then there is nothing to wait for.
        """
        if self._is_told():
            return
        with _in_words(self._where):
            if not self.can_wait:
                self._box.client.noop()
                return
            with self._box.idle as idle:
                if not self._overheard():
                    idle.poll(seconds)

    def _is_told(self) -> bool:
        """Whether the server has told of new mail since it was last asked for."""
        return bool(self._box.client.untagged_responses.pop("EXISTS", None))

    def _overheard(self) -> bool:
        """Whether the server told something right behind its word that it will tell.

        That is in our own buffer by now, where the library, which watches the socket, never sees it.
        """
        client = self._box.client
        before = client.sock.gettimeout()
        client.sock.settimeout(0.0)
        try:
            return bool(client.readline())
        except OSError:
            return False
        finally:
            client.sock.settimeout(before)

    def interrupt(self) -> None:
        """From another thread: whatever waits here gives up."""
        with suppress(OSError):
            self._box.client.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye, or hang up."""
        with suppress(IMAP4.error, ImapToolsError, OSError, ValueError):
            self._box.client.logout()
        _hang_up(self._box)


def open_mailbox(where: MailFolder, patience: float = PATIENCE, tls: ssl.SSLContext | None = None) -> Mailbox:
    """Connect, log in, select the folder. Raises MailboxProblem. Never goes on in plain text when TLS was asked for."""
    with _in_words(where):
        box = _connect(where, patience, tls)
        try:
            log_in = box.login if (where.user + where.password).isascii() else box.login_utf8
            log_in(where.user, where.password, initial_folder=where.folder)
            return Mailbox(box, where)
        except BaseException:
            _hang_up(box)
            raise


def _connect(
    where: MailFolder, patience: float, tls: ssl.SSLContext | None
) -> MailBox | MailBoxStartTls | MailBoxUnencrypted:
    context = tls or ssl.create_default_context()
    match where.security:
        case "tls":
            return MailBox(where.host, where.port, timeout=patience, ssl_context=context)
        case "starttls":
            return MailBoxStartTls(where.host, where.port, timeout=patience, ssl_context=context)
        case "none":
            return MailBoxUnencrypted(where.host, where.port, timeout=patience)


def _hang_up(box: BaseMailBox) -> None:
    # A goodbye that failed leaves the socket open.
    with suppress(OSError, ValueError):
        box.client.shutdown()


def _number(box: BaseMailBox, name: str) -> int | None:
    """A number the server told when the folder was selected."""
    told = box.client.untagged_responses.get(name, [])
    last = told[-1] if told else b""
    return int(last) if isinstance(last, bytes) and last.isdigit() else None


def _is_of(line: bytes, number: int) -> bool:
    found = _UID.search(line)
    return found is None or int(found[1]) == number


@contextmanager
def _in_words(where: MailFolder) -> Iterator[None]:
    """Whatever goes wrong becomes one sentence."""
    try:
        yield
    except (MailboxProblem, MailUnreadable):
        raise
    except ssl.SSLCertVerificationError as error:
        raise MailboxProblem(
            f"the certificate of the mailbox {where.place} is not valid; use the host name it is made for, or have it "
            "signed by an authority this machine trusts"
        ) from error
    except ssl.SSLError as error:
        raise MailboxProblem(
            f"the mailbox {where.place} does not speak TLS this way; imaps:// is TLS at once (993), imap+starttls:// "
            "after a greeting (143)"
        ) from error
    except TimeoutError as error:
        raise MailboxProblem(f"the mailbox {where.place} does not answer; check host, port and firewall") from error
    except (ImapToolsError, IMAP4.error, OSError, ValueError) as error:
        raise MailboxProblem(_sentence(error, where)) from error


def _sentence(error: Exception, where: MailFolder) -> str:
    match error:
        case MailboxLoginError():
            return f"the mailbox {where.place} refused the login; check user and password in HOLDBACK_IMAP_URL"
        case MailboxFolderSelectError():
            return (
                f"the mailbox {where.place} cannot be opened; check the folder's name at the end of HOLDBACK_IMAP_URL"
            )
        case IMAP4.abort() | OSError():
            return f"the mailbox {where.place} cannot be reached; check host, port and whether it runs"
        case IMAP4.error() if where.security == "starttls":
            return f"the mailbox {where.place} takes no login this way; use imaps:// if it speaks TLS at once"
        case _:
            return f"the mailbox {where.place} answered something that no mailbox should; ask its operator"


def check_imap(settings: Settings, patience: float = 15.0, tls: ssl.SSLContext | None = None) -> str:
    """Go as far as reading would, and change nothing; returns one sentence about it. Blocks.

    Raises MailboxProblem, or ValueError for a setting that cannot be read.
    """
    where = MailFolder.from_settings(settings)
    if where is None:
        return "no mailbox: answers by email are not read"
    box = open_mailbox(where, patience, tls)
    try:
        unread = len(box.numbers(None))
    finally:
        box.close()
    encrypted = "unencrypted" if where.security == "none" else "encrypted"
    told = "tells of new mail at once" if box.can_wait else "is asked for new mail every minute"
    return f"{where.place} is ready: {encrypted}, {unread} unread, {told}"
