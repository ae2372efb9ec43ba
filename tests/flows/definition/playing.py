"""A flow played at random, to see whether it breaks: it raises, asks more than promised, says nothing, never ends."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from flows.audience.profile import Fact, Profile
from flows.definition.flow import Flow
from flows.definition.problems import shown
from flows.effects import Give, Say, Supersede
from flows.events import Bought, Commanded, Event, Happened, Opened, Said, StaffReleased, Started, Tapped
from flows.rehearsal.session import Session, rehearse
from flows.rehearsal.stage import Stage
from flows.turn import Turn

TURNS: Final = 14
MOST_ALARMS: Final = 40
"""A conversation that is left alone is over before so many timers have fired."""

PHRASES: Final = (
    "too expensive",
    "12",
    "the shipping costs too much",
    "qwertz",
    "maybe later",
    "person",
    "my wife decides and I do not trust it",
    "alex@shop.example",
    "4",
    "no",
)
STAFF: Final = "agent@shop.example"


@dataclass
class _Seen:
    """What one conversation has asked so far, and at which visits."""

    asked: dict[str, int] = field(default_factory=dict)


def harm(flow: Flow, seeds: range) -> str | None:
    """What went wrong in random conversations, one for each seed, in turn in every language; None when nothing did."""
    languages = flow.definition.languages
    for seed in seeds:
        for language in languages:
            try:
                found = next(_wrongs(flow, language, seed), None)
            except Exception as error:  # noqa: BLE001 - whatever is raised is what is looked for
                found = f"raises {type(error).__name__}: {shown(str(error), 120)}"
            if found:
                return f"{found} ({language}, seed {seed})"
    return None


def _wrongs(flow: Flow, language: str, seed: int) -> Iterator[str]:
    rng = random.Random(seed)
    stage = Stage(
        shelf=rng.choice([None, None, ()]),
        email=rng.choice(["open", "none"]),
        product=rng.random() < 0.7,
        first=rng.choice(["telegram", "email"]),
    )
    session = rehearse(flow, language=language, seed=seed, stage=stage)
    country = Fact(rng.choice(["HU", "CZ"]), "csv", session.now)
    profile = Profile(known_since=session.now, facts={"country": country})
    session = replace(session, scene=replace(session.scene, profile=profile))
    seen = _Seen()
    session, turn = session.play(Started(rng.choice(["telegram", "web", "email"])))
    yield from _of_turn(flow, seen, turn)
    for _ in range(TURNS):
        session, turn = _move(rng, session)
        yield from _of_turn(flow, seen, turn)
    yield from _left_alone(flow, session, seen)


def _move(rng: random.Random, session: Session) -> tuple[Session, Turn]:
    prompt, alarm = session.state.prompt, session.next_alarm()
    own = [button.option for button in prompt.buttons if not button.option.startswith("!")] if prompt else []
    roll = rng.random()
    event: Event
    if prompt and own and roll < 0.5:
        event = Tapped(rng.choice(own), prompt.visit, rng.choice(["telegram", "web", "email"]))
    elif alarm and roll < 0.65:
        return session.ring(alarm)
    elif prompt and prompt.buttons and roll < 0.72:
        event = Tapped(rng.choice(prompt.buttons).option, prompt.visit, "telegram")
    else:
        events: list[Event] = [
            *(Said(phrase, "telegram") for phrase in PHRASES),
            *(Said(rng.choice(PHRASES), "web") for _ in range(3)),
            Opened("web"),
            Happened("viewed"),
            StaffReleased(STAFF),
            Commanded("help", "telegram"),
            Commanded("forget", "telegram"),
            Commanded("language", "telegram", rng.choice(["cs", "ar", None])),
            *([Bought("order-1")] if roll > 0.97 else []),
        ]
        event = rng.choice(events)
    return session.play(event)


def _of_turn(flow: Flow, seen: _Seen, turn: Turn) -> Iterator[str]:
    for effect in turn.effects:
        if isinstance(effect, Supersede):
            seen.asked = {step: visit for step, visit in seen.asked.items() if visit < effect.visit}
        if isinstance(effect, Say):
            yield from _of_message(effect, turn)
            prompt = effect.message.prompt
            if prompt is not None and not prompt.step.startswith("!"):
                seen.asked[prompt.step] = prompt.visit
    if len(seen.asked) > flow.definition.questions:
        yield f"asks {len(seen.asked)} questions: {', '.join(seen.asked)}"
    if turn.state.status in ("asking", "snoozed") and turn.state.timer is None:
        yield "waits for an answer for ever"


def _of_message(say: Say, turn: Turn) -> Iterator[str]:
    message = say.message
    if not message.paragraphs or not all(paragraph.strip() for paragraph in message.paragraphs):
        yield "says nothing"
    if len(message.text) > 4096:
        yield f"says {len(message.text)} characters at once"
    buttons = message.prompt.buttons if message.prompt else ()
    if len({button.option for button in buttons}) != len(buttons) or not all(one.label.strip() for one in buttons):
        yield "shows buttons that cannot be told apart"
    given = [effect for effect in turn.effects if isinstance(effect, Give) and effect.code]
    if any(effect.code and effect.code not in message.text for effect in given):
        yield "gives a code and does not say it"


def _left_alone(flow: Flow, session: Session, seen: _Seen) -> Iterator[str]:
    if session.state.status == "held":
        session, turn = session.play(StaffReleased(STAFF))
        yield from _of_turn(flow, seen, turn)
    for _ in range(MOST_ALARMS):
        alarm = session.next_alarm()
        if alarm is None:
            break
        session, turn = session.ring(alarm)
        yield from _of_turn(flow, seen, turn)
    if session.next_alarm() is not None or session.state.status not in ("ended", "held"):
        yield f"never ends: it is left {session.state.status}"
