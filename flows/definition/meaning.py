"""What an edit does to what was asked before: answers that are gone or mean something else, and who looks at them."""

from collections.abc import Collection, Iterator

from flows.definition.steps import Ask, Branch, Choose, FlowDefinition, Option, Step
from flows.definition.when import When


def lost(before: Step, after: Step, shown: Collection[str]) -> Iterator[str]:
    """What a question of the same kind no longer keeps of its promise, each as the rest of a sentence.

    `shown` are the ids of the options that can be tapped in the message that was sent.
    """
    if isinstance(before, Choose) and isinstance(after, Choose):
        yield from _lost_choice(before, after, shown)
    if isinstance(before, Ask) and isinstance(after, Ask):
        if (before.wants, before.fact) != (after.wants, after.fact):
            yield f"asks for {after.fact or after.wants} instead of {before.fact or before.wants}"
        elif before.wants == "rating" and before.scale != after.scale:
            yield f"rates up to {after.scale} instead of {before.scale}"


def _lost_choice(before: Choose, after: Choose, shown: Collection[str]) -> Iterator[str]:
    for option in before.options:
        if option.id in shown:
            yield from _lost_option(option, after.option(option.id))
    if before.several != after.several:
        yield "takes several answers instead of one" if after.several else "takes one answer instead of several"
    if before.records != after.records:
        yield f"keeps {_kept(after)} instead of {_kept(before)}"


def _lost_option(before: Option, after: Option | None) -> Iterator[str]:
    if after is None:
        yield f"no longer has the answer {before.id!r}"
    elif meaning(before) != meaning(after):
        yield f"means something else by the answer {before.id!r}"


def meaning(option: Option) -> tuple[object, ...]:
    """What choosing an option says: where it leads is no part of it."""
    return (option.barrier, option.sub_code, option.fact)


def _kept(step: Choose) -> str:
    return "a barrier" if step.records == "barrier" else "a value"


def referred(definition: FlowDefinition, steps: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The answers that the branches among these steps look at: the step asked, and the options they tell apart."""
    for step_id, step in definition.steps.items():
        if step_id in steps and isinstance(step, Branch):
            for way in step.ways:
                yield from _answers_in(way.when)


def _answers_in(when: When) -> Iterator[tuple[str, tuple[str, ...]]]:
    if when.answered is not None:
        yield when.answered.step, when.answered.option
    for part in (*when.all, *when.any, *((when.none_of,) if when.none_of else ())):
        yield from _answers_in(part)
