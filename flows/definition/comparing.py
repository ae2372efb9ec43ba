"""Two versions of a flow, told apart in plain sentences: steps, offers, and texts by language.

And what the change means for those who stand in the middle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel

from flows.definition.build import rebuild_flow
from flows.definition.flow import Flow
from flows.definition.meaning import meaning
from flows.definition.moving import Judgement, Names, judge_step
from flows.definition.outline import condition, span
from flows.definition.problems import shown
from flows.definition.sources import FlowSources
from flows.definition.steps import Branch, Choose, Option, Step
from flows.definition.textbook import textbook
from flows.definition.when import When
from flows.offers.catalogue import Catalogue

About = Literal["flow", "step", "text", "offer"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different. `name` is the step's, the text's or the offer's; texts also say their `language`."""

    about: About
    name: str
    sentence: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, and for each step of the old version where somebody can stand, whether they can be moved."""

    changes: tuple[Change, ...]
    standing: Mapping[str, Judgement]


def compare(before: FlowSources, after: FlowSources, names: Names | None = None) -> Comparison:
    """What the change from one to the other means. Raises FlowInvalid when one of them cannot be read."""
    old, new = rebuild_flow(before, 1), rebuild_flow(after, 2)
    changes = (
        *_flow(old, new),
        *_steps(old, new),
        *_offers(old.catalogue, new.catalogue),
        *_texts(before, after),
        *_faq(before, after),
    )
    judged = {step_id: judge_step(old, new, step_id, names) for step_id in old.definition.steps}
    return Comparison(changes, {step_id: found for step_id, found in judged.items() if found is not None})


def _flow(old: Flow, new: Flow) -> Iterator[Change]:
    was, is_now = old.definition, new.definition
    name = is_now.flow
    if was.flow != name:
        yield Change("flow", name, f"the flow is called {name!r} instead of {was.flow!r}: these are two flows")
    if was.start != is_now.start:
        yield Change("flow", name, f"it begins with {is_now.start!r} instead of {was.start!r}")
    if was.questions != is_now.questions:
        yield Change("flow", name, f"it promises at most {is_now.questions} questions instead of {was.questions}")
    if was.resend != is_now.resend:
        what = "is sent once more" if is_now.resend else "is not sent again any more"
        yield Change("flow", name, f"a message of which nobody can know whether it arrived {what}")
    added = [one for one in is_now.languages if one not in was.languages]
    yield from (Change("flow", name, f"it also speaks {language!r}") for language in added)
    dropped = [one for one in was.languages if one not in is_now.languages]
    yield from (Change("flow", name, f"it no longer speaks {language!r}") for language in dropped)
    if was.silence != is_now.silence:
        ladders = [", ".join(f"{rung.do} after {span(rung.after)}" for rung in one.silence) for one in (is_now, was)]
        yield Change("flow", name, f"on silence: {ladders[0] or 'nothing'}, instead of {ladders[1] or 'nothing'}")


def _faq(before: FlowSources, after: FlowSources) -> Iterator[Change]:
    if [content for _, content in before.faq] != [content for _, content in after.faq]:
        yield Change("flow", "faq.yaml", "the questions back that are answered at once have changed (faq.yaml)")


def _steps(old: Flow, new: Flow) -> Iterator[Change]:
    before, after = old.definition.steps, new.definition.steps
    for step_id, step in after.items():
        if step_id not in before:
            yield Change("step", step_id, f"is new, of kind {step.kind}")
    for step_id, step in before.items():
        other = after.get(step_id)
        if other is None:
            yield Change("step", step_id, "is gone")
        elif step.kind != other.kind:
            yield Change("step", step_id, f"is of kind {other.kind} instead of {step.kind}")
        else:
            yield from (Change("step", step_id, sentence) for sentence in _step(step, other))


def _step(before: Step, after: Step) -> Iterator[str]:
    apart = {"options"} if isinstance(before, Choose) else {"ways"} if isinstance(before, Branch) else set()
    if isinstance(before, Choose) and isinstance(after, Choose):
        yield from _options(before.options, after.options)
    if isinstance(before, Branch) and isinstance(after, Branch) and before.ways != after.ways:
        told = [", ".join(f"{condition(way.when)} → {way.next}" for way in one.ways) for one in (after, before)]
        yield f"branches by {told[0]}, instead of {told[1]}"
    yield from _fields(before, after, apart)


def _options(before: Sequence[Option], after: Sequence[Option]) -> Iterator[str]:
    was, is_now = {one.id: one for one in before}, {one.id: one for one in after}
    for name, option in is_now.items():
        if name not in was:
            yield f"has a new answer {name!r}, which leads to {option.next!r}"
    for name, option in was.items():
        if name not in is_now:
            yield f"no longer has the answer {name!r}"
            continue
        other = is_now[name]
        if meaning(option) != meaning(other):
            yield f"means something else by the answer {name!r}"
        if option.next != other.next:
            yield f"leads the answer {name!r} to {other.next!r} instead of {option.next!r}"
    kept = [name for name in was if name in is_now]
    if kept != [name for name in is_now if name in was]:
        yield "has its answers in another order"


def _offers(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    before, after = ({offer.id: offer for offer in one.offers} for one in (old, new))
    if old.currency != new.currency:
        yield Change("offer", "catalogue", f"counts in {new.currency} instead of {old.currency}")
    for name, offer in after.items():
        if name not in before:
            yield Change("offer", name, f"is new: {offer.kind.replace('_', ' ')} for {', '.join(offer.removes)}")
    for name, offer in before.items():
        if name not in after:
            yield Change("offer", name, "is gone")
        else:
            yield from (Change("offer", name, sentence) for sentence in _fields(offer, after[name], set()))
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield Change("offer", "catalogue", "has its offers in another order")


def _fields(before: BaseModel, after: BaseModel, apart: set[str]) -> Iterator[str]:
    """What differs field by field, but for those told `apart`."""
    for name in type(before).model_fields:
        was, is_now = getattr(before, name), getattr(after, name)
        if name not in apart and was != is_now:
            yield f"has {name.rstrip('_')} {_value(is_now)} instead of {_value(was)}"


def _value(value: Any) -> str:
    match value:
        case None | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return span(value)
        case When():
            return condition(value)
        case BaseModel():
            told = {name: getattr(value, name) for name in type(value).model_fields}
            return ", ".join(f"{name} {_value(one)}" for name, one in told.items() if one not in (None, ()))
        case dict():
            return ", ".join(f"{name}: {_value(one)}" for name, one in value.items()) or "nothing"
        case tuple():
            return "; ".join(_value(one) for one in value)
        case _:
            return str(value)


def _texts(before: FlowSources, after: FlowSources) -> Iterator[Change]:
    was, is_now = (textbook(one, ("flow", "offers", "common")) for one in (before, after))
    for language in after.texts:
        if language not in before.texts:
            continue
        for name in dict.fromkeys((*was, *is_now)):
            old, new = was.get(name, {}).get(language), is_now.get(name, {}).get(language)
            if old != new:
                yield Change("text", name, _said(old, new), language)


def _said(old: str | None, new: str | None) -> str:
    if old is None:
        return f"is new: {shown(new, 80)}"
    return f"says {shown(new, 80)} instead of {shown(old, 80)}" if new is not None else f"is gone: {shown(old, 80)}"
