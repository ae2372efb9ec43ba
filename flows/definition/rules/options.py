"""Rules about the options of questions."""

from collections.abc import Iterator
from typing import Final

from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.steps import Choose, Offer

RESERVED: Final = frozenset({"remind", "link"})
"""Attributes of a text that are no labels, so no option can be called like them."""


def _questions(subject: Subject) -> Iterator[tuple[str, Choose]]:
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Choose):
            yield step_id, step


def option_twice(subject: Subject) -> Iterator[Finding]:
    """Two options of one question with the same id."""
    for step_id, step in _questions(subject):
        seen: set[str] = set()
        for number, option in enumerate(step.options):
            if option.id in seen:
                sentence = f"step {step_id!r}: the option {option.id!r} stands twice"
                yield subject.at_value(
                    "steps", step_id, "options", number, "id", sentence=sentence, cure="give each option its own id"
                )
            seen.add(option.id)


def reserved_option(subject: Subject) -> Iterator[Finding]:
    """An option called like something else in a text: `remind`, `link`, or ending in `-words`."""
    for step_id, step in _questions(subject):
        for number, option in enumerate(step.options):
            if option.id in RESERVED or option.id.endswith("-words"):
                sentence = f"step {step_id!r}: {option.id!r} cannot be an option, because texts use that name otherwise"
                yield subject.at_value(
                    "steps", step_id, "options", number, "id", sentence=sentence, cure="give it another id"
                )


def unknown_last(subject: Subject) -> Iterator[Finding]:
    """`last` names something that is no option of its question, or the same option twice."""
    for step_id, step in _questions(subject):
        for number, name in enumerate(step.last):
            if step.option(name) is None:
                sentence = f"step {step_id!r}: `last` names {name!r}, which is no option"
                cure = f"write some of {', '.join(option.id for option in step.options)}"
                yield subject.at_value("steps", step_id, "last", number, sentence=sentence, cure=cure)
            elif name in step.last[:number]:
                sentence = f"step {step_id!r}: `last` names {name!r} twice"
                yield subject.at_value("steps", step_id, "last", number, sentence=sentence, cure="name it once")


def words_without_place(subject: Subject) -> Iterator[Finding]:
    """A question that welcomes own words, but says not where words go that match no option: they would be lost."""
    for step_id, step in _questions(subject):
        if step.own_words and step.unclear is None:
            what = "barrier" if step.records == "barrier" else "option"
            sentence = f"step {step_id!r}: words that match no {what} would lead nowhere"
            yield subject.at_key("steps", step_id, sentence=sentence, cure="add `unclear:` with the step to go to")


def barriers_without_question(subject: Subject) -> Iterator[Finding]:
    """An offer step before which no way names a barrier: nothing would ever fit."""
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Offer) and step_id in subject.walks.reached and not subject.walks.barriers(step_id):
            sentence = (
                f"step {step_id!r} gives the offer that fits the barrier, but no option names a barrier before it"
            )
            yield subject.at_key(
                "steps", step_id, sentence=sentence, cure="add `barrier:` to the options of a question before it"
            )


RULES: Final = (
    Rule("F111", "error", option_twice),
    Rule("F112", "error", reserved_option),
    Rule("F113", "error", unknown_last),
    Rule("F114", "warning", words_without_place),
    Rule("F115", "error", barriers_without_question),
)
