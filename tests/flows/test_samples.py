"""Whatever an earlier version wrote into a shop's database is read by this one: states, and published flows."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flows.codec import FORMAT, UPGRADES, decode_state, encode_state, upgraded
from flows.definition.build import rebuild_flow
from flows.definition.flow import Flow
from flows.definition.sources import FlowSources
from flows.errors import EngineMisuse
from flows.events import Opened
from flows.rehearsal.session import Session
from flows.rehearsal.stage import START, Stage
from flows.state import State
from tests.flows import sampling

STATES = sampling.files("states")
PUBLISHED = sampling.files("published")


@cache
def samples(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


@cache
def flows_of(file: Path) -> dict[str, Flow]:
    told = samples(file)
    return {name: rebuild_flow(FlowSources.from_json(json.dumps(one)), 1) for name, one in told.items()}


def holds(whole: Any, part: Any) -> bool:
    """Whether everything that was written is there; fields that came later may stand beside it."""
    if isinstance(part, dict):
        return all(name in whole and holds(whole[name], one) for name, one in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(holds(one, other) for one, other in zip(whole, part, strict=True))
    return bool(whole == part)


@pytest.mark.parametrize("file", STATES, ids=lambda file: str(file.stem))
def test_a_state_of_every_earlier_version_is_read_whole(file: Path) -> None:
    for name, document in samples(file)["states"].items():
        state = decode_state(json.dumps(document))
        written = upgraded(document["state"], document["format"], FORMAT, UPGRADES)
        again = json.loads(encode_state(state))["state"]
        assert holds(again, written), name


@pytest.mark.parametrize("number", range(len(STATES)), ids=lambda number: f"states-{number + 1}")
def test_a_conversation_of_every_earlier_version_goes_on(number: int) -> None:
    flows = flows_of(PUBLISHED[number])
    for document in samples(STATES[number])["states"].values():
        state = decode_state(json.dumps(document))
        flow = flows[state.flow]
        for event in sampling.events(state):
            session = Session(flow, state, Stage().scene(flow.catalogue), START)
            session, turn = session.play(event)
            assert turn.state.turn > state.turn
            session.wait(max((alarm.due - START for alarm in session.alarms), default=START - START))


@pytest.mark.parametrize("file", sorted(sampling.FOLDER.glob("*published-*.json")), ids=lambda file: str(file.stem))
def test_a_flow_published_by_every_earlier_version_can_be_played(file: Path) -> None:
    for flow in flows_of(file).values():
        session = Session(flow, State(flow.name, 1, "en", 1), Stage().scene(flow.catalogue), START)
        _, turn = session.play(Opened("telegram"))
        assert turn.state.prompt is not None


def test_every_status_stands_among_the_samples() -> None:
    states = [decode_state(json.dumps(one)) for one in samples(STATES[-1])["states"].values()]
    assert {state.status for state in states} == {"waiting", "asking", "held", "snoozed", "resting", "ended"}
    assert any(state.prompt and state.prompt.step.startswith("!") for state in states)


def test_a_state_of_another_shape_comes_with_new_samples() -> None:
    """When this fails, State has changed: run `python -m tests.flows.sampling`, and commit what it writes with it."""
    assert samples(STATES[-1])["shape"] == sampling.shape(), "run `python -m tests.flows.sampling`"


def test_every_format_but_the_newest_has_its_upgrade() -> None:
    assert sorted(UPGRADES) == list(range(1, FORMAT))


def test_upgrades_are_taken_one_after_the_other() -> None:
    steps = {
        1: lambda fields: {"tongue": fields["lang"]},
        2: lambda fields: {"language": fields["tongue"], "version": 1},
    }
    assert upgraded({"lang": "hu"}, 1, 3, steps) == {"language": "hu", "version": 1}
    assert upgraded({"tongue": "hu"}, 2, 3, steps) == {"language": "hu", "version": 1}
    assert upgraded({"language": "hu"}, 3, 3, steps) == {"language": "hu"}
    with pytest.raises(EngineMisuse, match="has format 4, this version reads 3; update Holdback"):
        upgraded({}, 4, 3, steps)
    with pytest.raises(KeyError):
        upgraded({}, 0, 3, steps)
