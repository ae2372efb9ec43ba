"""Rules about languages against each other: all say the same things, with the same variables."""

from collections.abc import Iterator, Mapping
from typing import Final

from flows.definition.fluent_reader import Entry
from flows.definition.rules.needs import flow_needs, offer_needs
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.sources import LAYERS, Layer


def only_in_some_languages(subject: Subject) -> Iterator[Finding]:
    """A text that one language has and another has not.

    What every language needs anyway is F205's; `-words` are each language's own.
    """
    needed = frozenset(flow_needs(subject.definition).must) | frozenset(offer_needs(subject).must)
    for layer, name, having in _texts(subject):
        for language in subject.languages:
            if language not in having and name not in needed and subject.is_spoken(language, name):
                sentence = f"the text {name!r} is missing, but {next(iter(having))} has it"
                yield subject.in_texts(language, layer, sentence, "translate it, or remove it everywhere", name)


def different_variables(subject: Subject) -> Iterator[Finding]:
    """A text that uses other variables than the same text in the flow's first language that has it."""
    for _, name, having in _texts(subject):
        first, *others = having.items()
        for _, entry in others:
            lacking = first[1].variables - entry.variables
            extra = entry.variables - first[1].variables
            if lacking or extra:
                difference = " and ".join(
                    f"{verb} {', '.join(f'${variable}' for variable in sorted(names))}"
                    for verb, names in (("lacks", lacking), ("adds", extra))
                    if names
                )
                sentence = f"the text {name!r} {difference}, compared with {first[0]}"
                yield subject.at_text(entry, sentence, "use the same variables in every language")


def _texts(subject: Subject) -> Iterator[tuple[Layer, str, Mapping[str, Entry]]]:
    """Every text that is to be translated: its layer, its name, and the languages that have it."""
    for layer in LAYERS:
        by_language = {language: subject.wording.entries(language, layer) for language in subject.languages}
        for name in dict.fromkeys(name for entries in by_language.values() for name in entries):
            if not name.endswith("-words") and not name.startswith("-"):
                yield (
                    layer,
                    name,
                    {language: entries[name] for language, entries in by_language.items() if name in entries},
                )


RULES: Final = (
    Rule("F221", "error", only_in_some_languages),
    Rule("F222", "error", different_variables),
)
