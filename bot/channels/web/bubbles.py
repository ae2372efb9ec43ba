"""What was said so far, as bubbles. Everything in them is escaped; only our own addresses become links."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Literal

from babel.dates import format_date
from markupsafe import Markup, escape

from bot.channels.web.words import Words
from bot.runtime.changes import Change, Changes
from bot.web.filters import locale_of
from flows.messages import Message, Prompt
from storage.reads.transcript import Heard, Item, Told

Side = Literal["us", "them", "staff"]

SEEN = ("sent", "sending", "ready", "leased", "unknown")
"""States of messages that the prospect has, may have, or will have at any moment."""

UNHEARD = ("stale", "not offered")
"""Taps that changed nothing are not a part of the talk."""

COMMAND = re.compile(r"/[a-z]+")
PLACEHOLDER = re.compile(r"link:(preferences|privacy|telegram)")
LABELS = {"preferences": "web-controls", "privacy": "web-privacy", "telegram": "web-telegram"}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One bubble. `question` is the open one; `code` and `link` stand below the words, a new `day` above.

    `change`: what this answer may still become.
    """

    side: Side
    at: datetime
    paragraphs: tuple[Markup, ...]
    language: str | None = None
    code: str | None = None
    link: tuple[str, str] | None = None
    question: Markup | None = None
    superseded: bool = False
    day: str | None = None
    change: Change | None = None


def bubbles_of(
    items: Sequence[Item],
    prompt: Prompt | None,
    words: Words,
    links: Mapping[str, str],
    zone: tzinfo,
    changes: Changes | None = None,
) -> tuple[Bubble, ...]:
    """The bubbles of a conversation, in order."""
    visit = prompt.visit if prompt is not None else None
    said = _without_copies([item for item in items if isinstance(item, Told | Heard)], visit)
    asked = next((item for item in reversed(said) if isinstance(item, Told) and _visit(item.message) == visit), None)
    found = [
        spoken(item.message, item.at, words, links, asks=item is asked and visit is not None)
        if isinstance(item, Told)
        else _heard(item, changes or {})
        for item in said
    ]
    return _with_days(found, words.language, zone)


def _heard(item: Heard, changes: Changes) -> Bubble:
    return Bubble("them", item.at, (escape(item.text),), superseded=item.superseded, change=changes.get(item.at))


def spoken(message: Message, at: datetime, words: Words, links: Mapping[str, str], *, asks: bool) -> Bubble:
    """A message of ours. With `asks`, its last paragraph is the open question."""
    own = {} if message.kind == "staff" else links
    paragraphs = [marked(paragraph, message.code, words, own) for paragraph in message.paragraphs]
    question = paragraphs.pop() if asks and paragraphs else None
    web = message.url is not None and message.url.startswith(("https://", "http://"))
    return Bubble(
        "staff" if message.kind == "staff" else "us",
        at,
        tuple(paragraphs),
        language=message.language,
        code=message.code,
        link=(message.url_label or message.url, message.url) if web and message.url else None,
        question=question,
    )


def marked(paragraph: str, code: str | None, words: Words, links: Mapping[str, str]) -> Markup:
    """The paragraph escaped, with our own addresses as links in words and the code kept in one piece."""
    parts = []
    pattern = f"{PLACEHOLDER.pattern}|{re.escape(code)}" if code else PLACEHOLDER.pattern
    end = 0
    for match in re.finditer(pattern, paragraph):
        parts += [escape(paragraph[end : match.start()]), _piece(match, words, links)]
        end = match.end()
    return Markup("").join([*parts, escape(paragraph[end:])])


def _piece(match: re.Match[str], words: Words, links: Mapping[str, str]) -> Markup:
    purpose = match[1]
    if purpose is None:
        return Markup('<b class="nowrap" dir="ltr">{}</b>').format(match[0])
    label = words(LABELS[purpose])
    return Markup('<a href="{}">{}</a>').format(links[purpose], label) if purpose in links else escape(label)


def _visit(message: Message) -> int | None:
    return message.prompt.visit if message.prompt is not None else None


def _without_copies(items: Sequence[Told | Heard], visit: int | None) -> list[Told | Heard]:
    """What the prospect has seen or said: words sent on two channels once, the open question always."""
    open_copies = [
        item for item in items if isinstance(item, Told) and visit is not None and _visit(item.message) == visit
    ]
    shown = [item for item in open_copies if item.state in SEEN]
    kept: list[Told | Heard] = []
    for item in items:
        if isinstance(item, Heard):
            if item.note not in UNHEARD and item.text and not COMMAND.fullmatch(item.text):
                kept.append(item)
        elif item.state in SEEN or (not shown and open_copies[-1:] == [item]):
            kept = [other for other in kept if not _same(other, item)]
            kept.append(item)
    return kept


def _same(one: Told | Heard, other: Told) -> bool:
    if not isinstance(one, Told) or _visit(one.message) is None:
        return False
    return _visit(one.message) == _visit(other.message) and one.message.paragraphs == other.message.paragraphs


def _with_days(bubbles: Sequence[Bubble], language: str, zone: tzinfo) -> tuple[Bubble, ...]:
    """Talk of several days says where each begins."""
    days = [bubble.at.astimezone(zone).date() for bubble in bubbles]
    if len(set(days)) < 2:
        return tuple(bubbles)
    new = [index == 0 or days[index] != days[index - 1] for index in range(len(days))]
    return tuple(
        replace(bubble, day=_day(day, language)) if begins else bubble
        for bubble, day, begins in zip(bubbles, days, new, strict=True)
    )


def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale=locale_of(language))
