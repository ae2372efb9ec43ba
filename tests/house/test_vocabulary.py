"""Every kind of step, event and effect says what it means, and happens in a golden transcript."""

from dataclasses import dataclass, field
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.library import Library, build_flow
from flows.definition.flow import Flow
from flows.definition.steps import Step
from flows.effects import Effect, Say
from flows.engine import enter
from flows.events import Event, TimerFired
from flows.messages import MessageKind
from flows.rehearsal.session import rehearse
from flows.rehearsal.transcript import parse_transcript, take
from flows.words import BARRIERS, CHANNELS, LANGUAGES, Outcome

pytestmark = pytest.mark.xdist_group("vocabulary")  # every transcript is played once, by one worker

TRANSCRIPTS_OF = Path(__file__).parents[1] / "flows" / "transcripts"
TRANSCRIPTS = sorted(TRANSCRIPTS_OF.glob("*.yaml"))
STEPS: tuple[type, ...] = get_args(get_args(Step)[0])
EVENTS: tuple[type, ...] = get_args(Event)
EFFECTS: tuple[type, ...] = get_args(Effect)

BEFORE_ANY_TURN = {"never_contacted"}
"""The outcome of a conversation that has no turns."""


@dataclass
class Happened:
    """What all transcripts together have shown."""

    steps: set[str] = field(default_factory=set)
    events: set[type] = field(default_factory=set)
    effects: set[type] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    outcomes: set[str | None] = field(default_factory=set)
    barriers: set[str | None] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)


@cache
def flow(name: str) -> Flow:
    return build_flow(Library(TRANSCRIPTS_OF.parent / "flows").load_flow(name), version=1)


@pytest.fixture(scope="module")
def happened() -> Happened:
    """All transcripts, played once."""
    seen = Happened()
    entered = enter.enter

    def note(draft: Any, step_id: str) -> str | None:
        seen.steps.add(draft.flow.step(step_id).kind)
        return entered(draft, step_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enter, "enter", note)  # still the engine's own: it is only listened to
        for file in TRANSCRIPTS:
            play(file, seen)
    return seen


def play(file: Path, seen: Happened) -> None:
    told = parse_transcript(file.read_text("utf-8"), file.name)
    session = rehearse(
        flow(told.flow), language=told.language, seed=told.seed, arm=told.arm, stage=told.stage, start=told.start
    )
    for step in told.steps:
        seen.events.add(TimerFired if step.act.wait else type(step.act.event(session.state)))
        session, turns = take(session, step.act)
        for turn, _ in turns:
            seen.effects |= {type(effect) for effect in turn.effects}
            seen.outcomes.add(turn.state.outcome)
            seen.barriers.add(turn.state.main_barrier)
            says = [effect for effect in turn.effects if isinstance(effect, Say)]
            seen.messages |= {say.message.kind for say in says}
            seen.channels |= {say.channel for say in says}
            seen.languages |= {say.message.language for say in says}


@pytest.mark.parametrize("kind", [*STEPS, *EVENTS, *EFFECTS], ids=lambda kind: str(kind.__name__))
def test_every_kind_says_what_it_means(kind: type) -> None:
    said = cleandoc(kind.__doc__ or "")
    # A dataclass without words of its own is given its signature.
    assert said and not said.startswith(f"{kind.__name__}("), f"{kind.__name__} needs a docstring"


def test_every_kind_of_step_is_entered_in_a_transcript(happened: Happened) -> None:
    kinds = {get_args(kind.__annotations__["kind"])[0] for kind in STEPS}
    assert kinds == happened.steps


def test_every_kind_of_event_happens_in_a_transcript(happened: Happened) -> None:
    assert set(EVENTS) == happened.events


def test_every_kind_of_effect_is_led_to_in_a_transcript(happened: Happened) -> None:
    assert set(EFFECTS) == happened.effects


def test_every_kind_of_message_is_said_in_a_transcript(happened: Happened) -> None:
    assert set(get_args(MessageKind)) == happened.messages


def test_every_outcome_barrier_channel_and_language_is_in_a_transcript(happened: Happened) -> None:
    assert set(get_args(Outcome)) - happened.outcomes == BEFORE_ANY_TURN
    assert set(BARRIERS) <= happened.barriers
    assert set(CHANNELS) == happened.channels
    assert set(LANGUAGES) == happened.languages
