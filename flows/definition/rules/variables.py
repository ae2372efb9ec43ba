"""Rules about what stands in braces: only variables, texts and functions that there are."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from flows.definition.fluent_reader import Entry
from flows.definition.graph import circles
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.sources import Layer

EVERYWHERE: Final = frozenset({"shop", "product", "known", "name"})
KNOWN: Final[Mapping[Layer, frozenset[str]]] = {
    "flow": EVERYWHERE,
    "offers": EVERYWHERE | {"code", "value", "percent", "until"},
    "common": EVERYWHERE | {"label", "url", "has_name", "date", "limit", "language", "when", "scale", "number", "most"},
}
"""The variables that the engine and the channels fill in, by layer."""

FUNCTIONS: Final = frozenset({"NUMBER", "DATETIME"})
_FOREIGN: Final = re.compile(r"%[sd]\b|%\(\w+\)|\$\{|\$[a-z]\w*|\{\{|<%|</?[a-zA-Z]\w*[^<>]*>|\*\*\w|\[[^\]]+\]\(")


def unknown_variable(subject: Subject) -> Iterator[Finding]:
    """A variable that nobody fills in: saying the text would fail."""
    for entry in subject.wording.all:
        known = EVERYWHERE if entry.source.layer == "offers" and entry.attribute else KNOWN[entry.source.layer]
        for variable in sorted(entry.variables - known):
            close = get_close_matches(variable, sorted(known), n=1)
            cure = (
                f"did you mean ${close[0]}?"
                if close
                else f"use one of {', '.join(f'${name}' for name in sorted(known))}"
            )
            yield subject.at_text(entry, f"the text {entry.name!r} uses ${variable}, which is not known here", cure)


def unknown_reference(subject: Subject) -> Iterator[Finding]:
    """A text that refers to another text (`{ name }` or `{ -name }`) which is not there."""
    for language, entries in _by_language(subject).items():
        there = set(entries)
        for entry in entries.values():
            for name in sorted(entry.references - there):
                sentence = f"the text {entry.name!r} refers to {name!r}, which {language} does not have"
                yield subject.at_text(entry, sentence, f"write {{ ${name} }} if a variable is meant, or add that text")


def circle_of_references(subject: Subject) -> Iterator[Finding]:
    """Texts that refer to each other in a circle: none of them could ever be said."""
    for entries in _by_language(subject).values():
        referring = {name: entry.references & entries.keys() for name, entry in entries.items() if entry.references}
        links = {name: tuple(sorted(found & referring.keys())) for name, found in referring.items()}
        for group in circles(links):
            sentence = f"the texts {', '.join(group)} refer to each other in a circle"
            yield subject.at_text(entries[group[0]], sentence, "write one of them out")


def unknown_function(subject: Subject) -> Iterator[Finding]:
    """A function that Fluent does not have here."""
    for entry in subject.wording.all:
        for name in sorted(entry.functions - FUNCTIONS):
            yield subject.at_text(
                entry, f"the text {entry.name!r} calls {name}(), which is not there", "use NUMBER or DATETIME"
            )


def foreign_placeholder(subject: Subject) -> Iterator[Finding]:
    """Something that looks like another system's variable, or like mark-up: it would be sent as it stands."""
    for entry in subject.wording.all:
        found = _FOREIGN.search(entry.plain)
        if found:
            sentence = f"the text {entry.name!r} has {found[0]!r}, which is sent as it stands"
            yield subject.at_text(entry, sentence, "write a variable as { $shop }, and no mark-up")


def _by_language(subject: Subject) -> dict[str, dict[str, Entry]]:
    return {
        language: {name: entry for layer in KNOWN for name, entry in subject.wording.entries(language, layer).items()}
        for language in subject.languages
    }


RULES: Final = (
    Rule("F231", "error", unknown_variable),
    Rule("F232", "error", unknown_reference),
    Rule("F233", "error", circle_of_references),
    Rule("F234", "error", unknown_function),
    Rule("F235", "warning", foreign_placeholder),
)
