"""Rules about steps that call another flow. What is wrong with a call is found while sub-flows are put in place."""

from collections.abc import Iterator
from typing import Final

from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.subflows import About


def missing_subflow(subject: Subject) -> Iterator[Finding]:
    """A step calls a flow that is not there, or that begins nowhere."""
    yield from _about(subject, "missing")


def circle_of_flows(subject: Subject) -> Iterator[Finding]:
    """A flow that calls itself, at once or through others: it would never come to an end."""
    yield from _about(subject, "circle")


def language_not_spoken(subject: Subject) -> Iterator[Finding]:
    """A sub-flow that does not speak a language of the flow that calls it."""
    yield from _about(subject, "language")


def no_room_for_steps(subject: Subject) -> Iterator[Finding]:
    """A sub-flow whose steps cannot be taken in: `<call>--<step>` is too long or taken, or there are too many."""
    yield from _about(subject, "room")


def outcome_that_never_comes(subject: Subject) -> Iterator[Finding]:
    """A way on for an outcome that the sub-flow never ends with."""
    yield from _about(subject, "outcome")


def _about(subject: Subject, about: About) -> Iterator[Finding]:
    for fault in subject.faults:
        if fault.about == about:
            yield Finding(fault.place, fault.mark, fault.sentence, fault.cure)


RULES: Final = (
    Rule("F161", "error", missing_subflow),
    Rule("F162", "error", circle_of_flows),
    Rule("F163", "error", language_not_spoken),
    Rule("F164", "error", no_room_for_steps),
    Rule("F165", "warning", outcome_that_never_comes),
)
