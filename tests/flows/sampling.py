"""States and published flows as they are written today, kept for ever: `python -m tests.flows.sampling`.

Who changes the shape of `State` writes the next samples with it, and commits them with the change: whatever a shop has
in its database was written like one of them. Samples that are there are never rewritten.
"""

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.library import Library, build_flow
from flows.codec import decode_state, encode_state
from flows.definition.sources import FlowSources
from flows.engine import begin
from flows.events import Cancelled, Commanded, Event, Opened, Said, StaffReleased, StaffTook, Tapped, TimerFired
from flows.rehearsal.session import rehearse
from flows.rehearsal.transcript import parse_transcript, take
from flows.state import State

FOLDER = Path(__file__).parent / "samples"
TRANSCRIPTS = Path(__file__).parent / "transcripts"
FLOWS = Path(__file__).parent / "flows"
SPOKEN = ("en", "ar")
"""The languages kept of a published flow."""
SAMPLED = ("barriers", "kinds")
"""The flows that are kept, with states of their conversations."""


def shape() -> Any:
    """What a state is made of, down to the last field: types and defaults, without the words about them."""
    return _bare(TypeAdapter(State).json_schema())


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(one) for name, one in sorted(value.items()) if name not in ("description", "title")}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def files(kind: str) -> list[Path]:
    """The samples of a kind (`states` or `published`), oldest first."""
    return sorted(FOLDER.glob(f"{kind}-*.json"), key=lambda file: int(file.stem.rpartition("-")[2]))


def published(name: str) -> FlowSources:
    """A flow as it would be published now, in some of its languages."""
    whole = Library(FLOWS).load_flow(name)
    texts = {language: whole.texts[language] for language in SPOKEN if language in whole.texts}
    return FlowSources(whole.definition, whole.catalogue, texts, whole.definition_place, whole.catalogue_place)


@cache
def kept() -> tuple[State, ...]:
    """The states of the newest samples."""
    told = json.loads(files("states")[-1].read_text("utf-8"))["states"]
    return tuple(decode_state(json.dumps(document)) for document in told.values())


@cache
def kept_flow(name: str) -> FlowSources:
    """A flow as it was published with the newest samples."""
    told = json.loads(files("published")[-1].read_text("utf-8"))
    return FlowSources.from_json(json.dumps(told[name]))


def states() -> dict[str, State]:
    """Some state of each kind, by where it comes from: each shows a field set that no earlier one shows."""
    found: dict[str, State] = {}
    shown: set[tuple[str, str]] = set()
    for name, state in _played():
        news = {(state.status, feature) for feature in _features(state)} - shown
        if news:
            shown |= news
            found[name] = state
    return found


def _played() -> Iterator[tuple[str, State]]:
    flows = {name: build_flow(Library(FLOWS).load_flow(name), version=1) for name in SAMPLED}
    yield "before", begin(flows["barriers"], language="en", seed=1)
    for file in sorted(TRANSCRIPTS.glob("*.yaml")):
        told = parse_transcript(file.read_text("utf-8"), file.name)
        if told.language not in SPOKEN or told.flow not in flows:
            continue
        session = rehearse(
            flows[told.flow], language=told.language, seed=told.seed, arm=told.arm, stage=told.stage, start=told.start
        )
        for number, step in enumerate(told.steps, start=1):
            session, _ = take(session, step.act)
            if session.state.language in SPOKEN:
                yield f"{file.stem} {number}", session.state


def _features(state: State) -> Iterator[str]:
    for field in fields(State):
        value = getattr(state, field.name)
        if field.default is MISSING or value != field.default:
            yield field.name
    if state.prompt is not None:
        yield state.prompt.step if state.prompt.step.startswith("!") else f"buttons {bool(state.prompt.buttons)}"


def events(state: State) -> list[Event]:
    """Something of every kind that can happen to this conversation."""
    prompt = state.prompt
    taps: list[Event] = [Tapped(one.option, prompt.visit, "telegram") for one in prompt.buttons] if prompt else []
    rings: list[Event] = [TimerFired(*state.timer)] if state.timer else []
    others: list[Event] = [
        Said("no, I meant the shipping", "web"), Said("12", "web"), Opened("telegram"), Commanded("help", "telegram"),
        Commanded("language", "web", "ar"), StaffTook("a@b.example"), StaffReleased("a@b.example"),
        Cancelled("cancelled"),
    ]  # fmt: skip
    return [*taps, *rings, *others]


def write() -> None:
    """Add the next samples: the states of today, and the flows that they belong to."""
    number = len(files("states")) + 1
    told = {name: json.loads(encode_state(state)) for name, state in states().items()}
    document = {"shape": shape(), "states": told}
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    (FOLDER / f"states-{number}.json").write_text(text + "\n", encoding="utf-8")
    sources = {name: json.loads(published(name).to_json()) for name in SAMPLED}
    text = json.dumps(sources, ensure_ascii=False, indent=1, sort_keys=True)
    (FOLDER / f"published-{number}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
