"""Sub-flows, put in their places before a flow is checked or played.

A step of kind subflow calls another flow. That flow's steps are taken in, named `<call>--<step>`, and where it would
end, the caller goes on: so everybody who plays, checks or draws a flow meets plain steps, and no stack of calls.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from flows.definition.calls import INNER, Subflow
from flows.definition.fluent_reader import read_fluent
from flows.definition.inner_texts import renamed
from flows.definition.marks import Located, Mark, Marks, Path
from flows.definition.parse import locate
from flows.definition.problems import Problem
from flows.definition.relinking import LONGEST_NAME, relinked
from flows.definition.sources import FlowSources, SubflowSource, TextSource
from flows.definition.steps import End, FlowDefinition, Question, Step, Tell
from flows.errors import FlowInvalid

MOST_STEPS: Final = 1000
"""Steps of a flow with all its sub-flows: calls of calls can multiply."""

About = Literal["missing", "circle", "language", "room", "outcome"]
"""What is wrong with a call."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with a call: what about, the file, the place in it, the sentence and the cure."""

    about: About
    place: str
    mark: Mark
    sentence: str
    cure: str


@dataclass(frozen=True)
class Whole:
    """A flow with its sub-flows in their places.

    `prefixes` are the beginnings of the names of taken-in steps and texts by the file that they come from, `unspoken`
    those in a language that the sub-flow has no texts in. A call with a fault is left as it is, and leads to its
    `next`. `problems` are those of sub-flows that cannot be read.
    """

    definition: Located[FlowDefinition]
    texts: Mapping[str, tuple[TextSource, ...]]
    faults: tuple[Fault, ...] = ()
    problems: tuple[Problem, ...] = ()
    prefixes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unspoken: frozenset[tuple[str, str]] = frozenset()

    def in_own_names(self, problem: Problem) -> Problem:
        """A finding in a sub-flow's file, with the names of steps and texts as they stand there."""
        sentence, cure = problem.sentence, problem.cure
        for prefix in sorted(self.prefixes.get(problem.place, ()), key=len, reverse=True):
            whole_name = re.compile(rf"(?<![\w-]){re.escape(prefix)}")
            sentence, cure = whole_name.sub("", sentence), whole_name.sub("", cure)
        return replace(problem, sentence=sentence, cure=cure) if problem.place in self.prefixes else problem


@dataclass(frozen=True)
class _Place:
    """Where a flow is taken in: the beginning of its steps' names, the flows called on the way, where its ends lead."""

    prefix: str
    line: tuple[str, ...]
    leave: Callable[[str], str]


def put_together(definition: Located[FlowDefinition], sources: FlowSources) -> Whole:
    """The flow of these sources with all sub-flows that it calls. Never raises for what an author wrote."""
    if not any(isinstance(step, Subflow) for step in definition.value.steps.values()):
        return Whole(definition, sources.texts)
    assembly = _Assembly(sources, definition.value.languages)
    assembly.take_caller(definition)
    return assembly.whole(definition)


