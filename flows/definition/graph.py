"""The flow as a graph: which step leads to which, what can be reached, where it turns in circles."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import assert_never

from flows.definition.calls import Subflow
from flows.definition.marks import Path
from flows.definition.steps import (
    Ask,
    Branch,
    Capture,
    Choose,
    End,
    FlowDefinition,
    Handover,
    Offer,
    Question,
    Split,
    Step,
    Tell,
    Wait,
)

Links = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a step: where it leads, the key in the file that says so, and the option it belongs to, if any."""

    target: str
    path: Path
    option: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether this is the way of those who do not answer."""
        return self.path[-2:] == ("silent", "next")

    @property
    def is_unclear(self) -> bool:
        """Whether this is the way of words that could not be read."""
        return self.path[-1] == "unclear"

    @property
    def is_spared(self) -> bool:
        """Whether this is the way past a question of which enough is known: it is not asked."""
        return self.path[-2:] == ("quota", "next")


def exits(step_id: str, step: Step) -> Iterator[Exit]:  # noqa: C901, PLR0912 - one arm for each kind of step
    """All ways out of a step, as written, whether or not the target is there."""
    here: Path = ("steps", step_id)
    match step:
        case Choose() | Ask() | Capture():
            yield from _exits_of_question(here, step)
        case Tell():
            yield Exit(step.next, (*here, "next"))
        case Branch() | Split():
            targets = [way.next for way in step.ways]
            yield from (Exit(to, (*here, "ways", number, "next")) for number, to in enumerate(targets))
            if isinstance(step, Branch):
                yield Exit(step.otherwise, (*here, "otherwise"))
        case Wait():
            yield Exit(step.next, (*here, "next"))
            if step.event:
                yield Exit(step.event.otherwise, (*here, "event", "otherwise"))
        case Offer():
            yield Exit(step.next, (*here, "next"))
            yield Exit(step.none, (*here, "none"))
            if step.calls:
                yield Exit(step.calls, (*here, "calls"))
        case Handover():
            if step.next:
                yield Exit(step.next, (*here, "next"))
        case Subflow():
            yield from _exits_of_subflow(here, step)
        case End():
            return
        case _:
            assert_never(step)


def _exits_of_question(here: Path, step: Question) -> Iterator[Exit]:
    if isinstance(step, Choose):
        for number, option in enumerate(step.options):
            yield Exit(option.next, (*here, "options", number, "next"), option.id)
    else:
        yield Exit(step.next, (*here, "next"))
    if step.unclear:
        yield Exit(step.unclear, (*here, "unclear"))
    if step.silent:
        yield Exit(step.silent.next, (*here, "silent", "next"))
    if step.quota:
        yield Exit(step.quota.next, (*here, "quota", "next"))


def _exits_of_subflow(here: Path, step: Subflow) -> Iterator[Exit]:
    """Into its first step; past it, where it could not be put in its place."""
    if step.first is not None:
        yield Exit(step.first, (*here, "flow"))
        return
    yield Exit(step.next, (*here, "next"))
    yield from (Exit(target, (*here, "outcomes", outcome)) for outcome, target in step.outcomes.items())


def asks(step: Step) -> bool:
    """Whether the step asks a question."""
    return isinstance(step, Question)


def links_of(definition: FlowDefinition) -> dict[str, tuple[str, ...]]:
    """Which steps each step leads to; missing targets left out, each target once."""
    return {
        step_id: tuple(dict.fromkeys(way.target for way in exits(step_id, step) if way.target in definition.steps))
        for step_id, step in definition.steps.items()
    }


def backwards(links: Links) -> dict[str, tuple[str, ...]]:
    """The same links, turned round."""
    turned: dict[str, list[str]] = {name: [] for name in links}
    for name, targets in links.items():
        for target in targets:
            turned[target].append(name)
    return {name: tuple(sources) for name, sources in turned.items()}


def reachable(links: Links, starts: Iterable[str], avoid: AbstractSet[str] = frozenset()) -> set[str]:
    """Everything that can be reached from these steps, themselves included, without entering those to `avoid`."""
    found: set[str] = set()
    waiting = [name for name in starts if name in links]
    while waiting:
        name = waiting.pop()
        if name not in found and name not in avoid:
            found.add(name)
            waiting.extend(links[name])
    return found


def circles(links: Links) -> list[tuple[str, ...]]:
    """The groups of steps that lead back to themselves, in the order of the flow."""
    order = list(links)
    turned = backwards(links)
    found: list[tuple[str, ...]] = []
    settled: set[str] = set()
    for name in reversed(_finish_order(links)):
        if name in settled:
            continue
        group = reachable(turned, [name], avoid=settled)
        settled |= group
        if len(group) > 1 or name in links[name]:
            found.append(tuple(sorted(group, key=order.index)))
    return sorted(found, key=lambda group: order.index(group[0]))


def _finish_order(links: Links) -> list[str]:
    """The steps in the order in which a walk in depth leaves them."""
    seen: set[str] = set()
    order: list[str] = []
    for start in links:
        stack: list[tuple[str, Iterator[str]]] = [] if start in seen else [(start, iter(links[start]))]
        seen.add(start)
        while stack:
            name, targets = stack[-1]
            following = next((target for target in targets if target not in seen), None)
            if following is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(links[following])))
    return order


def longest_way(links: Links, start: str, weight: Callable[[str], int]) -> tuple[str, ...]:
    """The heaviest way from `start` on.

    The links must have no circle that weighs anything: such links are not followed.
    """
    return _way_from(start, _heaviest(links, weight))


def longest_of_all(links: Links, weight: Callable[[str], int]) -> tuple[str, ...]:
    """The heaviest way from any step on, under the same condition."""
    heaviest = _heaviest(links, weight)
    start = max(heaviest, key=lambda name: heaviest[name][0], default=None)
    return _way_from(start, heaviest)


def _heaviest(links: Links, weight: Callable[[str], int]) -> dict[str, tuple[int, str | None]]:
    """For each step, what the heaviest way from it on weighs, and where it goes next."""
    heaviest: dict[str, tuple[int, str | None]] = {}
    for name in _finish_order(links):
        following = [(heaviest[target][0], target) for target in links[name] if target in heaviest]
        best = max(following, default=(0, None), key=lambda pair: pair[0])
        heaviest[name] = (weight(name) + best[0], best[1])
    return heaviest


def _way_from(start: str | None, heaviest: Mapping[str, tuple[int, str | None]]) -> tuple[str, ...]:
    way: list[str] = []
    at = start
    while at is not None and at not in way:
        way.append(at)
        at = heaviest[at][1]
    return tuple(way)
