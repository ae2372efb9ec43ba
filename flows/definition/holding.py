"""Whether the conditions of a branch can hold: tried with every value that could make a difference.

What the conversation knows (answers, barriers, channel, language) takes every value that it can have at the branch;
what is left asks about the prospect, and `flows.audience.contradictions` says whether anybody could be like that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product
from math import prod
from typing import Final

from flows.audience.contradictions import never
from flows.audience.fields import Declared
from flows.audience.parsing import parse_condition
from flows.audience.terms import All, AnyOf, Condition, ConditionInvalid, Has, Not
from flows.definition.steps import Ask
from flows.definition.walks import Walks
from flows.definition.when import Answered, When

MOST_CASES: Final = 4000
"""So many cases are tried; conditions with more are believed to be possible."""

YES: Final = All(())
NO: Final = AnyOf(())

Subject = tuple[str, str]
"""What a case says something about, such as `("answered", "price")` or `("channel", "")`."""

Value = str | float | bool | None
"""An option's id, a number, whether a barrier was named; for answers, "" is one in words and None is none at all."""

Case = Mapping[Subject, Value]


@dataclass(frozen=True)
class Place:
    """A branch, and what can be known there."""

    walks: Walks
    step: str
    languages: tuple[str, ...]
    declared: Declared = field(default_factory=dict)

    def can_hold(self, wanted: When | None, unlike: Sequence[When] = ()) -> bool:
        """Whether `wanted` can hold here (None: nothing is wanted) while none of `unlike` does."""
        whens = (*((wanted,) if wanted else ()), *unlike)
        return any(never(self._left(wanted, unlike, case)) is None for case in self._cases(whens))

    def _left(self, wanted: When | None, unlike: Sequence[When], case: Case) -> Condition:
        parts = [Not(self._judged(when, case)) for when in unlike]
        return All((self._judged(wanted, case), *parts)) if wanted else All(tuple(parts))

    def _cases(self, whens: Sequence[When]) -> Iterator[Case]:
        """Every case; when there are too many, just one in which everything is left open."""
        subjects = dict.fromkeys(one for when in whens for one in _subjects(when) if not self._is_open(one))
        numbers = _numbers(whens)
        values = {one: tuple(self._values(one, numbers)) for one in subjects}
        if prod(len(found) for found in values.values()) > MOST_CASES:
            yield {}
            return
        for combined in product(*values.values()):
            case = dict(zip(values, combined, strict=True))
            if _makes_sense(case):
                yield case

    def _is_open(self, subject: Subject) -> bool:
        """Several options of one question do not exclude each other: any of them may have been chosen."""
        return subject[0] == "answered" and self.walks.is_several(subject[1])

    def _values(self, subject: Subject, numbers: Sequence[float]) -> Iterable[Value]:
        about, name = subject
        match about:
            case "channel":
                return sorted(self.walks.channels.get(self.step, ()))
            case "language":
                return self.languages
            case "main_barrier":
                return sorted(self.walks.main_barriers(self.step), key=str)
            case "barrier":
                return (True, False) if name in self.walks.barriers(self.step) else (False,)
            case _:
                return self._answers(name, numbers)

    def _answers(self, asked: str, numbers: Sequence[float]) -> Iterator[Value]:
        step = self.walks.definition.steps.get(asked)
        if self.step in self.walks.without_answer(asked):
            yield None
        for answer in sorted(self.walks.answers(asked, self.step), key=str):
            yield "" if answer is None else answer
            if answer is None and isinstance(step, Ask):
                yield from _figures(step, numbers)

    def _judged(self, when: When, case: Case) -> Condition:
        """What is left of a condition in this case: something about the prospect, YES or NO."""
        parts = [self._answer(case, when.answered)] if when.answered else []
        if when.barrier:
            parts.append(AnyOf(tuple(self._holds(case, ("barrier", one), (True,)) for one in when.barrier)))
        for about, wanted in (("main_barrier", when.main_barrier), ("channel", when.channel)):
            parts += [self._holds(case, (about, ""), wanted)] if wanted else []
        parts += [self._holds(case, ("language", ""), when.language)] if when.language else []
        parts += [self._prospect(when.prospect)] if when.prospect is not None else []
        parts += [self._judged(part, case) for part in when.all]
        parts += [AnyOf(tuple(self._judged(part, case) for part in when.any))] if when.any else []
        parts += [Not(self._judged(when.none_of, case))] if when.none_of else []
        return All(tuple(parts))

    def _holds(self, case: Case, subject: Subject, wanted: Sequence[Value]) -> Condition:
        """Whether the case says one of the values that are wanted."""
        if subject not in case:
            return _unsure(f"{subject} {wanted}")
        return YES if case[subject] in wanted else NO

    def _answer(self, case: Case, wanted: Answered) -> Condition:
        subject = ("answered", wanted.step)
        if subject not in case:
            return _unsure(repr(wanted))
        return YES if _is_answered(case[subject], wanted) else NO

    def _prospect(self, document: Mapping[str, object]) -> Condition:
        key = repr(document)
        if key not in self._read:
            try:
                self._read[key] = parse_condition(dict(document), "prospect", self.declared)
            except ConditionInvalid:
                self._read[key] = _unsure(key)
        return self._read[key]

    @cached_property
    def _read(self) -> dict[str, Condition]:
        return {}


def parts_of(when: When) -> Iterator[When]:
    """The condition and everything put together in it."""
    yield when
    for part in (*when.all, *when.any, *((when.none_of,) if when.none_of else ())):
        yield from parts_of(part)


def _subjects(when: When) -> Iterator[Subject]:
    for part in parts_of(when):
        if part.answered:
            yield "answered", part.answered.step
        for barrier in part.barrier:
            yield "barrier", barrier
        for about in ("main_barrier", "channel", "language"):
            if getattr(part, about):
                yield about, ""


def _numbers(whens: Sequence[When]) -> tuple[float, ...]:
    """Numbers on and around every bound."""
    answered = [part.answered for when in whens for part in parts_of(when) if part.answered]
    bounds = {bound for one in answered for bound in (one.at_least, one.at_most) if bound is not None}
    return tuple(sorted({bound + off for bound in bounds for off in (-0.001, 0, 0.001)}))


def _figures(step: Ask, numbers: Sequence[float]) -> Iterator[Value]:
    if step.answer == "rating":
        yield from (float(grade) for grade in range(1, step.scale + 1))
    elif step.answer == "number" and step.records == "words":
        yield from islice(numbers, MOST_CASES)


def _is_answered(value: Value, wanted: Answered) -> bool:
    if value is None:
        return False
    if wanted.option and value not in wanted.option:
        return False
    if wanted.at_least is None and wanted.at_most is None:
        return True
    return isinstance(value, float) and (
        (wanted.at_least is None or value >= wanted.at_least) and (wanted.at_most is None or value <= wanted.at_most)
    )


def _makes_sense(case: Case) -> bool:
    """The main barrier is one of those that were named."""
    if ("main_barrier", "") not in case:
        return True
    main = case["main_barrier", ""]
    named = {name for (about, name), value in case.items() if about == "barrier" and value}
    silent = {name for (about, name), value in case.items() if about == "barrier" and not value}
    return main not in silent and not (main is None and named)


def _unsure(key: str) -> Condition:
    """Something that may hold or not, and is the same wherever it is named."""
    return Has("tag", (f"\0{key}",))
