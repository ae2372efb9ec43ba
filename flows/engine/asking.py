"""Answers to a question in words: kept as they are and, where the step says so, read as a fact or as a contact."""

from collections.abc import Mapping

from flows.audience.attributes import read_value
from flows.definition.steps import Ask
from flows.engine import enter, moves
from flows.engine.draft import Draft
from flows.words import Channel
from flows.written import ValueRefused, email_in, phone_in


def skip(draft: Draft, label: str) -> None:
    """They would rather not say: the flow goes on without."""
    prompt = draft.state.prompt
    step = draft.flow.step(prompt.step) if prompt is not None else None
    draft.close_question(label)
    draft.note = "passed over"
    if isinstance(step, Ask):
        enter.run(draft, step.next)


def holds_answer(draft: Draft, text: str) -> bool:
    """Whether the words answer the open question beyond doubt: a number asked for, a phone number, an address.

    Then they are an answer, whatever else they might mean: "call me tomorrow, 06 30 ..." does not put anything off.
    """
    prompt = draft.state.prompt
    step = draft.flow.step(prompt.step) if prompt is not None and not prompt.step.startswith("!") else None
    if not isinstance(step, Ask) or step.records == "words":
        return False
    attribute = draft.flow.attributes.get(step.fact or "")
    return (attribute is None or attribute.type != "text") and bool(_facts(draft, step, text))


def answered(draft: Draft, step: Ask, text: str, channel: Channel) -> None:
    """Keep the words and what they say; ask back when they cannot be read, at most `retries` times."""
    found = _facts(draft, step, text)
    if found is None and draft.state.misses < step.retries:
        draft.update(misses=draft.state.misses + 1)
        draft.say(_asked_back(draft, step))
        draft.kind = "reply"
        draft.shows_prompt = True
        draft.note = "asked back"
        return
    moves.keep(draft, None, (), text, channel)
    for name, written in (found or {}).items():
        moves.note(draft, name, written)
    draft.close_question(None)
    draft.note = "answered"
    enter.run(draft, step.next)


def _facts(draft: Draft, step: Ask, text: str) -> Mapping[str, str] | None:
    """What the words say, by attribute; None when they cannot be read."""
    if step.records == "words":
        return {}
    if step.records == "contact":
        return _contact(text)
    attribute = draft.flow.attributes.get(step.fact or "")
    if attribute is None:
        return {}
    try:
        read_value(attribute, text)
    except ValueRefused:
        return None
    return {attribute.id: text} if text else None


def _contact(text: str) -> dict[str, str] | None:
    phone, email = phone_in(text), email_in(text)
    found = {name: value for name, value in (("contact_phone", phone), ("contact_email", email)) if value}
    if not found:
        return None
    more = sum(character.isalpha() for character in text.lower().replace(email or "\0", ""))
    return found | ({"preferred_time": text} if more > 1 else {})


def _asked_back(draft: Draft, step: Ask) -> str:
    if step.records == "contact":
        return "ask-again-contact"
    attribute = draft.flow.attributes.get(step.fact or "")
    match attribute.type if attribute else "text":
        case "number" | "money":
            return "ask-again-number"
        case "day":
            return "ask-again-day"
        case "yes_no":
            return "ask-again-yes-no"
        case _:
            return "ask-again-words"
