"""A flow as a picture needs it: a box for each step, with its text, its answers and the ways out of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, assert_never

from flows.definition.calls import Subflow
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
    """A line in a box: an answer, an offer, or what else may happen there (`aside`).

    `target` is where it leads, None when the whole box leads there; `option` the id of the answer it is.
    """

    label: str
    target: str | None = None
    option: str | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One step. `kind` is what it does, `about` what more there is to say of it; `next`: where the whole box leads."""

    step: str
    kind: str
    text: str
    rows: tuple[Row, ...] = ()
    next: str | None = None
    about: str = ""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Every way out once, with what leads there: (labels joined, target)."""
        found: dict[str, list[str]] = {self.next: []} if self.next else {}
        for row in self.rows:
            if row.target:
                found.setdefault(row.target, []).append(row.label)
        return tuple((" / ".join(labels), target) for target, labels in found.items())


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole flow. `waits` tells what happens when a question stays unanswered, in order: (after, what).

    `facts` are a few words about it: how many steps and questions, and the languages it speaks.
    """

    start: str
    boxes: tuple[Box, ...]
    waits: tuple[tuple[str, str], ...]
    facts: tuple[str, ...] = ()


def outline(definition: FlowDefinition, texts: Texts, language: str, catalogue: Catalogue | None = None) -> Outline:
    """The boxes of a flow that has passed the checker, in the flow's order; `catalogue` names the offers in theirs."""
    boxes = tuple(_box(step_id, step, texts, language, catalogue) for step_id, step in definition.steps.items())
    waits = tuple((f"after {span(rung.after)}", _RUNGS[rung.do]) for rung in definition.silence)
    asked = f"at most {definition.questions} question{'s' if definition.questions > 1 else ''}"
    facts = (f"{len(boxes)} steps", asked, " ".join(definition.languages))
    return Outline(definition.start, boxes, waits, facts)


def _box(  # noqa: C901 - one arm for each kind of step
    step_id: str, step: Step, texts: Texts, language: str, catalogue: Catalogue | None
) -> Box:
    text = texts.say(language, step_id, **_SAMPLE) if texts.has(language, step_id) else ""
    match step:
        case Choose():
            return _question(step_id, step, texts, language)
        case Tell():
            return Box(step_id, "says", text, next=step.next)
        case Ask() | Capture():
            return Box(step_id, "asks", text, _asides(step), step.next, about=_wanted(step))
        case Branch():
            rows = tuple(Row(condition(way.when), way.next) for way in step.ways)
            return Box(step_id, "branches", "", (*rows, Row("otherwise", step.otherwise, aside=True)))
        case Split():
            total = sum(way.share for way in step.ways)
            return Box(step_id, "splits", "", tuple(Row(f"{way.share / total:.0%}", way.next) for way in step.ways))
        case Wait():
            return _wait(step_id, step)
        case Subflow():
            return Box(step_id, "enters", "", next=step.first or step.next, about=step.flow)
        case Offer():
            return Box(step_id, "offers", "", (*_offers(catalogue), *_ways_of_offer(step)))
        case Handover():
            return Box(step_id, "hands over", text, next=step.next)
        case End():
            return Box(step_id, "ends", text, about=step.outcome.replace("_", " "))
        case _:
            assert_never(step)


def _wanted(step: Ask | Capture) -> str:
    return "contact" if isinstance(step, Capture) else step.fact or step.wants


def _asides(step: Question) -> tuple[Row, ...]:
    """What else may happen at a question: words that match nothing, silence, and that enough is known."""
    unclear = (
        (Row("not understood", step.unclear, aside=True),) if step.unclear and not isinstance(step, Choose) else ()
    )
    label = f"no answer for {span(step.silent.after)}" if step.silent else ""
    silent = (Row(label, step.silent.next, aside=True),) if step.silent else ()
    enough = (Row(f"after {step.quota.answers:,} answers", step.quota.next, aside=True),) if step.quota else ()
    return (*unclear, *silent, *enough)


def _offers(catalogue: Catalogue | None) -> tuple[Row, ...]:
    offers = catalogue.offers if catalogue else ()
    return tuple(Row(f"{offer.id} for {', '.join(offer.removes)}") for offer in offers if offer.kind != "nothing")


def _ways_of_offer(step: Offer) -> tuple[Row, ...]:
    calls = (Row("given, and a person calls", step.calls, aside=True),) if step.calls else ()
    return (Row("given", step.next, aside=True), *calls, Row("nothing to give", step.none, aside=True))


def _wait(step_id: str, step: Wait) -> Box:
    if step.event is None:
        return Box(step_id, "waits", _pause(step), next=step.next)
    late = Row(f"not within {span(step.event.within)}", step.event.otherwise, aside=True)
    return Box(step_id, "waits", _pause(step), (Row("it happens", step.next, aside=True), late))


def _pause(step: Wait) -> str:
    if step.event is not None:
        return f"Until {step.event.happens.replace('_', ' ')}"
    first = f"For {span(step.span)}" if step.span else ""
    if step.until is None:
        return first
    days = f" on {', '.join(step.until.weekday)}" if step.until.weekday else ""
    return f"{first}{', until' if first else 'Until'} {step.until.time}{days}"


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
        parts.append(", ".join(_fact(name, value) for name, value in when.prospect.items()))
    parts += [condition(part) for part in when.all]
    if when.any:
        parts.append(" or ".join(f"({condition(part)})" for part in when.any))
    if when.none_of:
        parts.append(f"not ({condition(when.none_of)})")
    return " and ".join(parts)


def _fact(name: str, value: object) -> str:
    if isinstance(value, dict):
        return f"{name} {', '.join(_fact(str(key), one) for key, one in value.items())}"
    return f"{name} {' or '.join(str(one) for one in value) if isinstance(value, list) else value}"


def _question(step_id: str, step: Choose, texts: Texts, language: str) -> Box:
    targets = {option.next for option in step.options} | ({step.unclear} if step.unclear else set())
    single = next(iter(targets)) if len(targets) == 1 else None
    rows = [
        Row(texts.say(language, step_id, option.id, **_SAMPLE), None if single else option.next, option.id)
        for option in step.options
    ]
    if step.unclear:
        rows.append(Row("… own words", None if single else step.unclear, aside=True))
    return Box(step_id, "asks", texts.say(language, step_id, **_SAMPLE), (*rows, *_asides(step)), single)


def span(value: timedelta) -> str:
    """A time span as people say it: `24 h`, `3 days`."""
    hours = int(value.total_seconds()) // 3600
    if hours >= 48 and hours % 24 == 0:
        return f"{hours // 24} days"
    return f"{hours} h" if hours else f"{int(value.total_seconds()) // 60} min"


_RUNGS: Final = {"remind": "remind once", "email": "ask by email", "end": "leave in peace"}
