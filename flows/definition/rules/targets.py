"""Rules about where steps lead: every target is there, every step is led to."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from flows.definition.graph import exits, reachable
from flows.definition.rules.subject import Finding, Rule, Subject


def missing_start(subject: Subject) -> Iterator[Finding]:
    """`start` names no step."""
    start = subject.definition.start
    if start not in subject.definition.steps:
        yield subject.at_value("start", sentence=f"start: there is no step {start!r}", cure=_cure(subject, start))


def missing_target(subject: Subject) -> Iterator[Finding]:
    """`next`, `none` or `unclear` names no step."""
    for step_id, step in subject.definition.steps.items():
        for way in exits(step_id, step):
            if way.target not in subject.definition.steps:
                key = f"option {way.option!r}" if way.option else repr(str(way.path[-1]))
                sentence = f"step {step_id!r}: {key} leads to {way.target!r}, which is not there"
                yield subject.at_value(*way.path, sentence=sentence, cure=_cure(subject, way.target))


def unreachable_step(subject: Subject) -> Iterator[Finding]:
    """A step that no way leads to. Nothing is reported while `start` itself is missing."""
    if subject.definition.start not in subject.definition.steps:
        return
    found = reachable(subject.links, [subject.definition.start])
    for step_id in subject.definition.steps:
        # A call that is not come to says it for all steps behind it.
        if step_id not in found and found.issuperset(subject.calls_of(step_id)):
            sentence = f"no way leads to the step {step_id!r}"
            yield subject.at_key("steps", step_id, sentence=sentence, cure="lead to it from another step, or remove it")


def _cure(subject: Subject, name: str) -> str:
    close = get_close_matches(name, list(subject.definition.steps), n=1)
    return f"did you mean {close[0]!r}?" if close else "add that step, or name one that is there"


RULES: Final = (
    Rule("F101", "error", missing_start),
    Rule("F102", "error", missing_target),
    Rule("F103", "error", unreachable_step),
)
