"""Receiving an event: one function per event kind. Odd input is an outcome, never an exception."""

from typing import assert_never

from flows.answers import Answer
from flows.definition.steps import Choose, Handover, Option
from flows.effects import CallPerson, CancelTimers, Record, Say, Supersede, Withdraw
from flows.engine import enter, replies
from flows.engine.draft import Draft
from flows.events import (
    Bought,
    Cancelled,
    Opened,
    StaffReleased,
    StaffSaid,
    StaffTook,
    Started,
    Tapped,
    Unreachable,
)
from flows.messages import Message
from flows.words import Channel


def place(channel: Channel) -> Channel:
    """Where the conversation goes on: an answer in an email opens the page, so it goes on there."""
    return "web" if channel == "email" else channel


def started(draft: Draft, event: Started) -> None:
    """Ask the first question. A second start of a running conversation is an opening."""
    if draft.state.status != "waiting":
        opened(draft, Opened(event.channel))
        return
    draft.cancel_timers()
    draft.update(channel=event.channel)
    draft.note = "started"
    enter.run(draft, draft.flow.definition.start)


def opened(draft: Draft, event: Opened) -> None:
    """Go on where the prospect is now: the same question, the same visit."""
    match draft.state.status:
        case "waiting":
            started(draft, Started(event.channel))
        case "asking" | "snoozed":
            draft.update(channel=event.channel, status="asking")
            draft.note = "opened"
            if event.channel != "web":
                repeat(draft)
        case "held":
            draft.update(channel=event.channel)
            draft.note = "opened"
        case "ended":
            draft.note = "over"
            if event.channel != "web":
                draft.update(channel=event.channel)
                draft.say("welcome")
                draft.say("nothing-open")
                draft.kind = "reply"


def repeat(draft: Draft, attribute: str | None = None) -> None:
    """Show the open question again (with `attribute`, in another wording), without making a new visit of it."""
    prompt = draft.state.prompt
    if prompt is None:
        return
    own = prompt.step.startswith("!") or not draft.flow.texts.has(draft.state.language, prompt.step, attribute)
    draft.say(replies.text_of(prompt.step), None if own else attribute)
    draft.shows_prompt = True


def tapped(draft: Draft, event: Tapped) -> None:
    """An answer by button. Stale, repeated and foreign taps change nothing."""
    prompt = draft.state.prompt
    if prompt is None or event.visit != prompt.visit or draft.state.status == "held":
        draft.note = "stale"
        return
    label = prompt.label_of(event.option)
    if label is None:
        draft.note = "not offered"
        return
    draft.update(channel=place(event.channel), status="asking", outcome=None)
    if event.option.startswith("!"):
        replies.own_option(draft, event.option, label)
        return
    step = draft.flow.step(prompt.step)
    option = step.option(event.option) if isinstance(step, Choose) else None
    if option is None:
        draft.note = "not offered"
        return
    verbatim = draft.state.pending_text or label
    accept(draft, option, label=label, verbatim=verbatim, channel=event.channel)


def accept(draft: Draft, option: Option, *, label: str, verbatim: str, channel: Channel) -> None:
    """Keep the answer that names this option, and go on."""
    barriers = (option.barrier,) if option.barrier else ()
    keep(draft, option.id, barriers, verbatim, channel, option.sub_code)
    draft.close_question(label)
    if option.sub_code == "checkout_problem" and not isinstance(draft.flow.step(option.next), Handover):
        draft.do(CallPerson("checkout_problem"))
    draft.note = "answered"
    enter.run(draft, option.next)


def keep(
    draft: Draft, value: str | None, barriers: tuple[str, ...], verbatim: str, channel: Channel, sub_code: str | None = None
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
    draft.update(answers=kept, barriers=tuple(dict.fromkeys(b for a in reversed(kept) for b in a.barriers)))
    draft.note = "changed"
    step = draft.flow.step(last.step)
    if isinstance(step, Choose):
        enter.ask_choice(draft, last.step, step)


def unreachable(draft: Draft, event: Unreachable) -> None:
    """A channel is gone for good: say it on another one, or end in peace."""
    draft.note = "unreachable"
    if draft.state.channel != event.channel or draft.state.status not in ("asking", "snoozed"):
        return
    draft.proactive = True
    if draft.scene.push_channel() is None or draft.state.prompt is None:
        draft.finish("unreachable")
        return
    repeat(draft)


def bought(draft: Draft, event: Bought) -> None:
    """The goal is reached: everything pending stops, and nothing is said."""
    draft.note = "bought"
    draft.drop_pending("bought")
    if draft.state.status == "ended":
        draft.cancel_timers()
        return
    draft.finish("bought")


def cancelled(draft: Draft, event: Cancelled) -> None:
    """End without a word."""
    draft.note = "cancelled"
    draft.drop_pending(event.outcome)
    if draft.state.status != "ended":
        draft.finish(event.outcome)


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


def staff(draft: Draft, event: StaffTook | StaffSaid | StaffReleased) -> None:
    """What a person of the shop does with the conversation."""
    match event:
        case StaffTook(staff=who):
            _take(draft, who)
        case StaffSaid(staff=who, text=text):
            if draft.state.status != "held":
                _take(draft, who)
            draft.update(held_by=who)
            draft.note = "staff said"
            _speak_as_person(draft, text)
        case StaffReleased():
            _hand_back(draft)
        case _:
            assert_never(event)


def _take(draft: Draft, who: str) -> None:
    draft.note = "taken over"
    draft.drop_pending("taken over")
    draft.do(CancelTimers())
    if draft.state.prompt is not None:
        draft.update(interrupted=draft.state.prompt.step)
        draft.close_question(None)
    draft.update(status="held", held_by=who, timer=None)


def _speak_as_person(draft: Draft, text: str) -> None:
    channel = draft.speak_on() or draft.scene.push_channel()
    if channel is None:
        draft.note = "unreachable"
        return
    message = Message(kind="staff", language=draft.state.language, paragraphs=(text,), subject=draft.text("subject"))
    draft.do(Say(message, channel, proactive=False))


def _hand_back(draft: Draft) -> None:
    if draft.state.status != "held":
        draft.note = "ignored"
        return
    draft.note = "handed back"
    step_id, interrupted = draft.state.step, draft.state.interrupted
    draft.update(status="asking", held_by=None, interrupted=None)
    step = draft.flow.step(step_id) if step_id and not step_id.startswith("!") else None
    if isinstance(step, Handover) and interrupted is None:
        if step.next is None:
            draft.finish("answered")
        else:
            enter.run(draft, step.next)
    elif interrupted is not None:
        draft.say("back")
        replies.ask_again(draft, interrupted)
    elif draft.state.outcome is None and step_id is None:
        draft.update(status="waiting")
        enter.run(draft, draft.flow.definition.start)
    else:
        draft.finish(draft.state.outcome or "answered")
