"""Text as it is compared, letter by letter, with the way back to what was written.

:func:`.normalise.normalise` gives words to weigh; here nothing is dropped or moved that a pattern may need (``10:30``,
``5/3``), and every place leads back to the original, so that the words somebody wrote can be shown to them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from flows.understanding.normalise import APOSTROPHES, LETTERS

_JOINERS = frozenset("\u3099\u309a")  # the marks that make か into が: part of the letter before


@dataclass(frozen=True, slots=True)
class Folded:
    """`said` is compared, `written` was typed; `origin[i]` is where in `written` the i-th letter of `said` stands."""

    said: str
    written: str
    origin: tuple[int, ...]

    def original(self, start: int, end: int) -> str:
        """What was typed for `said[start:end]`, without the spaces around it."""
        if start >= end:
            return ""
        return self.written[self.origin[start] : self.origin[end - 1] + 1].strip()


def fold(text: str) -> Folded:
    """Fold letter case, Latin accents, Arabic spelling variants, digits, width and katakana; any string is accepted."""
    written = unicodedata.normalize("NFKC", text.translate(APOSTROPHES))
    said: list[str] = []
    origin: list[int] = []
    for place, letter in enumerate(written):
        for plain in _plain(letter):
            said.append(plain)
            origin.append(place)
    return Folded("".join(said), written, tuple(origin))


def _plain(letter: str) -> str:
    folded = letter.casefold()
    if folded.isascii():
        return " " if folded.isspace() else folded
    apart = unicodedata.normalize("NFD", folded)
    bare = "".join(part for part in apart if part in _JOINERS or not unicodedata.combining(part))
    plain = unicodedata.normalize("NFC", bare).translate(LETTERS)
    return " " if plain.isspace() else plain
