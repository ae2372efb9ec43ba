"""What several kinds of events lead to: keeping an answer, taking it back, asking again, stopping."""

from flows.answers import Answer
from flows.audience.attributes import read_value, write_value
from flows.definition.steps import Choose, Handover, Option, Question
from flows.effects import CallPerson, Record, RecordFact, Supersede, Withdraw
from flows.engine import enter
from flows.engine.draft import Draft
from flows.words import Channel
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
    barriers = (option.barrier,) if option.barrier else ()
    keep(draft, option.id, barriers, verbatim, channel, option.sub_code)
    if option.fact:
        note(draft, option.fact.name, option.fact.value)
    draft.close_question(label)
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
    prompt, state = draft.state.prompt, draft.state
    assert prompt is not None  # noqa: S101 - callers have checked that a question is open
    answer = Answer(
        step=prompt.step,
        visit=prompt.visit,
        value=value,
        barriers=barriers,
        verbatim=verbatim,
        language=state.language,
        channel=channel,
        asked_at=state.asked_at or draft.now,
        answered_at=draft.now,
        sub_code=sub_code,
    )
    known = tuple(barrier for barrier in state.barriers if barrier not in barriers)
    draft.update(barriers=(*barriers, *known), pending_text=None)
    draft.record(Record(answer))


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


def take_back(draft: Draft) -> None:
    """The last barrier answer was a misunderstanding: it no longer counts, and its question is asked again."""
    barrier_answers = [answer for answer in draft.state.answers if answer.barriers]
    if not barrier_answers:
        repeat(draft)
        return
    last = barrier_answers[-1]
    kept = tuple(answer for answer in draft.state.answers if answer.visit < last.visit)
    draft.do(Supersede(last.visit))
    draft.close_question(None)
    draft.update(
        answers=kept,
        barriers=tuple(dict.fromkeys(b for a in reversed(kept) for b in a.barriers)),
        questions=len(kept),
    )
    draft.note = "changed"
    step = draft.flow.step(last.step)
    if isinstance(step, Choose):
        enter.ask_choice(draft, last.step, step)


def stop(draft: Draft, channel: Channel, way: str) -> None:
    """The prospect wants no more messages: one farewell where they said it, then silence on every channel."""
    draft.drop_pending("stopped")
    draft.update(channel=place(channel))
    draft.close_question(None)
    if draft.state.outcome != "stopped":
        draft.say("stopped")
        draft.kind = "closing"
    draft.finish("stopped")
    draft.do(Withdraw(channel, way))
    draft.note = "stopped"
