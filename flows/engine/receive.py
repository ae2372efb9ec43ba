"""Receiving an event: one function per event kind. Odd input is an outcome, never an exception."""

from typing import assert_never

from flows.definition.steps import Ask, Choose, Handover, Wait
from flows.effects import CancelTimers, Say
from flows.engine import asking, enter, moves, replies, retrace, several, ways
from flows.engine.draft import Draft
from flows.events import (
    Cancelled,
    Happened,
    Opened,
    StaffReleased,
    StaffSaid,
    StaffTook,
    Started,
    Tapped,
    Unreachable,
)
from flows.messages import Message, Prompt
from flows.words import BOUGHT


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
                moves.repeat(draft)
        case "held" | "resting":
            draft.update(channel=event.channel)
            draft.note = "opened"
        case "ended":
            draft.note = "over"
            if event.channel != "web":
                draft.update(channel=event.channel)
                draft.say("welcome")
                draft.say("nothing-open")
                draft.kind = "reply"


def tapped(draft: Draft, event: Tapped) -> None:
    """An answer by button. Stale, repeated and foreign taps change nothing."""
    prompt = draft.state.prompt
    own = prompt is not None and prompt.step.startswith("!")
    if prompt is None or event.visit != prompt.visit or (draft.state.status == "held" and not own):
        if not retrace.tapped_again(draft, event.option, event.visit, event.channel):
            draft.note = "stale"
        return
    label = prompt.label_of(event.option)
    if label is None:
        draft.note = "not offered"
        return
    if own:
        # An answer to an own question ("shall we delete?") neither wakes what is over nor takes it from a person.
        draft.update(channel=moves.place(event.channel))
    else:
        draft.update(channel=moves.place(event.channel), status="asking", outcome=None)
    if event.option.startswith("!"):
        replies.own_option(draft, event.option, label)
        return
    step = draft.flow.step(prompt.step)
    if isinstance(step, Choose):
        _chosen(draft, prompt, step, event, label)
    elif isinstance(step, Ask):
        asking.answered(draft, step, event.option, event.channel)
    else:
        draft.note = "not offered"


def _chosen(draft: Draft, prompt: Prompt, step: Choose, event: Tapped, label: str) -> None:
    option = step.option(event.option)
    if option is None:
        draft.note = "not offered"
    elif prompt.several:
        several.toggle(draft, prompt, step, option.id)
    else:
        verbatim = draft.state.pending_text or label
        moves.accept(draft, option, label=label, verbatim=verbatim, channel=event.channel)


def unreachable(draft: Draft, event: Unreachable) -> None:
    """A channel is gone for good: say it on another one, or end in peace."""
    draft.note = "unreachable"
    if draft.state.channel != event.channel or draft.state.status not in ("asking", "snoozed"):
        return
    draft.proactive = True
    if draft.scene.push_channel() is None or draft.state.prompt is None:
        draft.finish("unreachable")
        return
    moves.introduce(draft)
    moves.repeat(draft)


def bought(draft: Draft) -> None:
    """The goal is reached: everything pending stops, and nothing is said."""
    draft.note = "bought"
    draft.drop_pending(BOUGHT)
    if draft.state.status == "ended":
        _leave_nothing_open(draft)
        return
    draft.finish(BOUGHT)


def happened(draft: Draft, event: Happened) -> None:
    """The shop reports something. It matters to a conversation that waits for just this."""
    if not ways.awaits(draft, event.kind):
        draft.note = "not waited for"
        return
    draft.proactive = True
    draft.note = "waited for"
    draft.cancel_timers()
    enter.go_on(draft, ways.after_rest(draft, happened=True))


def cancelled(draft: Draft, event: Cancelled) -> None:
    """End without a word."""
    draft.note = "cancelled"
    draft.drop_pending(event.outcome)
    if draft.state.status == "ended":
        _leave_nothing_open(draft)
        return
    draft.finish(event.outcome)


def _leave_nothing_open(draft: Draft) -> None:
    """What ended in silence has kept its question for a late answer; now there is nothing to answer any more."""
    draft.cancel_timers()
    draft.close_question(None)
    draft.update(interrupted=None)


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
    draft.put_aside()
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
    step_id, interrupted, outcome = draft.state.step, draft.state.interrupted, draft.state.outcome
    draft.close_question(None)
    draft.update(status="asking", held_by=None, interrupted=None)
    step = draft.flow.step(step_id) if step_id else None
    if interrupted is not None:
        draft.say("back")
        replies.ask_again(draft, interrupted)
    elif outcome is not None:
        draft.finish(outcome)
    elif step_id is None:
        draft.update(status="waiting")
        enter.run(draft, draft.flow.definition.start)
    elif isinstance(step, Handover) and step.next is not None:
        enter.run(draft, step.next)
    elif isinstance(step, Wait):
        enter.run(draft, step_id)
    else:
        draft.finish("answered")
