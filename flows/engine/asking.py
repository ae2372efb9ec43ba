"""Answers to a question in words: kept as they are and, where the step says so, read as what was asked for."""

from dataclasses import dataclass, field

from flows.audience.attributes import read_value
from flows.definition.steps import Ask, Capture
from flows.engine import enter, moves, reading
from flows.engine.draft import Draft
from flows.words import Channel
from flows.written import ValueRefused

_AGAIN = {
    "number": "ask-again-number",
    "money": "ask-again-number",
    "day": "ask-again-day",
    "date": "ask-again-day",
    "yes_no": "ask-again-yes-no",
    "contact": "ask-again-contact",
    "email": "ask-again-email",
    "phone": "ask-again-phone",
    "rating": "ask-again-rating",
}
"""The text that asks back, by what was asked for; anything else is asked back with `ask-again-words`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words were read as: the answer's value, and the facts they say."""

    value: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


def skip(draft: Draft, label: str) -> None:
    """They would rather not say: the flow goes on without."""
    prompt = draft.state.prompt
    step = draft.flow.step(prompt.step) if prompt is not None else None
    draft.close_question(label)
    draft.note = "passed over"
    if isinstance(step, Ask | Capture):
        enter.run(draft, step.next)


def holds_answer(draft: Draft, text: str) -> bool:
    """Whether the words answer the open question beyond doubt: a number asked for, a phone number, an address.

    Then they are an answer, whatever else they might mean: "call me tomorrow, 06 30 ..." does not put anything off.
    """
    prompt = draft.state.prompt
    step = draft.flow.step(prompt.step) if prompt is not None and not prompt.step.startswith("!") else None
    if not isinstance(step, Ask | Capture) or _wanted(draft, step) in ("text", "choice"):
        return False
    return _read(draft, step, text) is not None and bool(text)


def answered(draft: Draft, step: Ask | Capture, text: str, channel: Channel) -> None:
    """Keep the words and what they say; ask back when they cannot be read, at most `retries` times."""
    found = _read(draft, step, text)
    if found is None and draft.state.misses < step.retries:
        draft.update(misses=draft.state.misses + 1)
        draft.say(_asked_back(draft, step), scale=step.scale if isinstance(step, Ask) else 0)
        draft.kind = "reply"
        draft.shows_prompt = True
        draft.note = "asked back"
        return
    moves.keep(draft, found.value if found else None, (), text, channel)
    for name, written in (found.facts if found else {}).items():
        moves.note(draft, name, written)
    draft.close_question(None)
    draft.note = "answered"
    enter.run(draft, step.next if found or step.unclear is None else step.unclear)


def _wanted(draft: Draft, step: Ask | Capture) -> str:
    """What is asked for: the type of the attribute that is recorded, else what the step says."""
    if isinstance(step, Capture):
        return "contact"
    attribute = draft.flow.attributes.get(step.fact or "")
    return attribute.type if attribute else step.wants


def _read(draft: Draft, step: Ask | Capture, text: str) -> Reading | None:
    """What the words say; None when they cannot be read as what was asked for."""
    if isinstance(step, Capture) or step.wants == "contact":
        found = reading.contact(text)
        return Reading(facts=dict(found)) if found else None
    if step.records == "fact":
        return _fact(draft, step, text)
    if step.answer == "text":
        return Reading()
    value = reading.read(step.answer, text, step.scale)
    return Reading(value) if value is not None else None


def _fact(draft: Draft, step: Ask, text: str) -> Reading | None:
    attribute = draft.flow.attributes.get(step.fact or "")
    if attribute is None:
        return Reading()
    try:
        read_value(attribute, text)
    except ValueRefused:
        return None
    return Reading(facts={attribute.id: text}) if text else None


def _asked_back(draft: Draft, step: Ask | Capture) -> str:
    text = _AGAIN.get(_wanted(draft, step), "ask-again-words")
    # A flow published before has no texts that came later.
    return text if draft.flow.texts.has(draft.state.language, text) else "ask-again-words"
