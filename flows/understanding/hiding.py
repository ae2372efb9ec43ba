"""Taking out of a text what tells who wrote it, so that it can be shown to a model or to a stranger.

Numbers, addresses of mail and web, handles, and every word of what is known of the person. What is left may still tell
something: somebody has to read it before it goes anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flows.understanding.folding import fold

HIDDEN = "…"
"""What stands where something was taken out."""

_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|@\w{3,}", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d(?:[\d\s().,/:-]*\d)?")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTEST = 2  # a single letter is nobody's name
_ENDING = 3  # Hungarian and Czech names bend: Nagynak, Novákovi
_SCRIPT = re.compile("[\u3040-\u30ff\u3400-\u9fff]")  # written without spaces


def hide(text: str, known: Iterable[str] = ()) -> str:
    """Return *text* without numbers, addresses and the words in *known* (names, places, addresses of its writer)."""
    hidden = _NUMBER.sub(HIDDEN, _ADDRESS.sub(HIDDEN, text))
    words = {fold(word).said for name in known for word in _WORD.findall(name) if len(word) >= _SHORTEST}
    for name in sorted((word for word in words if _SCRIPT.search(word)), key=len, reverse=True):
        hidden = _without(hidden, name)
    plain = tuple(word for word in words if not _SCRIPT.search(word))
    hidden = _WORD.sub(lambda match: HIDDEN if _is_one_of(fold(match.group()).said, plain) else match.group(), hidden)
    return re.sub(rf"{HIDDEN}(?:[\s,;]*{HIDDEN})+", HIDDEN, hidden).strip()


def _is_one_of(word: str, names: Iterable[str]) -> bool:
    return any(
        word == name or (len(name) > _ENDING and word.startswith(name) and len(word) - len(name) <= _ENDING)
        for name in names
    )


def _without(text: str, name: str) -> str:
    folded = fold(text)
    start = folded.said.find(name)
    if start < 0:
        return text
    found = folded.original(start, start + len(name))
    return folded.written.replace(found, HIDDEN) if found else text
