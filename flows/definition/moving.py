"""A live conversation on a new version of its flow: whether it can go on there, and its state rewritten for it.

Names are the author's mapping, `old step -> new step`; a step that is not named keeps its name. Nothing is said by a
move: the message that was sent stays, its buttons keep their ids and words, and timers ring when they would have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from flows.answers import Answer
from flows.definition.flow import Flow
from flows.definition.graph import links_of, reachable
from flows.definition.meaning import lost, referred
from flows.definition.steps import Choose, Handover, Question, Step, Wait
from flows.messages import Button, Prompt
from flows.state import State

Names = Mapping[str, str]
"""The author's mapping: old step -> new step."""

Verdict = Literal["safe", "needs_mapping", "must_finish"]
"""`safe`: can be moved as it is; `needs_mapping`: once the author says where; `must_finish`: on its own version."""

VERDICTS: Final[tuple[Verdict, ...]] = ("safe", "needs_mapping", "must_finish")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a conversation cannot simply be moved, in a sentence; `step` is the one of the old version it is about."""

    verdict: Verdict
    step: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a conversation can be moved. Without obstacles it is safe."""

    obstacles: tuple[Obstacle, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of the obstacles."""
        return max((one.verdict for one in self.obstacles), key=VERDICTS.index, default="safe")

    @property
    def reasons(self) -> tuple[str, ...]:
        """What stands against it: the sentences that its verdict comes from."""
        return tuple(dict.fromkeys(one.sentence for one in self.obstacles if one.verdict == self.verdict))


def judge(old: Flow, new: Flow, state: State, names: Names | None = None) -> Judgement:
    """Whether this live conversation of `old` can go on in `new`. Pure, and the same for the same state."""
    return Judgement(tuple(_obstacles(old, new, state, names or {})))


def judge_step(old: Flow, new: Flow, step_id: str, names: Names | None = None) -> Judgement | None:
    """The same for anybody who stands at this step and has answered nothing yet; None where nobody can stand."""
    state = _standing_at(old, step_id)
    return judge(old, new, state, names) if state is not None else None


def moved(new: Flow, state: State, names: Names | None = None) -> State:
    """The state of a conversation that `judge` calls safe, on the new version. Its turn does not count on."""
    known = names or {}
    prompt = state.prompt
    if prompt is not None and not prompt.step.startswith("!"):
        prompt = replace(prompt, step=known.get(prompt.step, prompt.step))
    return replace(
        state,
        version=new.version,
        step=_renamed(state.step, known),
        interrupted=_renamed(state.interrupted, known),
        prompt=prompt,
        answers=tuple(replace(answer, step=known.get(answer.step, answer.step)) for answer in state.answers),
    )


def _renamed(step_id: str | None, names: Names) -> str | None:
    return step_id if step_id is None else names.get(step_id, step_id)


def _obstacles(old: Flow, new: Flow, state: State, names: Names) -> Iterator[Obstacle]:
    if state.language not in new.definition.languages:
        sentence = f"the new version does not speak {state.language!r}"
        yield Obstacle("must_finish", state.step, sentence)
    steps = dict.fromkeys((state.step, state.interrupted, *(answer.step for answer in state.answers)))
    places = [step_id for step_id in steps if step_id is not None]
    for step_id in places:
        yield from _kind(old, new, step_id, names)
    prompt = state.prompt
    if prompt is not None and not prompt.step.startswith("!"):
        if prompt.step not in places:
            yield from _kind(old, new, prompt.step, names)
        yield from _open_question(old, new, prompt, names)
    elif prompt is not None and state.answers:
        # A question of Holdback's own may be about the last answer: which of several barriers weighs most.
        last = state.answers[-1]
        asked = Prompt(last.step, last.visit, tuple(Button(one, one) for one in (last.value or "").split()))
        yield from _open_question(old, new, asked, names)
    if state.status == "resting" and state.step is not None:
        yield from _pause(old, new, state.step, names)
    yield from _looked_at(old, new, state, names)


def _kind(old: Flow, new: Flow, step_id: str, names: Names) -> Iterator[Obstacle]:
    """The step must be there, and be of the same kind."""
    before, after = old.definition.steps.get(step_id), _counterpart(new, step_id, names)
    if before is None or after is None:
        sentence = f"the step {step_id!r} is gone; say which one takes its place: {step_id}=NEW"
        yield Obstacle("needs_mapping", step_id, sentence)
    elif before.kind != after.kind:
        there = f"{names[step_id]!r}, which takes its place," if step_id in names else "the new one"
        sentence = f"the step {step_id!r} was of kind {before.kind}, and {there} is of kind {after.kind}"
        yield Obstacle("must_finish", step_id, sentence)


def _open_question(old: Flow, new: Flow, prompt: Prompt, names: Names) -> Iterator[Obstacle]:
    """Every answer that can be tapped must still be there, and mean the same."""
    before, after = old.definition.steps.get(prompt.step), _counterpart(new, prompt.step, names)
    if not isinstance(before, Question) or after is None or before.kind != after.kind:
        return
    shown = [button.option for button in prompt.buttons if not button.option.startswith("!")]
    for change in lost(before, after, shown):
        # Who has said where to go has been heard: what does not fit there either can only end where it is.
        yield _changed(prompt.step, change, names)


def _pause(old: Flow, new: Flow, step_id: str, names: Names) -> Iterator[Obstacle]:
    """What is waited for must still be waited for."""
    before, after = old.definition.steps.get(step_id), _counterpart(new, step_id, names)
    if not isinstance(before, Wait) or not isinstance(after, Wait):
        return
    was, becomes = (one.event.happens if one.event else None for one in (before, after))
    if was != becomes:
        change = f"waits for {_awaited(becomes)} instead of {_awaited(was)}"
        yield _changed(step_id, change, names)


def _awaited(event: str | None) -> str:
    return event.replace("_", " ") if event else "a moment"


def _changed(step_id: str, change: str, names: Names) -> Obstacle:
    if step_id in names:
        return Obstacle("must_finish", step_id, f"{names[step_id]!r}, in place of {step_id!r}, {change}")
    sentence = f"the step {step_id!r} {change}; say which one takes its place: {step_id}=NEW"
    return Obstacle("needs_mapping", step_id, sentence)


def _looked_at(old: Flow, new: Flow, state: State, names: Names) -> Iterator[Obstacle]:
    """Every answer that a branch ahead looks at must be one that they gave, could have given, or will be asked for."""
    if not any(True for _ in referred(new.definition, new.definition.steps)):
        return
    here = [one for one in (_renamed(state.interrupted, names), _renamed(state.step, names)) if one is not None]
    ahead = reachable(links_of(new.definition), here or [new.definition.start])
    for step_id, options in referred(new.definition, ahead):
        former = {one for one in old.definition.steps if names.get(one, one) == step_id}
        if not former and step_id not in ahead:
            sentence = f"the way on looks at the answer to {step_id!r}, which they were never asked"
            yield Obstacle("must_finish", state.step, sentence)
        target = new.definition.steps.get(step_id)
        for answer in state.answers:
            if answer.step in former and options and _is_gone(answer, target):
                sentence = f"the way on looks at their answer {answer.value!r} to {answer.step!r}, which is gone"
                yield Obstacle("must_finish", answer.step, sentence)


def _is_gone(answer: Answer, target: Step | None) -> bool:
    """Whether one of the options chosen (several stand side by side) is not there any more."""
    chosen = (answer.value or "").split()
    return isinstance(target, Choose) and any(target.option(option) is None for option in chosen)


def _counterpart(new: Flow, step_id: str, names: Names) -> Step | None:
    return new.definition.steps.get(names.get(step_id, step_id))


def _standing_at(old: Flow, step_id: str) -> State | None:
    step = old.step(step_id)
    state = State(old.name, old.version, old.definition.languages[0], seed=1, step=step_id, turn=1)
    if isinstance(step, Question):
        options = step.options if isinstance(step, Choose) else ()
        prompt = Prompt(step_id, 1, tuple(Button(option.id, option.id) for option in options))
        return replace(state, status="asking", prompt=prompt)
    if isinstance(step, Wait):
        return replace(state, status="resting")
    return replace(state, status="held") if isinstance(step, Handover) else None
