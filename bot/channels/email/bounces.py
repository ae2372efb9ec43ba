"""What mail servers report: mails that came back (RFC 3464 and what else is sent), complaints (RFC 5965). Pure.

The address a report names is never believed: what it is about is known by our own token in the mail it returns.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.channels.email.machines import from_daemon, is_receipt
from bot.channels.email.parts import Parts
from bot.runtime.mail_arrivals import Severity


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE | re.MULTILINE)


_FIELD: Final = _any_of(r"^(action|status|diagnostic-code|feedback-type)[ \t]*:[ \t]*(.*(?:\n[ \t]+.*)*)")
_ENHANCED: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE: Final = re.compile(r"(?<![\d.:])([45]\d\d)(?=[ -]+[A-Za-z#<\"'(])")
_SUBJECT: Final = _any_of(
    "undeliver",
    "delivery status notification",
    "failure notice",
    "returned mail",
    "mail delivery (?:failed|system)",
    "delivery (?:has )?fail",
    "message from ",
    "unzustellbar",
    "no se puede entregar",
    "non remis",
    "nedoručiteln",
    "kézbesíthetetlen|kézbesítés",
    "配信(?:不能|できません)|エラーメール",
    "تعذر (?:ال)?تسليم",
    "warning: .{0,40}delayed|delayed mail",
)
_RETURNED: Final = _any_of(
    r"^[ -]*(?:below this line is a copy|this is a copy of|original message|the header of the original).*",
    r"^[ -]*(?:copy of (?:the|your) message|included is a copy|message header|received: from ).*",
)
"""Where the mail that came back begins: what it says is no report."""

_DELAYED: Final = _any_of(
    "warning message only",
    "(?:has|have) not (?:yet )?been delivered yet",
    "delivery (?:is |has been )?delayed",
    "still trying",
    "will (?:be retried|continue to (?:try|be)|keep trying)",
    "do not need to resend",
)
_UNKNOWN: Final = _any_of(
    "user unknown",
    "unknown (?:user|recipient|local part)",
    "no such (?:user|recipient|mailbox|person|account)",
    r"does(?: not|n['’]t) (?:exist|have an? \S+ account)",
    "(?:mailbox|address|account|user) (?:is )?(?:not found|unavailable|unknown|invalid|disabled|inactive|deactivated)",
    "invalid (?:recipient|mailbox|address)",
    "not a (?:valid|known) (?:mailbox|user|recipient)",
    "recipient ?not ?found|recipnotfound",
    "no mailbox (?:here )?by that name",
    "unrouteable address",
    "host (?:or domain name )?not found|domain (?:name )?not found|nxdomain",
    "couldn['’]t be found|wasn['’]t found at",
    "account (?:that you tried to reach )?(?:is|has been) (?:disabled|closed|terminated)",
    "宛先.{0,20}(?:不明|見つかりません)",
)
_FULL: Final = _any_of(
    "quota",
    "mailbox (?:is )?full|full mailbox",
    "insufficient (?:system )?storage|storage allocation",
    "over the allowed",
    "out of (?:disk )?space",
)
_UNWANTED: Final = _any_of(
    r"\bspam|unsolicited",
    "block(?:ed|list| list)|black ?list|blackhole|reputation",
    r"\bdmarc\b|\bspf\b|\bdkim\b|\brbl\b",
    "polic(?:y|ies)",
    "rate limit|too many (?:messages|connections)",
    "not (?:authori[sz]ed|permitted|accepted) (?:to|from|due)|relay",
)
_LOST: Final = frozenset({"2.1", "4.1", "4.4", "4.310"})
"""Subject and detail of statuses that mean: there is no such mailbox. So do all of subject 1 but those of `_SENDER`."""

_REPORTS: Final = ("message/delivery-status", "message/global-delivery-status")
"""The second is sent about addresses outside ASCII (RFC 6533)."""

_SENDER: Final = frozenset({"1.7", "1.8"})


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of the mail, and the status that was given (RFC 3463) or None."""

    severity: Severity
    status: str | None


def read_return(parts: Parts, *, expected: bool = False) -> Returned | None:
    """What a report about a mail says, or None when this is none.

    `expected`: it came to an address that only servers know, so it is one by less: some say what is wrong in words,
    under a subject that nobody could list.
    """
    report = next((parts.reports[kind] for kind in _REPORTS if kind in parts.reports), None)
    if report is not None:
        return _by_report(report, parts.plain)
    if is_receipt(parts):
        return None
    failed = "x-failed-recipients" in parts.headers
    words = _RETURNED.split(parts.plain)[0][:8000]
    looks_like_one = failed or _SUBJECT.search(parts.first("subject")) or (expected and _says_why(words))
    return _by_words(words) if looks_like_one and (failed or from_daemon(parts)) else None


def is_complaint(parts: Parts) -> bool:
    """Whether somebody pressed "this is junk". The opposite is reported in the same form, and is none."""
    report = parts.reports.get("message/feedback-report")
    return report is not None and _fields(report).get("feedback-type", "abuse").lower() != "not-spam"


def _by_report(report: str, words: str) -> Returned:
    fields = _fields(report)
    said = fields.get("diagnostic-code", "")
    found = _ENHANCED.search(fields.get("status", ""))
    status, own = found[1] if found else None, _ENHANCED.search(said)
    if own is not None and (status is None or status.endswith(".0.0")):
        status = own[1]
    match fields.get("action", "").lower():
        case "delayed":
            return Returned("delayed", status)
        case "delivered" | "relayed" | "expanded":
            return Returned("delivered", status)
        case _:
            return Returned(_severity(status, said or _RETURNED.split(words)[0][:4000]), status)


def _by_words(words: str) -> Returned:
    enhanced, code = _ENHANCED.search(words), _CODE.search(words)
    status = enhanced[1] if enhanced else f"{code[1][0]}.0.0" if code else None
    if _DELAYED.search(words):
        return Returned("delayed", status)
    return Returned(_severity(status, words), status)


def says_address_is_lost(status: str) -> bool:
    """Whether a status (RFC 3463) means that there is no such mailbox. 5.1.7 and 5.1.8 are about who sends."""
    kind, _, detail = status.partition(".")
    unknown = detail.startswith("1.") and detail != "1.0" and detail not in _SENDER
    return kind == "5" and (detail in _LOST or unknown)


def _says_why(words: str) -> bool:
    return any(why.search(words) for why in (_ENHANCED, _CODE, _UNKNOWN))


def _fields(report: str) -> dict[str, str]:
    """The fields that matter, the last of each: a report begins with those of the whole message."""
    return {name.lower(): " ".join(value.split()) for name, value in _FIELD.findall(report.replace("\r\n", "\n"))}


def _severity(status: str | None, words: str) -> Severity:
    """What a failure means. When in doubt, `soft`: the address is tried again before it is given up."""
    kind, _, detail = (status or "").partition(".")
    if detail.startswith("7.") or detail in _SENDER:
        return "block"
    if says_address_is_lost(status or ""):
        return "hard"
    if detail in ("2.2", "2.3"):
        return "soft"
    if _FULL.search(words):
        return "soft"
    if _UNKNOWN.search(words) and kind != "4":
        return "hard"
    return "block" if _UNWANTED.search(words) else "soft"
