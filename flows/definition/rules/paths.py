"""Rules about ways through the flow: they end, they do not turn in circles, they ask no more than promised."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flows.definition.graph import asks, backwards, circles, longest_way, reachable
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.steps import End, Handover


def circle_without_question(subject: Subject) -> Iterator[Finding]:
    """Steps that lead back to themselves without asking anything: the flow would run for ever."""
    steps = subject.definition.steps
    silent = {
        name: tuple(to for to in targets if not asks(steps[to]))
        for name, targets in subject.links.items()
        if not asks(steps[name])
    }
    for group in circles(silent):
        sentence = f"the steps {_way((*group, group[0]))} turn in a circle without a question"
        yield subject.at_key("steps", group[0], sentence=sentence, cure="lead one of them out of the circle")


def circle_of_questions(subject: Subject) -> Iterator[Finding]:
    """A way on which the same question could be asked again and again.

    Going back to correct an answer is the engine's, not the flow's.
    """
    steps = subject.definition.steps
    for group in circles(subject.links):
        if any(asks(steps[name]) for name in group):
            sentence = (
                f"the steps {', '.join(group)} lead back to themselves, so their questions can be asked without end"
            )
            cure = "lead on instead of back; a mistaken answer can always be corrected"
            yield subject.at_key("steps", group[0], sentence=sentence, cure=cure)


def no_way_out(subject: Subject) -> Iterator[Finding]:
    """A step from which neither an end nor a person can be reached."""
    steps = subject.definition.steps
    last = [name for name, step in steps.items() if isinstance(step, End | Handover)]
    ends = reachable(backwards(subject.links), last)
    for step_id in steps:
        if step_id not in ends:
            sentence = f"from the step {step_id!r} no end and no person can be reached"
            yield subject.at_key("steps", step_id, sentence=sentence, cure="lead it to a step of kind end or handover")


def too_many_questions(subject: Subject) -> Iterator[Finding]:
    """A way with more questions than `questions` promises.

    A follow-up that is only reached by a correction does not count.
    """
    definition = subject.definition
    if definition.start not in definition.steps or any(circle_of_questions(subject)):
        return
    way = longest_way(subject.links, definition.start, lambda name: int(asks(definition.steps[name])))
    asked = tuple(name for name in way if asks(definition.steps[name]))
    if len(asked) > definition.questions:
        sentence = (
            f"the way {_way(asked)} asks {len(asked)} questions, but the flow promises at most {definition.questions}"
        )
        yield subject.at_value("questions", sentence=sentence, cure="leave one out, or raise `questions`")


def silence_never_ends(subject: Subject) -> Iterator[Finding]:
    """A silence ladder that does not end in peace, goes on after its end, or has a rung without a wait."""
    ladder = subject.definition.silence
    for number, rung in enumerate(ladder):
        if rung.after < timedelta(minutes=1):
            sentence = f"silence: rung {number + 1} comes at once"
            yield subject.at_value(
                "silence", number, "after", sentence=sentence, cure="wait at least a minute, better a day"
            )
        if rung.do == "end" and number < len(ladder) - 1:
            sentence = f"silence: nothing can follow rung {number + 1}, which ends"
            yield subject.at_value("silence", number, sentence=sentence, cure="move `do: end` to the last rung")
    if not ladder or ladder[-1].do != "end":
        sentence = "a question that is never answered stays open for ever"
        yield subject.at_key(
            "silence", sentence=sentence, cure="end `silence` with a rung such as {after: 72h, do: end}"
        )


def _way(names: tuple[str, ...]) -> str:
    return " -> ".join(names)


RULES: Final = (
    Rule("F104", "error", circle_without_question),
    Rule("F105", "error", circle_of_questions),
    Rule("F106", "error", no_way_out),
    Rule("F107", "error", too_many_questions),
    Rule("F108", "error", silence_never_ends),
)
