"""From scores to a decision: what was understood, how surely, and what to ask before acting on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows.understanding.embedding import embedding_in_use
from flows.understanding.model import Scores, Thresholds, load_model, ranked
from flows.understanding.nearest import nearest
from flows.understanding.normalise import normalise
from flows.understanding.safety import LANGUAGES, Safety, find_safety, hinted_safety

# Intents that say nothing about what held the person back.
_NO_BARRIERS = frozenset({"human", "delete_data", "bought_here", "chitchat"})
ALWAYS_CONFIRMED = ("delete_data", "stop")
"""Acting on these ends or erases something, so without a plain phrase they are always confirmed."""
_CANDIDATES = 3
# A word or two that name one barrier ("shipping", "送料") are no guess, though few rows are so short.
_BARE, _BARE_WORDS, _BARE_LETTERS = 0.85, 2, 12


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text means.

    text: as it came. language: one of the seven. barriers: best first, empty when none is named. intent: ``answer``,
    ``stop``, ``human``, ``later``, ``question``, ``delete_data``, ``bought_here`` or ``chitchat``. confidence: 0 to 1,
    of the barriers for an answer and of the intent otherwise. ask: an intent to confirm before acting on it,
    ``"barriers"`` when the barriers should be confirmed, else None. candidates: for an answer always the three
    likeliest barriers, best first. because: the phrase that matched or the example it resembles.
    """

    text: str
    language: str
    barriers: tuple[str, ...]
    intent: str
    confidence: float
    ask: str | None
    candidates: tuple[str, ...]
    because: str


def understand(text: str, language: str | None = None) -> Understanding:
    """Say what *text* means; any string is understood somehow, the empty one as chitchat of no confidence.

    *language* is the language the person is known to speak, and is guessed when None or not one of the seven. Safety
    words work in every language whatever is given.
    """
    said = normalise(text)
    scores = _core(said)
    safety = find_safety(said)
    if safety:
        return _plain(text, said, language if language in LANGUAGES else safety.language, safety)
    spoken = language if language in LANGUAGES else guess_language(said, scores)
    if not said:
        return Understanding(text, spoken, (), "chitchat", 0.0, None, (), "nothing to read")
    extra = embedding_in_use()
    return _weighed(text, said, spoken, extra.mixed(scores, text) if extra else scores)


def shows_full_list(understood: Understanding) -> bool:
    """Say whether an answer is so unsure that the full list of barriers serves better than three buttons."""
    return understood.ask == "barriers" and understood.confidence < _thresholds().guess


def guess_language(said: str, scores: Scores) -> str:
    """Return the language of normalised text: by its script if that tells, else by its scores."""
    if any("\u3040" <= letter <= "\u30ff" for letter in said):
        return "ja"
    if any("\u0621" <= letter <= "\u06d3" for letter in said):
        return "ar"
    if any("\u3400" <= letter <= "\u9fff" for letter in said):
        return "ja"
    return next(name for name in scores.languages if name not in ("ja", "ar"))


def _thresholds() -> Thresholds:
    extra = embedding_in_use()
    return extra.thresholds if extra else load_model().thresholds


def _plain(text: str, said: str, spoken: str, safety: Safety) -> Understanding:
    """Take safety words at their word; what is said besides may still name a barrier."""
    rest = normalise(said.replace(safety.words, " "))
    silent = safety.intent in _NO_BARRIERS or not rest
    barriers = () if silent else _named(_scored(rest))
    return Understanding(text, spoken, barriers, safety.intent, 1.0, None, (), f"the words “{safety.words}”")


def _scored(said: str) -> Scores:
    scores, extra = _core(said), embedding_in_use()
    return extra.mixed(scores, said) if extra else scores


def _core(said: str) -> Scores:
    """The core's scores; letters that make no known word ("xyz blah") are no wish to stop or to be deleted."""
    scores = load_model().score(said)
    if scores.known:
        return scores
    chances = [0.0 if name in ALWAYS_CONFIRMED else likely for name, likely in scores.intents.items()]
    return replace(scores, intents=ranked(scores.intents, chances))


def _weighed(text: str, said: str, spoken: str, scores: Scores) -> Understanding:
    intent = next(iter(scores.intents))
    barriers = _barriers(intent, scores)
    candidates = tuple(scores.barriers)[:_CANDIDATES] if intent == "answer" else ()
    confidence = scores.intents[intent]
    if intent == "answer":
        confidence *= next(iter(scores.barriers.values()))
    bare = len(said.split()) <= _BARE_WORDS and len(said) <= _BARE_LETTERS
    ask = hinted_safety(said) or _ask(intent, confidence, scores, _BARE if bare else 1.0)
    because = _because(said, spoken, barriers[0] if intent == "answer" else intent)
    return Understanding(text, spoken, barriers, intent, round(confidence, 4), ask, candidates, because)


def _barriers(intent: str, scores: Scores) -> tuple[str, ...]:
    if intent in _NO_BARRIERS:
        return ()
    named = _named(scores)
    return named or (tuple(scores.barriers)[:1] if intent == "answer" else ())


def _named(scores: Scores) -> tuple[str, ...]:
    threshold = _thresholds().barrier
    return tuple(name for name, chance in scores.barriers.items() if chance >= threshold)


def _ask(intent: str, confidence: float, scores: Scores, plain: float) -> str | None:
    """Return what to confirm: the weightiest intent that is likely enough, then the barriers of an unsure answer.

    From *plain* on an answer counts as sure whatever the band says.
    """
    thresholds = _thresholds()
    for name in ALWAYS_CONFIRMED:
        if intent == name or scores.intents[name] >= thresholds.confirm[name]:
            return name
    if intent == "answer":
        return None if confidence >= min(thresholds.accept, plain) else "barriers"
    return intent if confidence < thresholds.confirm.get(intent, 0.0) else None


def _because(said: str, spoken: str, meaning: str) -> str:
    example = nearest(said, spoken, meaning)
    return f"resembles “{example.text}”" if example else "resembles no example closely"
