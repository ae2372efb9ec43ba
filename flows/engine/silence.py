"""Timers: the first wait, the silence ladder, and a question that was put off."""

from flows.definition.steps import Question, Rung
from flows.engine import enter, moves, ways
from flows.engine.draft import Draft
from flows.events import TimerFired


def timer_fired(draft: Draft, event: TimerFired) -> None:
    """A timer is due. One that was set before the conversation moved on changes nothing."""
    if draft.state.timer != (event.name, event.turn):
        draft.note = "stale timer"
        return
    draft.update(timer=None)
    draft.proactive = True
    match event.name:
        case "start" if draft.state.status == "waiting":
            _start(draft)
        case "silence" if draft.state.status == "asking":
            _climb(draft)
        case "snooze" if draft.state.status in ("snoozed", "asking"):
            # Also when they have looked in meanwhile without answering: no other timer is left to end this.
            draft.update(status="asking")
            draft.note = "asked after a pause"
            if draft.scene.push_channel() is None:
                draft.finish("unreachable")
            else:
                moves.repeat(draft)
        case ways.WAIT if draft.state.status == "resting":
            draft.note = "went on"
            enter.go_on(draft, ways.after_rest(draft, happened=False))
        case _:
            draft.note = "stale timer"


def _start(draft: Draft) -> None:
    if draft.scene.full:
        draft.finish("cancelled")
        draft.note = "enough answers"
        return
    channel = draft.scene.push_channel()
    if channel is None:
        draft.finish("unreachable")
        draft.note = "nobody to write to"
        return
    draft.update(channel=channel)
    draft.note = "started"
    enter.run(draft, draft.flow.definition.start)


def _climb(draft: Draft) -> None:
    """The question stayed unanswered: take the next rung of the ladder that applies."""
    prompt = draft.state.prompt
    step = draft.flow.step(prompt.step) if prompt is not None and not prompt.step.startswith("!") else None
    if isinstance(step, Question) and step.silent is not None:
        draft.close_question(None)
        draft.note = "went on in silence"
        enter.go_on(draft, step.silent.next)
        return
    if prompt is None or step is None or (isinstance(step, Question) and step.optional):
        draft.finish("answered" if draft.state.answers else "silent")
        draft.note = "left in peace"
        return
    ladder = draft.flow.definition.silence
    rung = ladder[draft.state.rung] if draft.state.rung < len(ladder) else None
    draft.update(rung=draft.state.rung + 1)
    if rung is None or rung.do == "end":
        draft.finish("answered" if draft.state.answers else "silent")
        draft.note = "left in peace"
        return
    _write_again(draft, rung)


def _write_again(draft: Draft, rung: Rung) -> None:
    reach, here = draft.scene.reach, draft.state.channel
    channel = draft.scene.push_channel(here) if rung.do == "remind" else ("email" if reach.is_open("email") else None)
    pointless = rung.do == "email" and here == "email"
    if channel is None or pointless:
        draft.note = "nothing to write"
        draft.update(rung=draft.state.rung)
        _wait_for_next(draft)
        return
    draft.update(channel=channel)
    draft.kind = "reminder"
    if rung.do == "remind":
        draft.note = "reminded"
        moves.repeat(draft, "remind")
    else:
        draft.note = "went to email"
        moves.introduce(draft)
        moves.repeat(draft)


def _wait_for_next(draft: Draft) -> None:
    ladder = draft.flow.definition.silence
    if draft.state.rung < len(ladder):
        draft.set_timer("silence", ladder[draft.state.rung].after)
    else:
        draft.finish("silent")
