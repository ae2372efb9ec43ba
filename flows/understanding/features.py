"""What the model looks at in a text: pieces of its letters, its words, and the concepts that its words stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from itertools import pairwise

from flows.understanding.concepts import concepts

# Only so much of a text is weighed: a longer one is a letter, and its beginning carries the reason.
WEIGHED_LENGTH = 600
LONGEST_PIECE = 5

Block = Counter[str]

_MARKS = frozenset({"=,", "=?"})


def blocks(said: str) -> tuple[Block, Block, Block]:
    """Return the feature counts of normalised text in three blocks: pieces of letters, words, concepts.

    Every block is weighed and brought to length one by itself, so that many pieces do not drown a few words. Names are
    unique over all blocks: pieces are bare, words begin with ``=`` and concepts with ``#``.
    """
    said = said[:WEIGHED_LENGTH]
    return Counter(_pieces(said)), Counter(_words(said)), Counter(concepts(said))


def knows(features: Container[str], text: tuple[Block, Block, Block]) -> bool:
    """Whether a whole word or a concept of a text is among these features, and not only pieces of its letters."""
    _, words, meant = text
    return any(name in features for name in (*words, *meant) if name not in _MARKS)


def _pieces(said: str) -> Iterator[str]:
    text = f" {said} "
    for length in range(1, LONGEST_PIECE + 1):
        for start in range(len(text) - length + 1):
            yield text[start : start + length]


def _words(said: str) -> Iterator[str]:
    words = said.split()
    yield from (f"={word}" for word in words)
    yield from (f"={left} {right}" for left, right in pairwise(words))
