"""Words that must work at once, in seven languages: stop, delete my data, give me a person.

The phrases are data: one file a language under ``data/safety``, in the phrase language of :mod:`.phrases`. Sections:

``[filler]``    polite words that do not count ("please", "ok")
``[negation]``  words that, shortly before a phrase in its clause, turn it around ("I do not want to stop")
``[after]``     the same, right behind a phrase (Japanese negates at the end)
``[stop whole]``, ``[delete_data whole]``, ``[human whole]``     match only when nothing but filler is said besides
``[stop phrase]``, ``[delete_data phrase]``, ``[human phrase]``  match anywhere in a sentence
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from flows.understanding.concepts import named
from flows.understanding.normalise import normalise
from flows.understanding.phrases import Phrases

LANGUAGES = ("en", "es", "fr", "ja", "ar", "hu", "cs")
# Deleting includes stopping; whoever asks for silence gets it before being handed to a person.
SAFETY_INTENTS = ("delete_data", "stop", "human")
_SECTION = re.compile(r"\[(.+)\]")
_SCRIPTS = {"ja": re.compile("[\u3040-\u30ff\u3400-\u9fff]"), "ar": re.compile("[\u0621-\u06d3]")}
_LATIN = re.compile("[a-z]")
_NEAR = 3
# Concepts that hint at a wish where they stand together in a clause, and those that speak of something else instead.
_CLUES = {
    "delete_data": (
        ({"ERASE", "DATA"}, set[str]()),
        ({"NEG", "DATA"}, {"CARD", "SITE", "STRANGER", "PAY", "TRUST", "SCAM"}),
    ),
    "stop": (
        ({"MESSAGE", "STOPV"}, {"SHIP", "DEAR", "PRICE", "DONE"}),
        ({"MESSAGE", "NEG", "NOMORE"}, set[str]()),
    ),
}


@dataclass(frozen=True, slots=True)
class Safety:
    """A plain request: its intent, the normalised words that make it and the language they belong to."""

    intent: str
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """The phrases of one language; whole and phrase by intent."""

    filler: Phrases
    negation: Phrases
    after: Phrases
    whole: dict[str, Phrases]
    phrase: dict[str, Phrases]


def is_stop_word(text: str) -> bool:
    """Say whether the whole message is a word or phrase for "stop" in any of the seven languages.

    Polite words, punctuation, letter case, accents and repeated letters do not matter: ``"STOP!!!"``, ``"baja por
    favor"`` and ``"やめて"`` are stop words; ``"I stopped because shipping was dear"`` is not.
    """
    said = normalise(text)
    possible = [_rules(language) for language in _possible(said)]
    return any(_alone(rules, "stop", _spoken(rules, said)) for rules in possible)


def is_wish(text: str, language: str) -> bool:
    """Say whether the text as a whole, as it stands on a button, asks in this language to stop or to be deleted."""
    said = " ".join(re.sub("[,?]", " ", normalise(text)).split())
    return any(_alone(_rules(language), intent, {said}) for intent in ("stop", "delete_data"))


def find_safety(said: str) -> Safety | None:
    """Return what normalised text plainly asks for, else None; the weightiest when it asks for two."""
    possible = [(language, _rules(language), _spoken(_rules(language), said)) for language in _possible(said)]
    for intent in SAFETY_INTENTS:
        for language, rules, spoken in possible:
            words = said if _alone(rules, intent, spoken) else _phrase(rules, intent, said)
            if words:
                return Safety(intent, words, language)
    return None


def hinted_safety(said: str) -> str | None:
    """Return the intent, stop or delete_data, that one clause of normalised text likely asks for.

    Either it would ask for it plainly if it stood alone ("too dear, stop"), or it names the concepts of the wish ("what
    info is held on me should vanish"). That is likely and yet no plain request, so it is asked about, not acted on.
    """
    clauses = [clause.strip() for clause in said.replace("?", ",").split(",") if clause.strip()]
    for intent in ("delete_data", "stop"):
        if any(_clued(clause, intent) or _alone_in(clause, intent) for clause in clauses):
            return intent
    return None


def _alone_in(clause: str, intent: str) -> bool:
    known = [_rules(language) for language in _possible(clause)]
    return any(_alone(rules, intent, _spoken(rules, clause)) for rules in known)


def _clued(clause: str, intent: str) -> bool:
    found = set(named(clause))
    return any(wish <= found and not found & besides for wish, besides in _CLUES[intent])


def _possible(said: str) -> list[str]:
    """Return the languages whose script occurs in the text."""
    return [name for name in LANGUAGES if _SCRIPTS.get(name, _LATIN).search(said)]


def _spoken(rules: _Rules, said: str) -> set[str]:
    """Return the text without its marks, as it is and without polite words."""
    bare = " ".join(re.sub("[,?]", " ", said).split())
    return {bare, rules.filler.without(bare)}


def _alone(rules: _Rules, intent: str, spoken: set[str]) -> bool:
    return any(rules.whole[intent].is_all_of(words) or rules.phrase[intent].is_all_of(words) for words in spoken)


def _phrase(rules: _Rules, intent: str, said: str) -> str | None:
    """Return the words of the first phrase that no negation in its own clause turns around."""
    for before, words, behind in rules.phrase[intent].found_in(said):
        if not _negated(rules, before.rpartition(",")[2], behind.partition(",")[0]):
            return words
    return None


def _negated(rules: _Rules, before: str, behind: str) -> bool:
    """Say whether a negation stands at most three words before a phrase, or right behind it."""
    near = any(len(rest.split()) <= _NEAR for _, _, rest in rules.negation.found_in(before.strip()))
    return near or any(len(between.strip()) <= _NEAR for between, _, _ in rules.after.found_in(behind.strip()))


@cache
def _rules(language: str) -> _Rules:
    sections = _sections(language)

    def phrases(title: str) -> Phrases:
        return Phrases(sections.get(title, ()), spaced=language != "ja")

    return _Rules(
        filler=phrases("filler"),
        negation=phrases("negation"),
        after=phrases("after"),
        whole={intent: phrases(f"{intent} whole") for intent in SAFETY_INTENTS},
        phrase={intent: phrases(f"{intent} phrase") for intent in SAFETY_INTENTS},
    )


def _sections(language: str) -> dict[str, list[str]]:
    file = resources.files("flows.understanding").joinpath(f"data/safety/{language}.txt")
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        title = _SECTION.fullmatch(line.strip())
        if title:
            lines = sections.setdefault(title.group(1), [])
        elif line.strip() and not line.startswith("#"):
            lines.append(line)
    return sections
