"""A flow as a picture needs it: a box for each step, with its text, its answers and the ways out of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, assert_never

from flows.definition.steps import Ask, Choose, End, FlowDefinition, Handover, Offer, Step, Tell
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


def _box(step_id: str, step: Step, texts: Texts, language: str, catalogue: Catalogue | None) -> Box:
    text = texts.say(language, step_id, **_SAMPLE) if texts.has(language, step_id) else ""
    match step:
        case Choose():
            return _question(step_id, step, texts, language)
        case Tell() | Ask():
            return Box(step_id, "says" if isinstance(step, Tell) else "asks", text, ways=(("", step.next),))
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
    ways = (("", next(iter(targets))),) if single else ()
    return Box(step_id, "asks", texts.say(language, step_id, **_SAMPLE), tuple(rows), ways)


def span(value: timedelta) -> str:
    """A time span as people say it: `24 h`, `3 days`."""
    hours = int(value.total_seconds()) // 3600
    if hours >= 48 and hours % 24 == 0:
        return f"{hours // 24} days"
    return f"{hours} h" if hours else f"{int(value.total_seconds()) // 60} min"


_RUNGS: Final = {"remind": "remind once", "email": "ask by email", "end": "leave in peace"}
