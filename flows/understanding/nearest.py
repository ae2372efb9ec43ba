"""The training example that a text resembles most: the reason a shop owner can read and argue with."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache

from flows.understanding.corpus import Example, read_examples
from flows.understanding.normalise import normalise

# Pieces of three letters tell words apart; in Japanese two characters do.
_PIECE = 3
_PIECE_JAPANESE = 2


def nearest(said: str, language: str, meaning: str) -> Example | None:
    """Return the example of *meaning* (a barrier or an intent other than answer) that is most like normalised text.

    None when no example in that language shares a piece of a word with it.
    """
    index = _index(language)
    likeness: dict[int, float] = defaultdict(float)
    postings = index.postings.get(meaning, {})
    for piece in _pieces(said, language):
        for example in postings.get(piece, ()):
            likeness[example] += index.rarity[piece]
    if not likeness:
        return None
    best = max(likeness, key=lambda example: (likeness[example] / index.lengths[example], -example))
    return index.examples[best]


@dataclass(frozen=True, slots=True)
class _Index:
    examples: list[Example]
    lengths: list[float]
    rarity: dict[str, float]
    postings: dict[str, dict[str, list[int]]]


@cache
def _index(language: str) -> _Index:
    examples = [example for example in read_examples() if example.language == language]
    pieces = [_pieces(normalise(example.text), example.language) for example in examples]
    seen = Counter(piece for found in pieces for piece in found)
    rarity = {piece: math.log(1 + len(examples) / count) for piece, count in seen.items()}
    postings: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, (example, found) in enumerate(zip(examples, pieces, strict=True)):
        meanings = set(example.barriers) if example.intent in ("answer", "question") else set()
        for meaning in {*meanings, example.intent} - {"answer"}:
            for piece in found:
                postings[meaning][piece].append(number)
    lengths = [math.sqrt(sum(rarity[piece] for piece in found)) or 1.0 for found in pieces]
    return _Index(examples, lengths, rarity, postings)


def _pieces(said: str, language: str) -> frozenset[str]:
    size = _PIECE_JAPANESE if language == "ja" else _PIECE
    text = f" {said[:600]} "
    return frozenset(text[start : start + size] for start in range(len(text) - size + 1))
