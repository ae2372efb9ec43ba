"""Branches, splits and waits: which way the flow goes without asking."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.audience.profile import Fact, Profile
from flows.definition.when import When
from flows.engine import ways
from flows.engine.draft import Draft
from flows.events import Said, Started, Tapped, TimerFired
from flows.rehearsal.session import Session, rehearse
from tests.flows.test_transcripts import flow

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def talked(seed: int, *said: str) -> Session:
    """The flow of all kinds after its first answer `price`, and these words."""
    session, _ = rehearse(flow("kinds"), language="en", seed=seed).play(Started("telegram"))
    assert session.state.prompt is not None
    session, _ = session.play(Tapped("price", session.state.prompt.visit, "telegram"))
    for words in said:
        session, _ = session.play(Said(words, "telegram"))
    return session


def test_a_split_sends_about_its_shares_each_way_and_everybody_always_the_same() -> None:
    went = [talked(seed, "12").state.step for seed in range(300)]
    assert went[:20] == [talked(seed, "12").state.step for seed in range(20)]
    counted = Counter("grade" if step == "grade" else "gift" for step in went)
    assert 110 < counted["grade"] < 190  # 150 with a standard deviation of 8.7


@pytest.mark.parametrize(
    ("document", "holds"),
    [
        ({"answered": {"step": "barrier"}}, True),
        ({"answered": {"step": "barrier", "option": "price"}}, True),
        ({"answered": {"step": "barrier", "option": ["timing", "shipping"]}}, False),
        ({"answered": {"step": "guests", "at_least": 12, "at_most": 12}}, True),
        ({"answered": {"step": "guests", "at_least": 13}}, False),
        ({"answered": {"step": "barrier", "at_least": 1}}, False),
        ({"answered": {"step": "grade"}}, False),
        ({"barrier": ["timing", "price"]}, True),
        ({"main_barrier": "timing"}, False),
        ({"channel": "telegram", "language": "en"}, True),
        ({"channel": "telegram", "language": "cs"}, False),
        ({"any": [{"channel": "web"}, {"language": "en"}]}, True),
        ({"all": [{"channel": "web"}, {"language": "en"}]}, False),
        ({"not": {"channel": "web"}}, True),
        ({"prospect": {"country": "HU"}}, True),
        ({"prospect": {"country": "CZ"}}, False),
        ({"prospect": {"bought": "never"}, "channel": "telegram"}, True),
    ],
)
def test_a_condition_holds_when_everything_it_names_holds(document: dict[str, object], holds: bool) -> None:
    session = talked(1, "12")
    scene = replace(session.scene, profile=Profile(facts={"country": Fact("HU", "csv", NOW)}))
    assert ways.met(Draft(session.flow, session.state, scene, NOW), When.model_validate(document)) is holds


def test_nothing_holds_of_a_prospect_who_is_not_known() -> None:
    session = talked(1)
    draft = Draft(session.flow, session.state, session.scene, NOW)
    assert not ways.met(draft, When.model_validate({"prospect": {"country": "HU"}}))


def test_a_timer_of_a_wait_that_is_over_changes_nothing() -> None:
    session, _ = rehearse(flow("kinds"), language="en").play(Started("telegram"))
    assert session.state.prompt is not None
    session, turn = session.play(Tapped("timing", session.state.prompt.visit, "telegram"))
    session, _ = session.play(Said("stop", "telegram"))
    _, turn = session.play(TimerFired("wait", 2))
    assert turn.note == "stale timer" and not turn.effects
