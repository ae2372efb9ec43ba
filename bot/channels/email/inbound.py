"""A mail that came in becomes an arrival. Pure; whatever is sent, nothing here raises."""

import hashlib
import json
import re
from collections.abc import Sequence
from email.utils import getaddresses, parseaddr
from typing import Final

from bot.channels.email import bounces, machines
from bot.channels.email.envelope import is_return_path
from bot.channels.email.parts import Parts, read_parts
from bot.channels.email.replies import written
from bot.channels.email.thin import thin
from bot.runtime.arrivals import Arrival
from bot.runtime.intake import RawInput
from bot.runtime.mail_arrivals import MailComplained, MailReported, MailSetAside, WroteBack
from bot.runtime.tokens import MailToken, find_tokens
from flows.understanding.safety import is_stop_word
from storage.mail import SOURCE

_ANSWERS: Final = ("references", "in-reply-to")
_RECIPIENTS: Final = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
_ANSWERED: Final = re.compile(r"^\s*(?:re|aw|sv|rv|tr|vá|odp|رد|fwd?)\s*:", re.IGNORECASE)


def raw_input(raw: bytes) -> RawInput:
    """The mail as it is kept: without attachments, of bounded size. Its key is the same whenever the same mail comes.

    A mail is known by its Message-ID together with what it says: two copies are one, and a program that gives every
    mail the same Message-ID loses none. Its place in the mailbox says nothing: that starts anew when a folder is moved.
    """
    kept = thin(raw)
    parts = read_parts(kept)
    body = kept.partition(b"\r\n\r\n")[2]
    said = json.dumps([parts.first("message-id"), parts.first("date"), parts.first("from"), parts.first("subject")])
    key = hashlib.sha256(said.encode() + b"\0" + body).hexdigest()[:32]
    document = {"key": key, "mail": kept.decode("latin-1")}
    return RawInput(SOURCE, key, _lane(parts), json.dumps(document))


def concerns_us(raw: bytes) -> bool:
    """Whether the mail holds a token of ours anywhere: other people's mail in the same folder is left as it is."""
    kept = thin(raw)
    return bool(find_tokens(kept.decode("latin-1").lower()) or _reported(read_parts(kept), kept))


def read_mail(payload: str) -> Arrival:
    """What a mail says, as it was kept by `raw_input`."""
    document = json.loads(payload)
    kept, key = document["mail"].encode("latin-1"), str(document["key"])
    parts = read_parts(kept)
    if bounces.is_complaint(parts):
        return MailComplained(_reported(parts, kept), key)
    written_to = _written_to(parts)
    back = _in(" ".join(filter(is_return_path, written_to)))
    returned = bounces.read_return(parts, expected=bool(back))
    if returned is not None:
        return MailReported(_reported(parts, kept), key, returned.severity, returned.status)
    tokens = _answered(parts, written_to)
    why = machines.why_no_person(parts)
    if why is not None:
        return MailSetAside((*tokens, *back), key, why)
    if not tokens:
        # A person answers the address that a mail shows; to the one it is returned to, machines write.
        return MailSetAside(back, key, "auto-reply" if back else "not ours")
    said = written(parts)
    words = said.words or _said_in_subject(parts.first("subject"))
    return WroteBack(tokens, key, words, said.whole) if words else MailSetAside(tokens, key, "no words")


def _written_to(parts: Parts) -> list[str]:
    """The addresses this was sent to."""
    found = getaddresses([value for name in _RECIPIENTS for value in parts.headers.get(name, ())])
    return [address for _, address in found]


def _answered(parts: Parts, written_to: Sequence[str]) -> tuple[MailToken, ...]:
    """The mails this is an answer to, by our tokens in its headers, the nearest first. Never by who wrote it."""
    threads = " ".join(value for name in _ANSWERS for value in parts.headers.get(name, ()))
    named = " ".join(address for address in written_to if not is_return_path(address))
    # References name the oldest mail first.
    return tuple(dict.fromkeys((*_in(named), *reversed(_in(threads)))))


def _reported(parts: Parts, kept: bytes) -> tuple[MailToken, ...]:
    """The mails this is a report about: our tokens wherever they stand in it."""
    texts = (*parts.reports.values(), parts.plain, *(value for some in parts.headers.values() for value in some))
    return _in(" ".join((*texts, kept.decode("latin-1"))))


def _in(text: str) -> tuple[MailToken, ...]:
    # Some mail servers write addresses in capitals.
    return find_tokens(text.lower())


def _said_in_subject(subject: str) -> str:
    """A subject of their own that asks us to stop is heard, though nothing stands below it."""
    own = _ANSWERED.sub("", subject) if not _ANSWERED.match(subject) else ""
    return own.strip() if own and is_stop_word(own) else ""


def _lane(parts: Parts) -> str:
    """The order of one sender is kept."""
    sender = parseaddr(parts.first("from"))[1].lower()
    return f"email:{sender[:200] or 'nobody'}"
