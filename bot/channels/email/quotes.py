"""What is new in an answer by mail: the words of the person, without the mail that is answered and without signatures.

Libraries for this were looked at: none knows our seven languages, and those that do not lose what stands between the
lines of a quote take a last line such as "Thanks, but the shipping was too dear" for a signature.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.channels.email.html_text import CUT
from bot.channels.email.quote_words import (
    FROM_LINE,
    HEADER_LINE,
    INTRODUCES,
    LIKELY,
    RULE,
    SENT_FROM,
    SEPARATOR,
)

MOST_LINES: Final = 2000
"""Lines of a mail that are looked at: nobody answers in more."""

_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_QUOTED: Final = re.compile(r"^\s{0,3}(?:[>＞»]|\|\s?>)")
_WRAPPED: Final = 4
"""Over so many lines an introduction may be wrapped."""

_LONGEST: Final = 500
"""Characters of an introduction: what is longer is a paragraph."""


@dataclass(frozen=True, slots=True)
class Cut:
    """`text`: the new words, "" when there are none. `found`: whether there was anything to cut off."""

    text: str
    found: bool


def new_words(text: str) -> Cut:
    """The new words of a mail's plain text, or of `html_text`. Order stays, also between the lines of a quote."""
    lines = [_UNSEEN.sub("", line).replace("\u00a0", " ").rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    lines = lines[:MOST_LINES]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if _ends_here(lines, at):
            break
        at += _taken_away(lines, at) or _keep(kept, lines[at])
    words = _without_programs(kept)
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(words)).strip()
    return Cut(joined, found=len([line for line in lines if line.strip()]) > len([one for one in words if one.strip()]))


def _keep(kept: list[str], line: str) -> int:
    kept.append(line)
    return 1


def _ends_here(lines: Sequence[str], at: int) -> bool:
    """Whether from this line on nothing is new: the whole mail that is answered stands below."""
    line = lines[at].strip()
    if line == CUT or SEPARATOR.match(line):
        return True
    below = _next_words(lines, at + 1)
    if RULE.match(line) and below is not None and _is_header_block(lines, below):
        return True
    if _is_header_block(lines, at):
        return True
    introduced = _introduces(lines, at)
    if not introduced:
        return False
    quoted = _next_words(lines, at + introduced)
    return quoted is None or not _QUOTED.match(lines[quoted])


def _taken_away(lines: Sequence[str], at: int) -> int:
    """How many lines from here on are no new words, though some may follow: a quote, its introduction, a signature."""
    line = lines[at]
    if _QUOTED.match(line):
        return 1
    if line.strip() == "--":
        return _until_quote(lines, at)
    return _introduces(lines, at) or _likely(lines, at)


def _introduces(lines: Sequence[str], at: int) -> int:
    """Over how many lines from here on a quote is introduced; 0 when none is."""
    joined = ""
    for count, line in enumerate(lines[at : at + _WRAPPED], 1):
        words = line.strip()
        if not words or _QUOTED.match(line) or len(joined) + len(words) > _LONGEST:
            return 0
        joined = f"{joined} {words}".strip()
        if any(pattern.match(joined) for pattern in INTRODUCES):
            return count
    return 0


def _likely(lines: Sequence[str], at: int) -> int:
    """The same in any language: a date or an address, a colon at the end, and marked lines at once below."""
    joined = ""
    for count, line in enumerate(lines[at : at + 3], 1):
        words = line.strip()
        if not words or _QUOTED.match(line) or len(joined) + len(words) > _LONGEST:
            return 0
        joined = f"{joined} {words}".strip()
        if not LIKELY.search(joined):
            continue
        below = _next_words(lines, at + count)
        if below is not None and _QUOTED.match(lines[below]) and below - at - count <= 1:
            return count if count == 1 or "@" in joined else 0
    return 0


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """A header of a mail and at least two more close below, one of them its sender."""
    if not HEADER_LINE.match(lines[at].strip()):
        return False
    block = [line.strip() for line in lines[at : at + 9] if line.strip()][:6]
    return sum(bool(HEADER_LINE.match(one)) for one in block) >= 3 and any(FROM_LINE.match(one) for one in block)


def _next_words(lines: Sequence[str], at: int) -> int | None:
    """The first line from here on that is not blank."""
    return next((number for number in range(at, len(lines)) if lines[number].strip()), None)


def _until_quote(lines: Sequence[str], at: int) -> int:
    """A signature lasts until a quote begins, or to the end."""
    for number in range(at + 1, len(lines)):
        if _QUOTED.match(lines[number]) or _ends_here(lines, number) or _introduces(lines, number):
            return number - at
    return len(lines) - at


def _without_programs(kept: Sequence[str]) -> list[str]:
    """Without the lines that programs sign with; a rule above one goes too."""
    words: list[str] = []
    for line in kept:
        if len(line) < _LONGEST and any(pattern.match(line.strip()) for pattern in SENT_FROM):
            while words and (not words[-1].strip() or RULE.match(words[-1].strip())):
                words.pop()
            continue
        words.append(line)
    while words and (not words[-1].strip() or RULE.match(words[-1].strip())):
        words.pop()
    return words
