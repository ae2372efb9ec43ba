"""Concepts: what words stand for in any of the seven languages, so that one language learns from the others.

The list is data (``data/concepts.txt``). All languages are looked up at once, because people write in a language they
were not asked in; a word that means two things in two languages simply counts as both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations

from flows.understanding.normalise import normalise

_SHORTEST_STEM = 2
_MOST_IN_A_CLAUSE = 10
_NOT, _BUT = "NEG", "BUT"
_ARABIC = re.compile("^[\u0621-\u064a]")
# "and the", "with the", "for the": particles that Arabic writes onto the word.
_PARTICLES = re.compile("^(?:[وف])?(?:[بلكح])?(?:ال|ل)?(?=..)")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """Word (or two words), beginning of a word, Japanese piece -> the concepts it stands for."""

    words: dict[str, tuple[str, ...]]
    stems: dict[str, tuple[str, ...]]
    pieces: dict[str, tuple[str, ...]]
    longest_piece: int


def concepts(said: str) -> Iterator[str]:
    """Yield the concept features of normalised text.

    ``#X`` for each concept, ``#X Y`` for two in the same clause in that order, ``#-X`` behind a negation in its clause,
    ``#<X`` and ``#>X`` before and behind a "but" or a comma: what follows is usually the reason.
    """
    clauses = [clause for part in said.split(",") for clause in _clauses(_found(part))]
    for number, clause in enumerate(clauses):
        kept = list(dict.fromkeys(clause))[:_MOST_IN_A_CLAUSE]
        yield from (f"#{concept}" for concept in kept)
        yield from (f"#{left} {right}" for left, right in combinations(kept, 2))
        if _NOT in kept:
            yield from (f"#-{concept}" for concept in kept[kept.index(_NOT) + 1 :])
        if len(clauses) > 1:
            mark = ">" if number == len(clauses) - 1 else "<"
            yield from (f"#{mark}{concept}" for concept in kept)


def _clauses(found: list[str]) -> list[list[str]]:
    """Cut concepts where a "but" stands; the word itself stays with what follows it."""
    clauses: list[list[str]] = [[]]
    for concept in found:
        if concept == _BUT and clauses[-1]:
            clauses.append([])
        clauses[-1].append(concept)
    return [clause for clause in clauses if clause]


def named(said: str, file: str = "concepts") -> list[str]:
    """Return the bare concepts of normalised text in the order they are said, by the list ``data/<file>.txt``."""
    return [concept for part in said.split(",") for concept in _found(part, file)]


def _found(part: str, file: str = "concepts") -> list[str]:
    lexicon = _lexicon(file)
    words = part.split()
    found: list[str] = []
    for number, word in enumerate(words):
        pair = lexicon.words.get(" ".join(words[number : number + 2])) if number + 1 < len(words) else None
        found.extend(pair or ())
        found.extend(_pieces(lexicon, word) if _JAPANESE.search(word) else _of_word(lexicon, word))
    return found


def _of_word(lexicon: _Lexicon, word: str) -> tuple[str, ...]:
    forms = (word, _PARTICLES.sub("", word)) if _ARABIC.match(word) else (word,)
    for form in forms:
        known = lexicon.words.get(form, ())
        begun = next((lexicon.stems[stem] for stem in _beginnings(form) if stem in lexicon.stems), ())
        if known or begun:
            return tuple(dict.fromkeys((*known, *begun)))
    return ()


def _beginnings(word: str) -> Iterator[str]:
    """Yield the word and its beginnings, longest first, down to the shortest stem."""
    return (word[:length] for length in range(len(word), _SHORTEST_STEM - 1, -1))


def _pieces(lexicon: _Lexicon, text: str) -> Iterator[str]:
    """Read Japanese from left to right, always taking the longest piece that is known."""
    start = 0
    while start < len(text):
        for length in range(lexicon.longest_piece, 0, -1):
            if known := lexicon.pieces.get(text[start : start + length]):
                yield from known
                start += length
                break
        else:
            start += 1


@cache
def _lexicon(file: str) -> _Lexicon:
    words: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    pieces: dict[str, list[str]] = {}
    for concept, language, entries in _entries(file):
        # One call for the whole line: the comma keeps the entries apart.
        spelled = normalise(",".join(entries).replace("_", " ")).split(" , ")
        for entry, spelling in zip(entries, spelled, strict=True):
            known = pieces if language == "ja" else stems if entry.endswith("*") else words
            meanings = known.setdefault(spelling, [])
            if concept not in meanings:
                meanings.append(concept)
    return _Lexicon(_frozen(words), _frozen(stems), _frozen(pieces), max(map(len, pieces)))


def _entries(name: str) -> Iterator[tuple[str, str, list[str]]]:
    file = resources.files("flows.understanding").joinpath(f"data/{name}.txt")
    concept = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            concept = line.strip("[]")
        elif line and not line.startswith("#"):
            language, *entries = line.split()
            yield concept, language, entries


def _frozen(meanings: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {entry: tuple(concepts) for entry, concepts in meanings.items()}
