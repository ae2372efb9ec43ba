"""Rules about what answers say about the prospect: only declared attributes, with values that fit them."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from flows.audience.attributes import AttributeDefinition, read_value
from flows.definition.marks import Path
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.steps import Ask, Choose
from flows.written import ValueRefused


def _named(subject: Subject) -> Iterator[tuple[str, Path, str, str | None]]:
    """Every fact that a step names: the step, the place of the name, the name, and the value an option gives it."""
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Ask) and step.fact:
            yield step_id, ("steps", step_id, "fact"), step.fact, None
        for number, option in enumerate(step.options if isinstance(step, Choose) else ()):
            if option.fact:
                path: Path = ("steps", step_id, "options", number, "fact")
                yield step_id, (*path, "name"), option.fact.name, option.fact.value


def _known(subject: Subject) -> Iterator[tuple[str, Path, AttributeDefinition, str | None]]:
    declared = subject.attributes.declared if subject.attributes else {}
    for step_id, path, name, value in _named(subject):
        if name in declared:
            yield step_id, path, declared[name], value


def unknown_attribute(subject: Subject) -> Iterator[Finding]:
    """A fact that nobody has declared: it would not be kept."""
    if subject.attributes is None:
        return
    declared = subject.attributes.declared
    for step_id, path, name, _ in _named(subject):
        if name not in declared:
            close = get_close_matches(name, declared, n=1)
            cure = f"did you mean {close[0]!r}?" if close else "declare it in attributes.yaml"
            sentence = f"step {step_id!r}: there is no attribute {name!r} that a flow can record"
            yield subject.at_value(*path, sentence=sentence, cure=cure)


def value_that_does_not_fit(subject: Subject) -> Iterator[Finding]:
    """An option that gives an attribute a value it cannot have."""
    for step_id, path, attribute, value in _known(subject):
        try:
            if value is not None:
                read_value(attribute, value)
        except ValueRefused as refused:
            reason, _, cure = str(refused).partition("; ")
            sentence = f"step {step_id!r}: the value of {attribute.id!r} {reason}"
            yield subject.at_value(*path[:-1], "value", sentence=sentence, cure=cure or "correct it")


def choice_in_words(subject: Subject) -> Iterator[Finding]:
    """A question in words for an attribute with fixed values: buttons are kinder."""
    for step_id, path, attribute, value in _known(subject):
        if value is None and attribute.type == "choice":
            sentence = f"step {step_id!r} asks in words for {attribute.id!r}, which has fixed values"
            cure = "make it a step of kind choose, with `fact:` at its options"
            yield subject.at_value(*path, sentence=sentence, cure=cure)


def sensitive_question(subject: Subject) -> Iterator[Finding]:
    """A question about something sensitive: no offer can use the answer."""
    for step_id, path, attribute, _ in _known(subject):
        if attribute.sensitive:
            sentence = f"step {step_id!r} records {attribute.id!r}, which is sensitive and never decides an offer"
            yield subject.at_value(*path, sentence=sentence, cure="leave it out unless you must know it")


RULES: Final = (
    Rule("F121", "error", unknown_attribute),
    Rule("F122", "error", value_that_does_not_fit),
    Rule("F123", "error", choice_in_words, allowable=True),
    Rule("F124", "warning", sensitive_question),
)
