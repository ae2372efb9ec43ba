"""What may be changed is exactly what a tap on an earlier question's button changes, wherever a conversation stands."""

from collections.abc import Iterator
from functools import cache

import pytest

from bot.library import Library, build_flow
from flows.answers import Answer
from flows.definition.flow import Flow
from flows.definition.steps import Ask, Choose
from flows.engine import advance, retrace
from flows.events import Tapped
from flows.rehearsal.session import Session, rehearse
from flows.rehearsal.transcript import parse_transcript, take
from tests.flows.sampling import FLOWS, TRANSCRIPTS

TOLD = (
    "back", "change-after-the-end", "change-by-old-button", "change-not-after-stop", "correction", "delete-while-held",
    "kinds-number-and-rating", "kinds-several", "other-in-own-words", "purchase-in-the-middle", "put-right-by-staff",
    "silence-ladder", "staff-takes-over",
)  # fmt: skip


@cache
def flow(name: str) -> Flow:
    return build_flow(Library(FLOWS).load_flow(name), version=1)


def played(name: str) -> Iterator[Session]:
    """The conversation after each of its steps."""
    told = parse_transcript((TRANSCRIPTS / f"{name}.yaml").read_text("utf-8"), name)
    session = rehearse(flow(told.flow), language=told.language, seed=told.seed, arm=told.arm, stage=told.stage)
    for step in told.steps:
        session, _ = take(session, step.act)
        yield session


def thinkable(session: Session, answer: Answer) -> Iterator[str]:
    step = session.flow.step(answer.step)
    if isinstance(step, Choose):
        yield from ("nonsense", "!stop", *(option.id for option in step.options))
    if isinstance(step, Ask):
        yield from (str(number) for number in range(1, step.scale + 1))


@pytest.mark.parametrize("name", TOLD)
def test_what_is_offered_to_be_changed_is_what_an_old_button_changes(name: str) -> None:
    for session in played(name):
        state, scene, now = session.state, session.scene, session.now
        offered = retrace.changeable(session.flow, state, scene, now)
        said = {(answer.visit, button.option) for answer, buttons in offered for button in buttons}
        taps = {(answer.visit, option) for answer in state.answers for option in thinkable(session, answer)}
        does = {tap for tap in taps if _changes(session, *tap)}
        assert said == does


def _changes(session: Session, visit: int, option: str) -> bool:
    event = Tapped(option, visit, "web")
    return advance(session.flow, session.state, event, session.scene, session.now).note == "changed"


def test_some_of_these_conversations_can_be_changed_and_some_cannot() -> None:
    counts = {name: [bool(retrace.changeable(s.flow, s.state, s.scene, s.now)) for s in played(name)] for name in TOLD}
    assert counts["change-by-old-button"][-1] and counts["change-after-the-end"][-1]
    assert not counts["change-not-after-stop"][-1] and not all(counts["staff-takes-over"][2:])
