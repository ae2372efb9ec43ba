"""A transcript as the page shows it: days, sides, marks in words, codes masked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, assert_never

from bot.console.gate import Visit
from bot.web.filters import zone_of
from storage.database import Record
from storage.reads.transcript import Coming, Happened, Heard, Noted, Told, Transcript

LINK = re.compile(r"link:(survey|preferences|privacy|telegram)")
SAID_WHY = {
    "consent withdrawn": "consent",
    "answered meanwhile": "answered",
    "taken over": "taken",
    "bought": "bought",
    "says bought": "bought",
    "stopped": "stopped",
    "erased": "erased",
    "cancelled": "campaign",
    "the sender stopped during the call": "interrupted",
    "proved by an answer": "proved",
}
HAPPENED = {
    "StaffTook": "took",
    "StaffReleased": "released",
    "Bought": "bought",
    "Unreachable": "unreachable",
    "Cancelled": "cancelled",
    "Opened": "opened",
    "Moved": "moved",
}
NOTED = {
    "reminded": "reminded",
    "went to email": "email",
    "left in peace": "peace",
    "asked after a pause": "resumed",
    "put right": "righted",
    "stale": "stale",
    "not offered": "stale",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript. `kind` is a bubble's side, `event`, or `day`; `words` what stands in it.

    `mail`: the whole mail that the words are from.
    """

    kind: Literal["us", "them", "staff", "note", "event", "day"]
    at: datetime
    words: str
    state: str | None = None
    why: str | None = None
    reason: str | None = None
    author: str | None = None
    channel: str | None = None
    buttons: tuple[str, ...] = ()
    url: str | None = None
    url_label: str | None = None
    edited: bool = False
    superseded: bool = False
    due: datetime | None = None
    lang: str | None = None
    mail: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """The transcript, what is still on its way, and what is planned."""

    lines: Sequence[Line]
    coming: Sequence[Coming]
    timers: Sequence[Record]
    shortened: bool


def masked(code: str) -> str:
    """A code that is recognised but cannot be used."""
    return f"{code[:2]}••••{code[-2:]}" if len(code) > 6 else "••••••"


def thread_of(found: Transcript, visit: Visit, revealed: frozenset[str]) -> Thread:
    """The transcript in lines. Codes stay masked unless they have just been revealed."""
    said_by = {item.at: item.actor for item in found.items if isinstance(item, Happened) and item.event == "StaffSaid"}
    lines: list[Line] = []
    day: date | None = None
    zone = zone_of(visit.house.settings.timezone)
    for item in found.items:
        for line in _lines(item, said_by, revealed):
            today = line.at.astimezone(zone).date()
            if today != day:
                lines.append(Line("day", line.at, ""))
                day = today
            lines.append(line)
    return Thread(lines, found.coming, found.timers, found.shortened)


def _lines(
    item: Told | Heard | Noted | Happened, said_by: dict[datetime, str | None], revealed: frozenset[str]
) -> Iterator[Line]:
    match item:
        case Told():
            yield _told(item, said_by, revealed)
        case Heard():
            yield Line("them", item.at, item.text, channel=item.channel, superseded=item.superseded, mail=item.mail)
            if item.note == "language set":
                yield Line("event", item.at, "language")
        case Noted():
            yield Line("note", item.at, item.text, author=item.staff)
        case Happened():
            words = HAPPENED.get(item.event) or NOTED.get(item.note)
            if words is not None:
                yield Line("event", item.at, words, author=item.actor)
        case _:
            assert_never(item)


def _told(item: Told, said_by: dict[datetime, str | None], revealed: frozenset[str]) -> Line:
    message = item.message
    text = LINK.sub(lambda found: f"[{found[1]}]", message.text)
    if message.code and message.code not in revealed:
        text = text.replace(message.code, masked(message.code))
    staff = message.kind == "staff"
    return Line(
        kind="staff" if staff else "us",
        at=item.sent_at or item.at,
        words=text,
        state=item.state,
        why=SAID_WHY.get(item.reason or ""),
        reason=item.reason,
        author=said_by.get(item.at) if staff else None,
        channel=item.channel,
        buttons=tuple(button.label for button in message.prompt.buttons) if message.prompt else (),
        url=message.url,
        url_label=message.url_label,
        edited=item.edited,
        due=item.not_before if item.state == "ready" and item.not_before > item.at else None,
        lang=message.language,
    )
