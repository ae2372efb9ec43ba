"""The smallest parts of a branch's conditions, and what is wrong with each by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from flows.audience.conditions import Compare, Condition, Known
from flows.audience.parsing import parse_condition
from flows.audience.terms import All, AnyOf, ConditionInvalid, Not
from flows.definition.graph import asks
from flows.definition.marks import Path
from flows.definition.rules.subject import Subject
from flows.definition.steps import Ask, Branch, Choose, Step
from flows.definition.when import Answered, When

Fault = Literal["answer", "barrier", "place", "prospect"]
"""What a part of a condition is wrong about."""


@dataclass(frozen=True, slots=True)
class Part:
    """One condition within a way of a branch: the branch, the way's position, and the path of the condition."""

    step: str
    way: int
    path: Path
    when: When


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that can never be so: what about, where, the sentence and the cure."""

    fault: Fault
    part: Part
    path: Path
    sentence: str
    cure: str


def branches(subject: Subject) -> Iterator[tuple[str, Branch]]:
    """Every branch that is come to, and that looks into no sub-flow which is not in its place."""
    for step_id, step in subject.definition.steps.items():
        if isinstance(step, Branch) and step_id in subject.walks.reached:
            asked = [part.when.answered.step for part in parts_of_branch(step_id, step) if part.when.answered]
            if not any(subject.is_out_of_place(name) for name in asked):
                yield step_id, step


def parts_of_branch(step_id: str, branch: Branch) -> Iterator[Part]:
    """Every condition in its ways, also those put together with `all`, `any` and `not`."""
    for number, way in enumerate(branch.ways):
        for path, when in _parts(("steps", step_id, "ways", number, "when"), way.when):
            yield Part(step_id, number, path, when)


def _parts(path: Path, when: When) -> Iterator[tuple[Path, When]]:
    yield path, when
    for key, inner in (("all", when.all), ("any", when.any)):
        for number, part in enumerate(inner):
            yield from _parts((*path, key, number), part)
    if when.none_of:
        yield from _parts((*path, "not"), when.none_of)


def wrong_parts(subject: Subject, step_id: str, branch: Branch) -> Iterator[Wrong]:
    """What can never be so in the conditions of one branch."""
    for part in parts_of_branch(step_id, branch):
        yield from _answer(subject, part)
        yield from _barrier(subject, part)
        yield from _where(subject, part)
        yield from _prospect(subject, part)


def _answer(subject: Subject, part: Part) -> Iterator[Wrong]:
    wanted = part.when.answered
    if wanted is None:
        return
    path = (*part.path, "answered")
    step = subject.definition.steps.get(wanted.step)
    if step is None or not asks(step):
        asking = [name for name, one in subject.definition.steps.items() if asks(one)]
        close = get_close_matches(wanted.step, asking, n=1)
        cure = f"did you mean {close[0]!r}?" if close else "name a step that asks something"
        what = "asks nothing" if step else "is not there"
        yield Wrong("answer", part, (*path, "step"), f"the step {wanted.step!r} {what}", cure)
        return
    if not subject.walks.answers(wanted.step, part.step):
        sentence = f"nobody can have answered {wanted.step!r} before this step"
        yield Wrong("answer", part, (*path, "step"), sentence, "put the branch behind that question")
        return
    yield from (Wrong("answer", part, (*path, *key), *said) for key, *said in _options(subject, part, wanted, step))
    yield from (Wrong("answer", part, (*path, *key), *said) for key, *said in _bounds(wanted, step))


def _options(subject: Subject, part: Part, wanted: Answered, step: Step) -> Iterator[tuple[Path, str, str]]:
    given = subject.walks.answers(wanted.step, part.step)
    options = [option.id for option in step.options] if isinstance(step, Choose) else []
    for option in wanted.option:
        if option in given:
            continue
        if option in options:
            sentence = f"who answers {option!r} to {wanted.step!r} never comes here"
            yield ("option",), sentence, "leave it out, or lead that option here"
        else:
            close = get_close_matches(option, options, n=1)
            cure = f"did you mean {close[0]!r}?" if close else f"write some of {', '.join(options) or 'its numbers'}"
            yield ("option",), f"{option!r} is no option of {wanted.step!r}", cure


def _bounds(wanted: Answered, step: Step) -> Iterator[tuple[Path, str, str]]:
    low, high = wanted.at_least, wanted.at_most
    if low is None and high is None:
        return
    key = "at_least" if low is not None else "at_most"
    if not isinstance(step, Ask) or step.records != "words" or step.answer not in ("number", "rating"):
        yield (key,), f"answers to {wanted.step!r} are no numbers", "ask with `answer: number` or `answer: rating`"
        return
    most = step.scale if step.answer == "rating" else None
    if low is not None and high is not None and low > high:
        yield (key,), f"no number is at least {low:g} and at most {high:g}", "turn the two around"
    elif most is not None and ((low is not None and low > most) or (high is not None and high < 1)):
        yield (key,), f"answers to {wanted.step!r} are from 1 to {most}", "write a number in between"


def _barrier(subject: Subject, part: Part) -> Iterator[Wrong]:
    for key in ("barrier", "main_barrier"):
        walks = subject.walks
        possible = walks.barriers(part.step) if key == "barrier" else walks.main_barriers(part.step)
        for barrier in getattr(part.when, key):
            if barrier not in possible:
                cure = "put the branch behind the question for barriers, or take this one out"
                yield Wrong("barrier", part, (*part.path, key), f"no way here names the barrier {barrier!r}", cure)


def _where(subject: Subject, part: Part) -> Iterator[Wrong]:
    for language in part.when.language:
        if language not in subject.definition.languages:
            sentence = f"the flow does not speak {language!r}"
            yield Wrong("place", part, (*part.path, "language"), sentence, "add the language, or leave it out")
    for channel in part.when.channel:
        if channel not in subject.walks.channels[part.step]:
            cure = "an answer to an email opens the page: write `channel: web`, or wait before the branch"
            sentence = f"right after an answer nobody is talking by {channel}"
            yield Wrong("place", part, (*part.path, "channel"), sentence, cure)


def _prospect(subject: Subject, part: Part) -> Iterator[Wrong]:
    if part.when.prospect is None:
        return
    path = (*part.path, "prospect")
    try:
        condition = parse_condition(part.when.prospect, "prospect", subject.declared)
    except ConditionInvalid as invalid:
        sentence, _, cure = str(invalid).partition("; ")
        yield Wrong("prospect", part, path, sentence, cure or "correct it")
        return
    known = {field.key for field in subject.declared.values()}
    for name in sorted(_facts(condition) - known) if subject.attributes is not None else ():
        close = get_close_matches(name, sorted(known), n=1)
        cure = f"did you mean {close[0]!r}?" if close else "declare it in attributes.yaml"
        yield Wrong("prospect", part, path, f"there is no attribute {name!r}", cure)


def _facts(condition: Condition) -> frozenset[str]:
    """The declared attributes it asks for."""
    match condition:
        case All(parts) | AnyOf(parts):
            return frozenset(name for part in parts for name in _facts(part))
        case Not(part):
            return _facts(part)
        case Compare(field=field) | Known(field=field) if field.origin == "declared":
            return frozenset({field.key})
        case _:
            return frozenset()