class _Assembly:
    """A flow while its sub-flows are put in their places."""

    def __init__(self, sources: FlowSources, languages: tuple[str, ...]) -> None:
        self.sources, self.languages = sources, languages
        self.called = {one.name: one for one in sources.subflows}
        self.steps: dict[str, Step] = {}
        self.elsewhere: dict[str, tuple[Marks, str]] = {}
        self.texts: dict[str, list[TextSource]] = {}
        self.faults: list[Fault] = []
        self.problems: list[Problem] = []
        self.prefixes: dict[str, set[str]] = {}
        self.unspoken: set[tuple[str, str]] = set()

    def whole(self, caller: Located[FlowDefinition]) -> Whole:
        """Everything put together."""
        definition = caller.value.model_copy(update={"steps": self.steps})
        texts = {
            language: (
                *(one for one in files if one.layer == "flow"),
                *self.texts.get(language, ()),
                *(one for one in files if one.layer != "flow"),
            )
            for language, files in self.sources.texts.items()
        }
        return Whole(
            Located(definition, replace(caller.marks, elsewhere=self.elsewhere)),
            texts,
            tuple(self.faults),
            tuple(self.problems),
            {place: frozenset(found) for place, found in self.prefixes.items()},
            frozenset(self.unspoken),
        )

    def take_caller(self, caller: Located[FlowDefinition]) -> None:
        """The steps of the flow itself, each call followed by what it calls."""
        here = _Place("", (caller.value.flow,), str)
        taken = frozenset(caller.value.steps)
        for step_id, step in caller.value.steps.items():
            self.steps[step_id] = step
            if isinstance(step, Subflow):
                self._call(caller, step_id, step, here, str, taken)

    def _call(
        self,
        caller: Located[FlowDefinition],
        step_id: str,
        step: Subflow,
        here: _Place,
        go: Callable[[str], str],
        taken: frozenset[str],
    ) -> None:
        """Take in what a step calls. `step` is as its author wrote it, `go` what the caller's names have become."""
        if not {step.next, *step.outcomes.values()} <= set(caller.value.steps):
            return
        source = self.called.get(step.flow)
        called = self._read(source) if source else None
        fault = _missing(step, source) or (_circle(step, here.line) if called else None)
        prefix = f"{here.prefix}{step_id}{INNER}"
        if called and source and not fault:
            fault = _without_start(called) or _no_room(step_id, called.value, prefix, taken | set(self.steps))
        if fault or called is None or source is None:
            self.faults += [_at(caller.marks, step_id, *fault)] if fault else []
            return
        self._wrong_outcomes(caller.marks, step_id, step, called.value)
        self._take_texts(caller.marks, step_id, source, prefix)
        place = _Place(prefix, (*here.line, step.flow), lambda outcome: go(step.leads_to(outcome)))
        first = self._take(called, source, place, taken)
        name = f"{here.prefix}{step_id}"
        entering = self.steps[name]
        self.steps[name] = entering.entering(first) if isinstance(entering, Subflow) else entering

    def _take(self, called: Located[FlowDefinition], source: SubflowSource, here: _Place, taken: frozenset[str]) -> str:
        """Take in the steps of a sub-flow; returns what its start has become."""
        speaking = _speaking(source)
        steps = called.value.steps
        silent = {name: step for name, step in steps.items() if isinstance(step, End) and name not in speaking}

        def go(target: str) -> str:
            # A name that is not there is cut, so that it is still a name: that it is not there is found later.
            end = silent.get(target)
            return here.leave(end.outcome) if end else f"{here.prefix}{target}"[:LONGEST_NAME]

        self.prefixes.setdefault(source.place, set()).add(here.prefix)
        for step_id, step in steps.items():
            if step_id in silent:
                continue
            name = f"{here.prefix}{step_id}"
            self.elsewhere[name] = (called.marks, step_id)
            self.steps[name] = (
                Tell(kind="tell", next=here.leave(step.outcome))
                if isinstance(step, End)
                else relinked(step_id, step, go, here.prefix)
            )
            if isinstance(step, Subflow):
                self._call(called, step_id, step, here, go, taken)
        return go(called.value.start)

    def _read(self, source: SubflowSource) -> Located[FlowDefinition] | None:
        try:
            return locate(source.definition, source.place, FlowDefinition)
        except FlowInvalid as error:
            self.problems += [problem for problem in error.problems if isinstance(problem, Problem)]
            return None

    def _take_texts(self, marks: Marks, step_id: str, source: SubflowSource, prefix: str) -> None:
        for language in self.languages:
            if language not in source.texts:
                self.unspoken.add((language, prefix))
                sentence = f"the sub-flow {source.name!r} has no texts in {language!r}"
                cure = f"add {source.folder}/texts/{language}.ftl, or remove the language"
                self.faults.append(_at(marks, step_id, "language", ("flow",), sentence, cure))
                continue
            place, content = source.texts[language]
            self.prefixes.setdefault(place, set()).add(prefix)
            taken = TextSource("flow", place, renamed(content, prefix), prefix)
            self.texts.setdefault(language, []).append(taken)

    def _wrong_outcomes(self, marks: Marks, step_id: str, step: Subflow, called: FlowDefinition) -> None:
        ends = sorted({one.outcome for one in called.steps.values() if isinstance(one, End)})
        for outcome in step.outcomes:
            if outcome not in ends:
                sentence = f"the sub-flow {step.flow!r} never ends with {outcome!r}"
                cure = f"write some of {', '.join(ends)}, or remove it" if ends else "remove it"
                self.faults.append(_at(marks, step_id, "outcome", ("outcomes", outcome), sentence, cure))


_Said = tuple[About, Path, str, str]
"""A fault before its place in a file is looked up: what about, the key of the step, the sentence and the cure."""


def _at(marks: Marks, step_id: str, about: About, path: Path, sentence: str, cure: str) -> Fault:
    found = marks.value if path == ("flow",) else marks.key
    return Fault(about, marks.place, found("steps", step_id, *path), f"step {step_id!r}: {sentence}", cure)


def _missing(step: Subflow, source: SubflowSource | None) -> _Said | None:
    if source is not None:
        return None
    cure = f"put it into a folder {step.flow!r} beside this flow's, with a flow.yaml, or name one that is there"
    return "missing", ("flow",), f"there is no sub-flow {step.flow!r}", cure


def _circle(step: Subflow, line: tuple[str, ...]) -> _Said | None:
    if step.flow not in line:
        return None
    way = " -> ".join((*line[line.index(step.flow) :], step.flow))
    return "circle", ("flow",), f"the flows {way} call each other in a circle", "lead on by `next` instead"


def _without_start(called: Located[FlowDefinition]) -> _Said | None:
    start = called.value.start
    if start in called.value.steps:
        return None
    sentence = f"the sub-flow {called.value.flow!r} begins with {start!r}, which is not there"
    return "missing", ("flow",), sentence, f"correct `start` in {called.marks.place}"


def _no_room(step_id: str, called: FlowDefinition, prefix: str, taken: frozenset[str]) -> _Said | None:
    """Why the steps cannot be named, or are too many."""
    for name in _names(called):
        inner = f"{prefix}{name}"
        if inner in taken:
            return "room", (), f"its step {name!r} would be called {inner!r}, as another step is", "rename one of them"
        if len(inner) > LONGEST_NAME:
            cure = f"shorten {name!r} or {step_id!r}, or call it from fewer sub-flows"
            return "room", (), f"the name {inner!r} has more than {LONGEST_NAME} characters", cure
    if len(taken) + len(called.steps) > MOST_STEPS:
        return "room", ("flow",), f"with this sub-flow there are more than {MOST_STEPS} steps", "call fewer of them"
    return None


def _names(called: FlowDefinition) -> Iterator[str]:
    """The names of its steps, and of the texts that are said before a question."""
    for step_id, step in called.steps.items():
        yield step_id
        yield from step.say if isinstance(step, Question) else ()


def _speaking(source: SubflowSource) -> frozenset[str]:
    """The names of its texts in any language."""
    files = [TextSource("flow", place, content) for place, content in source.texts.values()]
    return frozenset(entry.message for file in files for entry in read_fluent(file)[0])
