"""Our engine alone: turns as they are decided, nothing stored and nothing sent.

Two conversations: the shipped flow with its eleven options, an offer and a command, and `five`: just what the peers do,
five questions with four answers each.
"""

from dataclasses import replace
from datetime import UTC, datetime

from bot.library import Library, build_flow
from flows.codec import decode_state, encode_state
from flows.definition.flow import Flow
from flows.definition.sources import TextSource
from flows.engine import advance, begin
from flows.events import Commanded, Event, Started, Tapped
from flows.rehearsal.stage import Stage
from tests.bench.updates import TURNS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MANY = 8
"""So many times the surveys of the peers are played of the five questions."""
ANSWERS = ("reviews", "opinions", "yes")


def shipped() -> Flow:
    """The shipped flow."""
    return build_flow(Library().load_flow("barriers"), version=1)


def five() -> Flow:
    """Five questions with four answers each."""
    sources = Library().load_flow("barriers")
    steps, texts = "", "subject = A question\npreheader = One tap\nthanks = Thank you.\n"
    for number in range(1, TURNS + 1):
        following = f"q{number + 1}" if number < TURNS else "thanks"
        options = "".join(f"      - {{id: a{row}, next: {following}}}\n" for row in range(4))
        steps += f"  q{number}:\n    kind: choose\n    options:\n{options}"
        labels = "".join(f"    .a{row} = Answer {row}\n" for row in range(4))
        texts += f"q{number} = Question {number}: what held you back?\n{labels}"
    written = (
        f"flow: five\nformat: 1\nlanguages: [en]\nquestions: {TURNS}\nstart: q1\n"
        f"silence: [{{after: 24h, do: end}}]\nsteps:\n{steps}  thanks: {{kind: end, outcome: answered}}\n"
    )
    english = (TextSource("flow", "en.ftl", texts), *sources.texts["en"][1:])
    return build_flow(replace(sources, definition=written, texts={"en": english}, faq=()), version=1)


def five_turns(flow: Flow, surveys: int) -> None:
    """So many surveys of five turns: the start, and four answers by button."""
    scene = Stage().scene(flow.catalogue)
    for seed in range(surveys):
        state = advance(flow, begin(flow, language="en", seed=seed), Started("telegram"), scene, NOON).state
        for _ in range(TURNS - 1):
            assert state.prompt is not None
            state = advance(flow, state, Tapped("a1", state.prompt.visit, "telegram"), scene, NOON).state
        assert len(state.answers) == TURNS - 1


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
