"""What several kinds of events lead to: keeping an answer, asking again, stopping."""

from flows.answers import Answer
from flows.audience.attributes import read_value, write_value
from flows.definition.steps import Handover, Option, Question
from flows.effects import CallPerson, RecordFact, Withdraw
from flows.engine import enter
from flows.engine.draft import Draft
from flows.words import STOPPED, Channel
from flows.written import ValueRefused


def place(channel: Channel) -> Channel:
    """Where the conversation goes on: an answer in an email opens the page, so it goes on there."""
    return "web" if channel == "email" else channel


def repeat(draft: Draft, attribute: str | None = None) -> None:
    """Show the open question again (with `attribute`, in another wording), without making a new visit of it."""
    prompt = draft.state.prompt
    if prompt is None:
        return
    own = prompt.step.startswith("!") or not draft.flow.texts.has(draft.state.language, prompt.step, attribute)
    draft.say(prompt.step.removeprefix("!"), None if own else attribute)
    draft.shows_prompt = True


def introduce(draft: Draft) -> None:
    """On a new channel, the first question comes with its introduction."""
    prompt = draft.state.prompt
    step = draft.flow.step(prompt.step) if prompt is not None and not prompt.step.startswith("!") else None
    if isinstance(step, Question):
        for text in step.say:
            draft.say(text)


def accept(draft: Draft, option: Option, *, label: str, verbatim: str, channel: Channel) -> None:
    """Keep the answer that names this option, and go on."""
    keep_option(draft, option, verbatim=verbatim, channel=channel)
    draft.close_question(label)
    follow(draft, option)


def keep_option(draft: Draft, option: Option, *, verbatim: str, channel: Channel) -> None:
    """Keep the answer that names this option, and what it says about the prospect."""
    barriers = (option.barrier,) if option.barrier else ()
    keep(draft, option.id, barriers, verbatim, channel, option.sub_code)
    if option.fact:
        note(draft, option.fact.name, option.fact.value)


def follow(draft: Draft, option: Option) -> None:
    """Go on where the option leads."""
    if option.sub_code == "checkout_problem" and not isinstance(draft.flow.step(option.next), Handover):
        draft.do(CallPerson("checkout_problem"))
    draft.note = "answered"
    enter.run(draft, option.next)


def keep(
    draft: Draft,
    value: str | None,
    barriers: tuple[str, ...],
    verbatim: str,
    channel: Channel,
    sub_code: str | None = None,
) -> None:
    """Record an answer to the open question; its barriers come first from now on."""
    state, now = draft.state, draft.now
    prompt = state.prompt
    assert prompt is not None  # noqa: S101 - callers have checked that a question is open
    asked_at, language = state.asked_at or now, state.language
    draft.keep_answer(
        Answer(prompt.step, prompt.visit, value, barriers, verbatim, language, channel, asked_at, now, sub_code)
    )


def note(draft: Draft, name: str, text: str) -> None:
    """Record a fact that the answer to the open question says; one that is not declared any more is left out."""
    attribute, prompt = draft.flow.attributes.get(name), draft.state.prompt
    if attribute is None or prompt is None:
        return
    try:
        value = write_value(read_value(attribute, text))
    except ValueRefused:
        return
    draft.do(RecordFact(name, value.text, value.number, prompt.visit))


def stop(draft: Draft, channel: Channel, way: str) -> None:
    """The prospect wants no more messages: one farewell where they said it, then silence on every channel."""
    draft.drop_pending(STOPPED)
    draft.update(channel=place(channel))
    draft.close_question(None)
    if draft.state.outcome != STOPPED:
        draft.say("stopped")
        draft.kind = "closing"
    draft.finish(STOPPED)
    draft.do(Withdraw(channel, way))
    draft.note = "stopped"
