"""Somebody takes back what they said: "go back", "wrong button", "no, I meant shipping", in seven languages.

Plain words only: who is not understood here is still understood as an answer, but a sentence that only contains such
words ("I will come back", "money back") must never take an answer away.

The lines of ``data/corrections/<language>.txt`` (their form: :mod:`.lines`):

``back``      asks to go back or to change an answer: the whole text, but for polite words
``mistake``   says that the answer was wrong: the whole text, or before a break and a few words that say it right
``lead``      what stands before the right answer: "no, I meant"
``swap``      "not price, shipping": groups ``out`` and ``rest``, both of which must name something
``filler``    polite words at either end that do not count
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from flows.understanding.concepts import concepts
from flows.understanding.folding import Folded, fold
from flows.understanding.lines import pattern_lines
from flows.understanding.normalise import normalise
from flows.understanding.safety import LANGUAGES

_READ = 300  # a longer text is a letter, and no correction
_SHORT = 60  # so many characters say briefly what is right
_BREAK = r"[\s,.;:!?¿¡…、。،؛؟–—-]"
_BREAKS = re.compile(f"{_BREAK}*")
_LETTER = re.compile(r"\w")
_NAMED = 2  # so many words name a thing
# What an answer can be about; a swap is one only between two of these.
_SUBJECTS = frozenset(
    {
        *("PRICE", "DEAR", "CHEAP", "MONEY", "DISCOUNT", "SHIP", "SLOW", "QUALITY", "FLIMSY", "BREAK", "REVIEW"),
        *("TRUST", "SCAM", "PAY", "CARD", "RETURN", "SITE", "SIZE", "COLOUR", "COMPAT", "FEATURE", "STYLE", "PAYDAY"),
        *("FAMILY", "BOSS", "PERMIT", "NEED", "GIFT", "ELSEWHERE", "USED", "WARRANTY", "THINK"),
    }
)


@dataclass(frozen=True, slots=True)
class Correction:
    """An answer is taken back. rest: what is said instead, as it was written and to be understood like any text.

    Empty when nothing is said instead: then the earlier question is asked again.
    """

    rest: str


def find_correction(text: str, language: str) -> Correction | None:
    """Return the correction that *text* makes, else None; *language* is tried first, then English.

    "Not price, shipping" is a correction only if something was answered before; where nothing was, its rest is simply
    the answer.
    """
    folded = fold(text)
    if len(folded.said) > _READ:
        return None
    spoken = language if language in LANGUAGES else "en"
    for tongue in dict.fromkeys((spoken, "en")):
        found = _corrected(_patterns(tongue), folded)
        if found:
            return found
    return None


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The compiled lines of one language."""

    before: re.Pattern[str]
    behind: re.Pattern[str]
    back: re.Pattern[str]
    mistake: re.Pattern[str]
    lead: re.Pattern[str]
    swaps: tuple[re.Pattern[str], ...]


def _corrected(patterns: _Patterns, folded: Folded) -> Correction | None:
    said = folded.said
    first = _end(_BREAKS, said, 0)
    start, end = _bare(patterns, said, 0)
    # A polite word may belong to a lead: "sorry, actually".
    for begin in dict.fromkeys((start, first)):
        if patterns.back.fullmatch(said, begin, end) or patterns.mistake.fullmatch(said, begin, end):
            return Correction("")
        match = patterns.lead.match(said, begin, end)
        if match:
            return Correction(_rest(patterns, folded, match.end()))
    return _right_after_mistake(patterns, folded, start) or _swapped(patterns, folded, first)


def _right_after_mistake(patterns: _Patterns, folded: Folded, start: int) -> Correction | None:
    """Read "wrong button, it's the price": a break or a lead must follow, and something an answer can be about."""
    match = patterns.mistake.match(folded.said, start)
    if not match or len(folded.said) - match.end() > _SHORT:
        return None
    behind, _ = _bare(patterns, folded.said, match.end())
    breaks = folded.said[match.end() : behind].strip()
    rest = _rest(patterns, folded, match.end())
    if patterns.lead.match(folded.said, behind) or (breaks and _is_about_something(rest)):
        return Correction(rest)
    return None


def _rest(patterns: _Patterns, folded: Folded, start: int) -> str:
    """What is said from here on, without polite words around it and leads before it."""
    start, end = _bare(patterns, folded.said, start)
    match = patterns.lead.match(folded.said, start, end)
    if match:
        start, end = _bare(patterns, folded.said, match.end())
    rest = folded.original(start, end)
    return rest if _LETTER.search(rest) else ""


def _swapped(patterns: _Patterns, folded: Folded, start: int) -> Correction | None:
    end = len(folded.said.rstrip(" .!。"))
    for pattern in patterns.swaps:
        match = pattern.fullmatch(folded.said, start, end)
        if match and all(_names_something(words) for words in match.group("out", "rest") if words):
            return Correction(folded.original(*match.span("rest")))
    return None


def _is_about_something(words: str) -> bool:
    return any(concept.strip("#") in _SUBJECTS for concept in concepts(normalise(words)))


def _names_something(words: str) -> bool:
    """Whether these are a word or two that an answer can be about."""
    return len(words.split()) <= _NAMED and _is_about_something(words)


def _bare(patterns: _Patterns, said: str, start: int) -> tuple[int, int]:
    """Where the text from *start* on begins and ends when breaks and polite words around it do not count."""
    start = _end(patterns.before, said, start)
    match = patterns.behind.search(said, start)
    return start, match.start() if match else len(said)


def _end(pattern: re.Pattern[str], said: str, start: int) -> int:
    match = pattern.match(said, start)
    return match.end() if match else start


@cache
def _patterns(language: str) -> _Patterns:
    lines: dict[str, list[str]] = defaultdict(list)
    for kind, _, pattern in pattern_lines("corrections", language):
        lines[kind].append(pattern)
    edges = ("", "") if language == "ja" else (r"(?<![^\W_])", r"(?![^\W_])")
    joined = {kind: f"{edges[0]}(?:{'|'.join(found)}){edges[1]}" for kind, found in lines.items()}
    return _Patterns(
        before=re.compile(f"(?:{_BREAK}|{joined['filler']})*"),
        behind=re.compile(f"(?:{_BREAK}|{joined['filler']})+$"),
        back=re.compile(joined["back"]),
        mistake=re.compile(joined["mistake"]),
        lead=re.compile(joined["lead"]),
        swaps=tuple(re.compile(pattern) for pattern in lines["swap"]),
    )
