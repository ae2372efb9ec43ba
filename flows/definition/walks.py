"""What can have happened on the way to a step: which answers were given, which barriers named, where they are talking.

Every way through the flow counts, also the ways of words: at a question of barriers, words may name any barrier that an
option of the flow's first question stands for, and lead on where that option leads (`flows.engine.words`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flows.definition.graph import asks, exits
from flows.definition.steps import Choose, FlowDefinition, Handover, Option, Question, Wait
from flows.words import BARRIERS, CHANNELS, Channel


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from step to step. `answers`: taking it means having answered; `value`: with this option's id.

    `barrier` is the one that the answer puts first. `spared`: the question is not asked at all, as enough is known.
    """

    source: str
    target: str
    answers: bool = False
    value: str | None = None
    barrier: str | None = None
    spared: bool = False


Follows = Callable[[Edge], bool]
"""Whether a walk goes this way."""


class Walks:
    """All ways through one flow. Targets that are not there are left out."""

    def __init__(self, definition: FlowDefinition) -> None:
        self.definition = definition
        self.edges: dict[str, tuple[Edge, ...]] = {
            name: tuple(edge for edge in self._edges(name) if edge.target in definition.steps)
            for name in definition.steps
        }
        self._after: dict[str, frozenset[str]] = {}
        self._without: dict[tuple[str, ...], frozenset[str]] = {}

    def _edges(self, name: str) -> Iterator[Edge]:
        step = self.definition.steps[name]
        optional = isinstance(step, Question) and step.optional
        for way in exits(name, step):
            option = step.option(way.option) if isinstance(step, Choose) and way.option else None
            first = option.barrier if option else None
            if way.is_unclear and isinstance(step, Choose) and step.records == "barrier":
                first = "other"
            answers = asks(step) and not way.is_silent and not way.is_spared
            yield Edge(name, way.target, answers, way.option, first, way.is_spared)
            if optional and answers and not isinstance(step, Choose):
                yield Edge(name, way.target)
        for route in self.routes(name):
            yield Edge(name, route.next, answers=True, value=route.id, barrier=route.barrier)

    def routes(self, name: str) -> tuple[Option, ...]:
        """The options of the first question that words at this one can lead to, its own left out."""
        step, start = self.definition.steps[name], self.definition.steps.get(self.definition.start)
        if not isinstance(step, Choose) or step.records != "barrier" or not isinstance(start, Choose) or step is start:
            return ()
        own = {option.barrier for option in step.options if not option.sub_code}
        return tuple(
            option for option in start.options if option.barrier not in {None, "other", *own} and not option.sub_code
        )

    @cached_property
    def reached(self) -> frozenset[str]:
        """Every step that can be come to."""
        return self.after(self.definition.start)

    def after(self, target: str) -> frozenset[str]:
        """Every step that can be come to from this one, itself included."""
        if target not in self._after:
            self._after[target] = self._spread([target], lambda _: True)
        return self._after[target]

    def without_answer(self, *asked: str) -> frozenset[str]:
        """Every step that can be come to without having answered at any of these."""
        if asked not in self._without:
            start = [self.definition.start]
            self._without[asked] = self._spread(start, lambda edge: edge.source not in asked or not edge.answers)
        return self._without[asked]

    @cached_property
    def without_barrier(self) -> frozenset[str]:
        """Every step that can be come to before any barrier was named."""
        return self._spread([self.definition.start], lambda edge: edge.barrier is None)

    def answers(self, asked: str, at: str) -> frozenset[str | None]:
        """The answers that can have been given at `asked` on a way to `at`; None is one in words that is no option."""
        edges = self.edges[asked] if asked in self.reached else ()
        leading = [edge for edge in edges if edge.answers and at in self.after(edge.target)]
        beside = {option.id for option in self._beside(asked)} if leading else set()
        return frozenset(edge.value for edge in leading) | beside

    def is_several(self, asked: str) -> bool:
        """Whether several options can be chosen there: then one of them leads on, and the others were chosen too."""
        return len(self._beside(asked)) > 1

    def _beside(self, asked: str) -> tuple[Option, ...]:
        """The options that can be chosen beside another one: ticked, or named in the same words about barriers."""
        step = self.definition.steps.get(asked)
        if not isinstance(step, Choose):
            return ()
        if step.several:
            return step.options
        named = [option for option in step.options if option.barrier not in (None, "other") and not option.sub_code]
        return tuple(named) if step.records == "barrier" else ()

    def main_barriers(self, at: str) -> frozenset[str | None]:
        """The barriers that can weigh most at this step; None where none need have been named."""
        named = {barrier for barrier, targets in self._by_barrier.items() if self._comes_after(targets, at)}
        return frozenset(named) | ({None} if at in self.without_barrier else set())

    def barriers(self, at: str) -> frozenset[str]:
        """All barriers that can have been named before this step: in words several can be named at once."""
        if self._comes_after(self._after_words, at):
            return frozenset(BARRIERS)
        return frozenset(barrier for barrier in self.main_barriers(at) if barrier is not None)

    @cached_property
    def _by_barrier(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for edge in self._all():
            if edge.barrier:
                found.setdefault(edge.barrier, set()).add(edge.target)
        return found

    @cached_property
    def _after_words(self) -> set[str]:
        """Where an answer that names several barriers can lead."""
        asking = {
            name
            for name, step in self.definition.steps.items()
            if isinstance(step, Choose) and (step.several or (step.records == "barrier" and step.own_words))
        }
        return {edge.target for edge in self._all() if edge.source in asking and edge.barrier}

    def _comes_after(self, targets: Iterable[str], at: str) -> bool:
        return any(at in self.after(target) for target in targets)

    @cached_property
    def channels(self) -> dict[str, frozenset[Channel]]:
        """Where they can be talking when each step is entered.

        An answer to an email opens the page, so right after an answer nobody is talking by email; after a pause they
        may be again.
        """
        found: dict[str, frozenset[Channel]] = dict.fromkeys(self.definition.steps, frozenset())
        anywhere: frozenset[Channel] = frozenset(CHANNELS)
        waiting = [(self.definition.start, anywhere)]
        while waiting:
            name, here = waiting.pop()
            if name not in found or here <= found[name]:
                continue
            found[name] |= here
            paused = isinstance(self.definition.steps[name], Wait | Handover)
            for edge in self.edges[name]:
                answered: frozenset[Channel] = anywhere - {"email"}
                silent = asks(self.definition.steps[name]) and not edge.answers and not edge.spared
                waiting.append(
                    (edge.target, answered if edge.answers else anywhere if paused or silent else found[name])
                )
        return found

    def _all(self) -> Iterator[Edge]:
        for name in self.reached:
            yield from self.edges[name]

    def _spread(self, starts: Iterable[str], follows: Follows) -> frozenset[str]:
        found: set[str] = set()
        waiting = [name for name in starts if name in self.edges]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(edge.target for edge in self.edges[name] if follows(edge))
        return frozenset(found)
