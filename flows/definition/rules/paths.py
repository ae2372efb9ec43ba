"""Rules about ways through the flow: they end, they do not turn in circles, they ask no more than promised."""

from collections.abc import Iterator
from typing import Final

from flows.definition.calls import INNER, Subflow
from flows.definition.graph import Links, asks, backwards, circles, longest_of_all, longest_way, reachable
from flows.definition.rules.subject import Finding, Rule, Subject
from flows.definition.steps import Branch, End, Handover, Offer, Question, Split, Tell
from flows.definition.walks import Edge

SILENT: Final = (Tell, Branch, Split, Offer, Subflow)
"""Kinds of steps after which the flow runs on at once."""

MOST_AT_ONCE: Final = 50
"""Steps that the engine enters in one turn before it takes the flow for a loop."""


def circle_without_pause(subject: Subject) -> Iterator[Finding]:
    """Steps that lead back to themselves without asking or waiting: the flow would run for ever."""
    for group in circles(running_on(subject)):
        sentence = f"the steps {_way((*group, group[0]))} turn in a circle without a question"
        yield subject.at_key("steps", group[0], sentence=sentence, cure="lead one of them out of the circle")


def too_many_at_once(subject: Subject) -> Iterator[Finding]:
    """More steps in a row than the engine takes in one turn without asking or waiting."""
    links = running_on(subject)
    if any(circles(links)):
        return
    longest = longest_of_all(links, lambda _: 1)
    if len(longest) >= MOST_AT_ONCE:
        sentence = (
            f"from the step {longest[0]!r} on, {len(longest)} steps follow each other without a question or a wait"
        )
        cure = f"ask, wait or end after at most {MOST_AT_ONCE} steps"
        yield subject.at_key("steps", longest[0], sentence=sentence, cure=cure)


def running_on(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Which steps follow each other within one turn: nothing follows on a wait or a person.

    On a question only what follows when it is not asked, as enough is known.
    """
    steps = subject.definition.steps
    return {
        name: targets if isinstance(steps[name], SILENT) else tuple(_spared(subject, name))
        for name, targets in subject.links.items()
    }


def _spared(subject: Subject, name: str) -> Iterator[str]:
    """Where the flow goes on when enough is known to spare this question."""
    return (edge.target for edge in subject.walks.edges[name] if edge.spared)


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
        if step_id not in ends and not _is_left(subject, step_id):
            sentence = f"from the step {step_id!r} no end and no person can be reached"
            yield subject.at_key("steps", step_id, sentence=sentence, cure="lead it to a step of kind end or handover")


def _is_left(subject: Subject, step_id: str) -> bool:
    """Whether this step came from a sub-flow that can be left from there: then what follows is the caller's matter."""
    called = f"{call}{INNER}" if (call := max(subject.calls_of(step_id), key=len, default="")) else ""
    return bool(called) and any(not name.startswith(called) for name in reachable(subject.links, [step_id]))


def too_many_questions(subject: Subject) -> Iterator[Finding]:
    """A way with more questions than `questions` promises.

    Ways of words count: at a question of barriers they may name any barrier that the first question has. A question
    that is `optional` is left out there when the promise is used up. On the way past a question with a `quota` it is
    not asked.
    """
    definition = subject.definition
    if definition.start not in definition.steps or any(circle_of_questions(subject)):
        return
    links = _asked_or_spared(subject)
    ways = [
        longest_way(links, start, lambda name: int(_asks(subject, name))) for start in _forms(links, definition.start)
    ]
    asked = max((tuple(name for name in way if _asks(subject, name)) for way in ways), key=len)
    if len(asked) <= definition.questions:
        asked = _asked_by_words(subject)
    if len(asked) > definition.questions:
        sentence = (
            f"the way {_way(asked)} asks {len(asked)} questions, but the flow promises at most {definition.questions}"
        )
        yield subject.at_value("questions", sentence=sentence, cure="leave one out, or raise `questions`")


SPARED: Final = " spared"
"""What the name of a question is followed by where it is not asked: no step has such a name."""


def _asked_or_spared(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Which steps follow each other; a question that can be spared stands there twice, asked and not asked."""
    edges = subject.walks.edges
    links: dict[str, tuple[str, ...]] = {}
    for name, targets in subject.links.items():
        past = {edge.target for edge in edges[name] if edge.spared}
        asked = {edge.target for edge in edges[name] if not edge.spared}
        links[name] = tuple(target for target in targets if target in asked) if past else targets
        if past:
            links[name + SPARED] = tuple(past)
    return {name: tuple(form for to in targets for form in _forms(links, to)) for name, targets in links.items()}


def _forms(links: Links, name: str) -> tuple[str, ...]:
    return (name, name + SPARED) if name + SPARED in links else (name,)


def _asks(subject: Subject, name: str) -> bool:
    step = subject.definition.steps.get(name)
    return step is not None and asks(step)


def _asked_by_words(subject: Subject) -> tuple[str, ...]:
    """A way with more questions than promised, where words lead on: the questions on it, or nothing."""
    definition, edges = subject.definition, subject.walks.edges
    before: dict[tuple[str, int], tuple[str, int] | None] = {(definition.start, 0): None}
    waiting = [(definition.start, 0)]
    while waiting:
        name, count = here = waiting.pop()
        step = definition.steps[name]
        if isinstance(step, Question) and not (step.optional and count >= definition.questions):
            count += 1
            if count > definition.questions:
                return _questions_on(before, here)
        for edge in _taken(edges[name], spared=count == here[1]):
            following = (edge.target, here[1] if edge.spared else count)
            if following not in before:
                before[following] = here
                waiting.append(following)
    return ()


def _taken(edges: tuple[Edge, ...], *, spared: bool) -> tuple[Edge, ...]:
    """The ways out of a step; out of a question that was spared, only the one without an answer."""
    asking = any(edge.answers for edge in edges)
    return tuple(edge for edge in edges if not edge.answers) if spared and asking else edges


def _questions_on(before: dict[tuple[str, int], tuple[str, int] | None], last: tuple[str, int]) -> tuple[str, ...]:
    way = [last[0]]
    at: tuple[str, int] = last
    while (former := before[at]) is not None:
        if former[1] < at[1]:
            way.append(former[0])
        at = former
    return tuple(reversed(way))


def _way(names: tuple[str, ...]) -> str:
    return " -> ".join(names)


RULES: Final = (
    Rule("F104", "error", circle_without_pause),
    Rule("F105", "error", circle_of_questions),
    Rule("F106", "error", no_way_out),
    Rule("F107", "error", too_many_questions),
    Rule("F109", "error", too_many_at_once),
)
