"""Our engine alone: the five turns as they are decided, nothing stored and nothing sent."""

from datetime import UTC, datetime

from bot.library import Library, build_flow
from flows.codec import decode_state, encode_state
from flows.definition.flow import Flow
from flows.engine import advance, begin
from flows.events import Commanded, Event, Started, Tapped
from flows.rehearsal.stage import Stage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANSWERS = ("reviews", "opinions", "yes")


def shipped() -> Flow:
    """The shipped flow."""
    return build_flow(Library().load_flow("barriers"), version=1)


def survey(flow: Flow, surveys: int, *, as_json: bool) -> None:
    """So many surveys; with `as_json` the state is written and read back between all turns, as storage does."""
    scene = Stage().scene(flow.catalogue)
    for seed in range(surveys):
        state = begin(flow, language="en", seed=seed)
        for what in (Started("telegram"), Commanded("help", "telegram"), *ANSWERS):
            prompt = state.prompt
            event: Event = Tapped(what, prompt.visit if prompt else 0, "telegram") if isinstance(what, str) else what
            state = advance(flow, state, event, scene, NOON).state
            if as_json:
                state = decode_state(encode_state(state))
        assert state.outcome == "helped"
