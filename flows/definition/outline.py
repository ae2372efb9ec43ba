"""A flow as a picture needs it: a box for each step, with its text, its answers and the ways out of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, assert_never

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
from flows.definition.when import When
from flows.offers.catalogue import Catalogue
from flows.texts import Texts

_SAMPLE: Final = {"shop": "{shop}", "product": "{product}", "known": "yes", "name": "{name}"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line in a box: an answer or an offer. `target` is where it leads, None when the whole box leads there."""

    label: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """One step. `ways` are the exits that belong to no row: (label, target), the label empty when there is only one."""

    step: str
    kind: str
    text: str
    rows: tuple[Row, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Every way out once, with what leads there: (labels joined, target)."""
        found: dict[str, list[str]] = {}
        for label, target in (*((row.label, row.target) for row in self.rows if row.target), *self.ways):
            found.setdefault(target, []).append(label)
        return tuple((" / ".join(filter(None, labels)), target) for target, labels in found.items())


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole flow. `waits` tells what happens when a question stays unanswered, in order."""

    start: str
    boxes: tuple[Box, ...]
    waits: tuple[str, ...]


def outline(definition: FlowDefinition, texts: Texts, language: str, catalogue: Catalogue | None = None) -> Outline:
    """The boxes of a flow that has passed the checker, in the flow's order; `catalogue` names the offers in theirs."""
    boxes = tuple(_box(step_id, step, texts, language, catalogue) for step_id, step in definition.steps.items())
    waits = tuple(f"after {span(rung.after)}: {_RUNGS[rung.do]}" for rung in definition.silence)
    return Outline(definition.start, boxes, waits)


def _box(  # noqa: C901 - one arm for each kind of step
    step_id: str, step: Step, texts: Texts, language: str, catalogue: Catalogue | None
) -> Box:
    text = texts.say(language, step_id, **_SAMPLE) if texts.has(language, step_id) else ""
    match step:
        case Choose():
            return _question(step_id, step, texts, language)
        case Tell():
            return Box(step_id, "says", text, ways=(("", step.next),))
        case Ask() | Capture():
            return Box(step_id, f"asks, {_wanted(step)}", text, ways=(("", step.next), *_other_ways(step)))
        case Branch():
            rows = tuple(Row(condition(way.when), way.next) for way in step.ways)
            return Box(step_id, "branches", "The first that holds", (*rows, Row("otherwise", step.otherwise)))
        case Split():
            total = sum(way.share for way in step.ways)
            return Box(
                step_id, "splits", "At random", tuple(Row(f"{way.share / total:.0%}", way.next) for way in step.ways)
            )
        case Wait():
            return Box(step_id, "waits", _pause(step), ways=_ways_of_wait(step))
        case Offer():
            offers = catalogue.offers if catalogue else ()
            rows = tuple(
                Row(f"{offer.id} for {', '.join(offer.removes)}") for offer in offers if offer.kind != "nothing"
            )
            return Box(step_id, "offers", "The first that removes the barrier and can be given", rows, _ways_on(step))
        case Handover():
            return Box(step_id, "hands over", text, ways=(("", step.next),) if step.next else ())
        case End():
            return Box(step_id, f"ends, {step.outcome.replace('_', ' ')}", text)
        case _:
            assert_never(step)


def _wanted(step: Ask | Capture) -> str:
    return "contact" if isinstance(step, Capture) else step.fact or step.wants


def _other_ways(step: Question) -> tuple[tuple[str, str], ...]:
    unclear = (("not understood", step.unclear),) if step.unclear and not isinstance(step, Choose) else ()
    silent = ((f"no answer for {span(step.silent.after)}", step.silent.next),) if step.silent else ()
    return (*unclear, *silent)


def _pause(step: Wait) -> str:
    if step.event is not None:
        return f"Until {step.event.happens.replace('_', ' ')}"
    first = f"For {span(step.span)}" if step.span else ""
    if step.until is None:
        return first
    days = f" on {', '.join(step.until.weekday)}" if step.until.weekday else ""
    return f"{first}{', until' if first else 'Until'} {step.until.time}{days}"


def _ways_of_wait(step: Wait) -> tuple[tuple[str, str], ...]:
    if step.event is None:
        return (("", step.next),)
    return (("it happens", step.next), (f"not within {span(step.event.within)}", step.event.otherwise))


def condition(when: When) -> str:
    """A condition in a few words: `said price`, `language hu or cs`, `not (channel web)`."""
    lists = {"said": when.barrier, "mostly": when.main_barrier, "on": when.channel, "language": when.language}
    parts = [f"{name} {' or '.join(values)}" for name, values in lists.items() if values]
    if when.answered:
        bounds = ((">=", when.answered.at_least), ("<=", when.answered.at_most))
        limits = [f"{sign} {number:g}" for sign, number in bounds if number is not None]
        parts.append(
            " ".join(
                (when.answered.step, *((" or ".join(when.answered.option),) * bool(when.answered.option)), *limits)
            )
        )
    if when.prospect is not None:
        parts.append(", ".join(when.prospect))
    parts += [condition(part) for part in when.all]
    if when.any:
        parts.append(" or ".join(f"({condition(part)})" for part in when.any))
    if when.none_of:
        parts.append(f"not ({condition(when.none_of)})")
    return " and ".join(parts)


def _ways_on(step: Offer) -> tuple[tuple[str, str], ...]:
    calls = (("given, a person calls", step.calls),) if step.calls else ()
    return (("given", step.next), *calls, ("nothing to give", step.none))


def _question(step_id: str, step: Choose, texts: Texts, language: str) -> Box:
    targets = {option.next for option in step.options} | ({step.unclear} if step.unclear else set())
    single = len(targets) == 1
    rows = [
        Row(texts.say(language, step_id, option.id, **_SAMPLE), None if single else option.next)
        for option in step.options
    ]
    if step.unclear:
        rows.append(Row("… own words", None if single else step.unclear))
    ways = ((("", next(iter(targets))),) if single else ()) + _other_ways(step)
    return Box(step_id, "asks", texts.say(language, step_id, **_SAMPLE), tuple(rows), ways)


def span(value: timedelta) -> str:
    """A time span as people say it: `24 h`, `3 days`."""
    hours = int(value.total_seconds()) // 3600
    if hours >= 48 and hours % 24 == 0:
        return f"{hours // 24} days"
    return f"{hours} h" if hours else f"{int(value.total_seconds()) // 60} min"


_RUNGS: Final = {"remind": "remind once", "email": "ask by email", "end": "leave in peace"}
