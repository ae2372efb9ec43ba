"""Several answers to one question: ticked one by one, or named in one sentence; and which of them weighs most."""

from dataclasses import replace

from flows.definition.steps import Choose, Option
from flows.effects import Repaint, Supersede
from flows.engine import moves
from flows.engine.draft import Draft
from flows.messages import Button, Prompt
from flows.words import FINAL_BARRIERS, Channel

MAIN, WEIGHS = "!which-most", "!main-"
"""The engine's own question which of several barriers weighs most, and what its options begin with."""

TICK = "✓ "


def toggle(draft: Draft, prompt: Prompt, step: Choose, option_id: str) -> None:
    """Tick an option, or take the tick away. One more than `most` is not ticked."""
    ticked = option_id in prompt.picks
    picks = tuple(one for one in prompt.picks if one != option_id) if ticked else (*prompt.picks, option_id)
    if step.most is not None and len(picks) > step.most:
        draft.note = "no more picks"
        return
    shown = replace(
        prompt, picks=picks, buttons=tuple(_ticked(draft, prompt, button, picks) for button in prompt.buttons)
    )
    draft.update(prompt=shown)
    draft.do(Repaint(shown))
    draft.note = "picked"


def _ticked(draft: Draft, prompt: Prompt, button: Button, picks: tuple[str, ...]) -> Button:
    if button.option.startswith("!"):
        return button
    label = draft.text(prompt.step, button.option)
    return Button(button.option, f"{TICK}{label}" if button.option in picks else label)


def done(draft: Draft, channel: Channel) -> None:
    """What is ticked is the answer; nothing ticked is none yet."""
    prompt = draft.state.prompt
    step = draft.flow.step(prompt.step) if prompt is not None else None
    if prompt is None or not isinstance(step, Choose):
        return
    if not prompt.picks:
        draft.say("pick-some")
        draft.kind = "reply"
        draft.note = "nothing picked"
        return
    options = [option for pick in prompt.picks if (option := step.option(pick)) is not None]
    labels = draft.listed(draft.text(prompt.step, option.id) for option in options)
    keep(draft, prompt.step, options, labels, labels, channel)


def keep(draft: Draft, step_id: str, options: list[Option], verbatim: str, labels: str, channel: Channel) -> None:
    """Keep these options as one answer; with more than one barrier among them, ask which weighs most."""
    barriers = tuple(dict.fromkeys(option.barrier for option in options if option.barrier))
    sub_code = next((option.sub_code for option in options if option.sub_code), None)
    moves.keep(draft, " ".join(option.id for option in options), barriers, verbatim, channel, sub_code)
    for option in options:
        if option.fact:
            moves.note(draft, option.fact.name, option.fact.value)
    draft.close_question(labels)
    draft.note = "answered"
    weighty = [option for option in options if option.barrier and option.barrier not in FINAL_BARRIERS]
    last = next((option for option in options if option.barrier in FINAL_BARRIERS), None)
    spent = draft.state.questions >= draft.flow.definition.questions
    if last is not None or len(weighty) < 2 or spent or not draft.flow.texts.has(draft.state.language, "which-most"):
        moves.follow(draft, last or (weighty or options)[0])
        return
    ask_main(draft, step_id, weighty)


def ask_main(draft: Draft, step_id: str, options: list[Option]) -> None:
    """Ask which of these barriers weighs most."""
    draft.say("which-most")
    buttons = tuple(Button(f"{WEIGHS}{option.id}", draft.text(step_id, option.id)) for option in options)
    draft.ask(Prompt(MAIN, draft.state.turn, buttons))


def ask_main_again(draft: Draft) -> None:
    """Ask anew which of the barriers of the last answer weighs most."""
    last = draft.state.answers[-1] if draft.state.answers else None
    step = draft.flow.step(last.step) if last is not None else None
    if last is None or not isinstance(step, Choose):
        return
    named = set((last.value or "").split(" "))
    draft.update(questions=max(0, draft.state.questions - 1))
    ask_main(draft, last.step, [option for option in step.options if option.id in named and option.barrier])


def weighs_most(draft: Draft, option_id: str, label: str) -> None:
    """This one weighs most: it comes first from now on, and the flow goes on with it."""
    prompt, last = draft.state.prompt, draft.state.answers[-1]
    step = draft.flow.step(last.step)
    option = step.option(option_id) if isinstance(step, Choose) else None
    if prompt is None or option is None or option.barrier is None:
        draft.note = "not offered"
        return
    barriers = (option.barrier, *(one for one in last.barriers if one != option.barrier))
    weighed = replace(last, visit=prompt.visit, barriers=barriers, answered_at=draft.now)
    draft.do(Supersede(last.visit))
    draft.update(answers=draft.state.answers[:-1])
    draft.keep_answer(weighed)
    draft.close_question(label)
    draft.note = "answered"
    moves.follow(draft, option)
