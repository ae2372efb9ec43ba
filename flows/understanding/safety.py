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

from flows.understanding.normalise import normalise
from flows.understanding.phrases import one_of, padded

LANGUAGES = ("en", "es", "fr", "ja", "ar", "hu", "cs")
# Deleting includes stopping; whoever asks for silence gets it before being handed to a person.
SAFETY_INTENTS = ("delete_data", "stop", "human")
_SECTION = re.compile(r"\[(.+)\]")


@dataclass(frozen=True, slots=True)
class Safety:
    """A plain request: its intent, the normalised words that make it and the language they belong to."""

    intent: str
    words: str
    language: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """The compiled phrases of one language."""

    filler: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    whole: dict[str, re.Pattern[str]]
    phrase: dict[str, re.Pattern[str]]


def is_stop_word(text: str) -> bool:
    """Say whether the whole message is a word or phrase for "stop" in any of the seven languages.

    Polite words, punctuation, letter case, accents and repeated letters do not matter: ``"STOP!!!"``, ``"baja por
    favor"`` and ``"やめて"`` are stop words; ``"I stopped because shipping was dear"`` is not.
    """
    said = normalise(text)
    return any(_alone(_rules(language), "stop", said) for language in LANGUAGES)


def find_safety(said: str) -> Safety | None:
    """Return what normalised text plainly asks for, else None; the weightiest when it asks for two."""
    for intent in SAFETY_INTENTS:
        for language in LANGUAGES:
            rules = _rules(language)
            words = said if _alone(rules, intent, said) else _phrase(rules, intent, said)
            if words:
                return Safety(intent, words, language)
    return None


def _alone(rules: _Rules, intent: str, said: str) -> bool:
    bare = _without_marks(said)
    spoken = (bare, _without_marks(rules.filler.sub("", bare)))
    return any(_is_one(rules, intent, words) for words in spoken)


def _is_one(rules: _Rules, intent: str, words: str) -> bool:
    return bool(rules.whole[intent].fullmatch(words, 1) or rules.phrase[intent].fullmatch(words, 1))


def _without_marks(said: str) -> str:
    return padded(" ".join(re.sub("[,?]", " ", said).split()))


def _phrase(rules: _Rules, intent: str, said: str) -> str | None:
    """Return the words of the first phrase that no negation in its own clause turns around."""
    text = padded(said)
    for match in rules.phrase[intent].finditer(text):
        clause = text[: match.start()].rpartition(",")[2]
        behind = text[match.end() :].partition(",")[0]
        if not rules.before.search(padded(clause.strip())) and not rules.after.match(behind):
            return match.group().strip()
    return None


@cache
def _rules(language: str) -> _Rules:
    sections = _sections(language)
    spaced = language != "ja"
    end = "" if spaced else " ?"

    def source(title: str) -> str:
        return one_of(sections.get(title, ()), spaced=spaced)

    return _Rules(
        filler=re.compile(source("filler")),
        # A negation counts when at most three words stand between it and the phrase.
        before=re.compile(source("negation") + r"(?:\w+ ){0,3} ?$"),
        after=re.compile(r".{0,3}?" + source("after")),
        whole={intent: re.compile(source(f"{intent} whole") + end) for intent in SAFETY_INTENTS},
        phrase={intent: re.compile(source(f"{intent} phrase") + end) for intent in SAFETY_INTENTS},
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
