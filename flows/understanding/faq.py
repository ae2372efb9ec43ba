"""Questions a shop has answered before: which of them somebody asks, if any.

The shop writes a few ways of asking each. A question is like an example when it is about the same things (concepts, so
in any of the seven languages), wants to know the same of them (what it costs, how long it takes) and is said alike
(words and pieces of them, weighed by how rare they are in the training rows). Precision first: what no example is like,
or two entries about as much, goes to a person.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.understanding.concepts import named
from flows.understanding.features import blocks
from flows.understanding.model import Model, load_model
from flows.understanding.normalise import normalise

LIKE_ENOUGH = 0.48
"""How like an example a question has to be, 0 to 1."""

CLEARLY = 0.06
"""How much less like every other entry's examples it has to be."""

_SAME = 0.75  # a sentence so like an example says the same, whatever it is about
_COMMON = 3.5  # words as frequent as this in the training rows say nothing about what is asked
_RAREST = 9.0  # a feature that no training row has
_WANTED = frozenset({"PRICE", "DEAR", "CHEAP", "FREE", "SLOW", "SOONER"})  # said again, better, by questions.txt
_EMPTY = frozenset(
    {
        *("WHO", "THANKS", "TOO", "HAVE", "NEG", "NOMORE", "BUT", "FAMILY", "NOTNOW", "WAIT", "FINE", "WANT", "NEED"),
        *("BUSY", "PERMIT", "SEASON", "STOCK", "STYLE", "PAYDAY", "GREET", "FOLK", "SAY", "BOSS", "THINK", "PLACE"),
        *("HERE", "NOSAY", "HAVE", "TALK", "STOPV", "WHEN", "OCCUPIED", "PROMPT", "YOURS", "DONE", "AGO"),
    }
)
_THINGS = frozenset({"ANSWERS", "ASKING"})
_FAINT = {"BOUGHT": 0.3, "SITE": 0.3, "MONEY": 0.3, "PLANS": 0.5}
_ALIKE = {"CARD": "PAY"}


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A question with an answer: its id and ways of asking it, language -> examples."""

    id: str
    examples: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FaqMatch:
    """Which entry was asked. confidence: 0 to 1, how like the example it is. example: the one it is most like."""

    entry: str
    confidence: float
    example: str


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked about, what is wanted to be known of it, and how it is said (feature -> weight, length one)."""

    topics: frozenset[str]
    wanted: frozenset[str]
    words: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Example:
    entry: str
    language: str
    text: str
    question: _Question


class Faq:
    """A shop's questions, prepared for comparing; build it once and keep it."""

    def __init__(self, entries: Iterable[FaqEntry]) -> None:
        self.entries = tuple(entries)
        model = load_model()
        self._examples = tuple(
            _Example(entry.id, language, text, _read(model, text))
            for entry in self.entries
            for language, texts in entry.examples.items()
            for text in texts
        )

    def nearest(self, text: str, language: str) -> list[FaqMatch]:
        """Return every entry with its nearest example, most alike first; of two alike, one in *language* is shown."""
        asked = _read(load_model(), text)
        best: dict[str, tuple[float, bool, str]] = {}
        for example in self._examples:
            likeness = min(1.0, round(_likeness(asked, example.question), 4))
            found = (likeness, example.language == language, example.text)
            best[example.entry] = max(best.get(example.entry, found), found)
        matches = [FaqMatch(entry, likeness, example) for entry, (likeness, _, example) in best.items()]
        return sorted(matches, key=lambda match: -match.confidence)


def find_entry(faq: Faq, text: str, language: str) -> FaqMatch | None:
    """Return the entry that *text* asks, None when none is near enough or two are about as near.

    *language* is the one the prospect speaks: examples in all languages count, one in theirs is shown first.
    """
    ranked = faq.nearest(text, language)
    if not ranked or ranked[0].confidence < LIKE_ENOUGH:
        return None
    second = ranked[1].confidence if len(ranked) > 1 else 0.0
    return ranked[0] if ranked[0].confidence - second >= CLEARLY else None


def _likeness(asked: _Question, known: _Question) -> float:
    said = sum(weight * known.words.get(name, 0.0) for name, weight in asked.words.items())
    wanted = _same_wanted(asked.wanted, known.wanted)
    if not asked.topics and not known.topics:
        alike = said * (0.6 + 0.4 * wanted)
    else:
        shared, all_ = asked.topics & known.topics, asked.topics | known.topics
        about = sum(_FAINT.get(topic, 1.0) for topic in shared) / sum(_FAINT.get(topic, 1.0) for topic in all_)
        alike = about * (0.3 + 0.4 * wanted + 0.3 * said)
    return max(alike, said if said > _SAME else 0.0)


def _same_wanted(asked: frozenset[str], known: frozenset[str]) -> float:
    """Say how far the same is wanted: that shipping takes days says nothing to somebody who asks what it costs."""
    if asked and known:
        return 1.0 if asked & known else 0.0
    return 0.5 if asked == known else 0.35


def _read(model: Model, text: str) -> _Question:
    said = normalise(text)
    wanted = frozenset(named(said, "questions"))
    topics = {_ALIKE.get(name, name) for name in named(said)} - _EMPTY - _WANTED
    return _Question(frozenset(topics) | (wanted & _THINGS), wanted - _THINGS, _words(model, said))


def _words(model: Model, said: str) -> Mapping[str, float]:
    """Return feature -> weight of what is said: pieces and words that are not everywhere."""
    pieces, words, _ = blocks(said)
    vector: dict[str, float] = {}
    for block in (pieces, words):
        weights = {name: _weight(model, name, count) for name, count in block.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vector |= {name: weight / length for name, weight in weights.items() if weight}
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {name: weight / length for name, weight in vector.items()}


def _weight(model: Model, name: str, count: int) -> float:
    feature = model.feature_of.get(name)
    rarity = _RAREST if feature is None else model.rarity[feature]
    return (1 + math.log(count)) * max(0.0, rarity - _COMMON)
