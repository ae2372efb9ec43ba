"""Rules about how questions ask: with a way out, on every channel, and with nothing written that does nothing."""

from collections.abc import Iterator
from typing import Final

from flows.definition.graph import asks
from flows.definition.rules.paths import SILENT
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.steps import Ask, Capture, Choose, End, Handover, Offer, Question, Split
from flows.words import FINAL_BARRIERS

MOST_OPTIONS: Final = 12
"""Options that an email and a telephone still show well."""
MOST_BUTTONS: Final = 90
"""Options that a Telegram message carries, beside the engine's own buttons."""


def final_answer_not_respected(subject: Subject) -> Iterator[Finding]:
    """An option that names a final barrier and leads on to a question, an offer or a person.

    Who no longer wants it, or has bought it elsewhere, is thanked and left in peace.
    """
    steps = subject.definition.steps
    on = {name: subject.links[name] if isinstance(step, SILENT) else () for name, step in steps.items()}
    for step_id, step in steps.items():
        for number, option in enumerate(step.options if isinstance(step, Choose) else ()):
            if option.barrier not in FINAL_BARRIERS:
                continue
            at: str | None = option.next
            while at in steps and not isinstance(steps[at], Question | Offer | Handover | End):
                at = on[at][0] if len(on[at]) == 1 else None
            if at in steps and not isinstance(steps[at], End):
                sentence = f"step {step_id!r}: {option.barrier!r} is a final answer, and leads on to {at!r}"
                yield subject.at_value(
                    "steps", step_id, "options", number, "next", sentence=sentence, cure="thank them and end"
                )


def too_many_options(subject: Subject) -> Iterator[Finding]:
    """A question with so many options that an email or a telephone cannot show it well."""
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Choose) and MOST_OPTIONS < len(step.options) <= MOST_BUTTONS:
            sentence = f"step {step_id!r}: {len(step.options)} options are more than an email shows well"
            cure = f"give at most {MOST_OPTIONS}, and let the rest be said in words"
            yield subject.at_key("steps", step_id, "options", sentence=sentence, cure=cure)


def more_options_than_carried(subject: Subject) -> Iterator[Finding]:
    """A question with more options than a Telegram message carries."""
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Choose) and len(step.options) > MOST_BUTTONS:
            sentence = f"step {step_id!r}: {len(step.options)} options are more than Telegram carries"
            yield subject.at_key("steps", step_id, "options", sentence=sentence, cure=f"give at most {MOST_OPTIONS}")


def only_one_option(subject: Subject) -> Iterator[Finding]:
    """A question with one option only: there is nothing to choose."""
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Choose) and len(step.options) == 1:
            sentence = f"step {step_id!r}: there is only one option to choose"
            cure = "give another one, or say it with a step of kind tell"
            yield subject.at_key("steps", step_id, "options", sentence=sentence, cure=cure)


def key_without_effect(subject: Subject) -> Iterator[Finding]:
    """A key that does nothing in this step."""
    for step_id, step in subject.definition.steps.items():
        for key, why in _idle(step) if isinstance(step, Question) else ():
            if key in step.model_fields_set:
                sentence = f"step {step_id!r}: `{key}` does nothing here, as {why}"
                yield subject.at_key("steps", step_id, key, sentence=sentence, cure="remove it")


def _idle(step: Choose | Ask | Capture) -> Iterator[tuple[str, str]]:
    """Keys that do nothing, and why."""
    if isinstance(step, Choose):
        if step.records == "value":
            yield "retries", "only words about barriers are tried again"
        if not step.several or len(step.options) <= (step.most or 0):
            yield "most", "no more can be ticked anyway"
        if len(step.options) - len(step.last) < 2 and step.order == "random":
            yield "order", "there is nothing to shuffle"
    elif isinstance(step, Ask) and step.records == "words" and step.answer == "text":
        yield "retries", "any words are an answer"
        yield "unclear", "any words are an answer"


def first_question_in_words(subject: Subject) -> Iterator[Finding]:
    """A first question without buttons: the button that stops everything stands beside options only."""
    steps = subject.definition.steps
    seen: set[str] = set()
    waiting = [subject.definition.start]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in steps:
            continue
        seen.add(name)
        if isinstance(steps[name], Ask | Capture):
            sentence = f"step {name!r} can be the first question, and one in words has no button to stop"
            cure = 'begin with a step of kind choose, or say in its text that "stop" ends it and allow this'
            yield subject.at_key("steps", name, sentence=sentence, cure=cure)
        elif not asks(steps[name]):
            waiting.extend(reversed(subject.links[name]))


def unreadable_goes_on(subject: Subject) -> Iterator[Finding]:
    """A question in words that is not asked back, though what is written may be something else.

    Words that cannot be read go on as if they had been an answer.
    """
    for step_id, step in subject.definition.steps.items():
        strict = isinstance(step, Capture) or (
            isinstance(step, Ask) and (step.records, step.answer) != ("words", "text")
        )
        if strict and isinstance(step, Ask | Capture) and step.retries == 0 and step.unclear is None:
            sentence = f"step {step_id!r}: what cannot be read goes on as if it were an answer"
            cure = "add `unclear:` with the step to go to, or let it be asked back"
            yield subject.at_key("steps", step_id, "retries", sentence=sentence, cure=cure)


def split_that_splits_nothing(subject: Subject) -> Iterator[Finding]:
    """Two ways of a split that lead to the same step."""
    for step_id, step in subject.definition.steps.items():
        seen: set[str] = set()
        for number, way in enumerate(step.ways if isinstance(step, Split) else ()):
            if way.next in seen:
                sentence = f"step {step_id!r}: two ways lead to {way.next!r}"
                cure = "add their shares up into one way, or lead them apart"
                yield subject.at_value("steps", step_id, "ways", number, "next", sentence=sentence, cure=cure)
            seen.add(way.next)


def ticks_by_email(subject: Subject) -> Iterator[Finding]:
    """A question with several answers that may be asked by email: a mail carries one tap, the rest needs the page."""
    mailed = any(rung.do == "email" for rung in subject.definition.silence)
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Choose) and step.several and (mailed or "email" in subject.walks.channels[step_id]):
            sentence = f"step {step_id!r} takes several answers, and an email carries one tap only"
            cure = "ask for the one that matters most, or allow this where the page may do the rest"
            yield subject.at_key("steps", step_id, "several", sentence=sentence, cure=cure)


RULES: Final = (
    Rule("F116", "error", final_answer_not_respected),
    Rule("F117", "warning", too_many_options),
    Rule("F118", "error", more_options_than_carried),
    Rule("F119", "warning", only_one_option),
    Rule("F125", "warning", key_without_effect),
    Rule("F126", "warning", first_question_in_words),
    Rule("F127", "warning", unreadable_goes_on),
    Rule("F128", "warning", split_that_splits_nothing),
    Rule("F129", "warning", ticks_by_email),
)
