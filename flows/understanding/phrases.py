"""Compile lines of the small phrase language of ``data/safety`` into regular expressions over normalised text.

In a line ``a|b`` are alternatives, ``word*`` is any word beginning so, ``word?`` may be missing and ``..`` stands for
up to three words (six characters in Japanese, which puts no spaces between words).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flows.understanding.normalise import normalise

NEVER = "(?!)"


def padded(said: str) -> str:
    """Return normalised text with a space at either end, the form the compiled patterns expect."""
    return f" {said} "


def one_of(lines: Iterable[str], *, spaced: bool = True) -> str:
    """Return the source of a pattern that matches any of *lines*; one that never matches when there is none.

    With *spaced* each word must stand alone, and the match ends behind the space that follows the last word.
    """
    sources = [_line(line, " " if spaced else "") for line in lines]
    if not sources:
        return NEVER
    start = "(?<= )" if spaced else ""
    return f"{start}(?:{'|'.join(sources)})"


def _line(line: str, gap: str) -> str:
    return "".join(_word_or_gap(word, gap) for word in line.split())


def _word_or_gap(word: str, gap: str) -> str:
    if word == "..":
        return rf"(?:\w+{gap}){{0,3}}" if gap else r"[^,]{0,6}"
    optional = word.endswith("?")
    choices = "|".join(_choice(choice, gap) for choice in word.removesuffix("?").split("|"))
    return f"(?:(?:{choices}){gap})" + ("?" if optional else "")


def _choice(word: str, gap: str) -> str:
    tail = r"\w*" if word.endswith("*") and gap else ""
    return re.escape(normalise(word.removesuffix("*"))) + tail
