"""The sweep itself: a few of its kills in the suite, and that its scenarios pass every failpoint there is."""

import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from storage.failpoints import FAILPOINTS
from tests.crash.runs import WINDOW, Databases, Outcome, play
from tests.crash.server import Order
from tests.crash.sweep import ALL, Kill, Result, document, in_order, kills_of, table

pytestmark = pytest.mark.xdist_group("crash")

BY_NAME = {one.name: one for one in ALL}


@pytest_asyncio.fixture
async def databases() -> AsyncIterator[Databases]:
    made = await Databases("sqlite").make()
    yield made
    made.close()


async def test_two_of_its_kills(databases: Databases) -> None:
    """While the offer is on its way, which nobody can know of then; and while a purchase is recorded."""
    in_call = await play(databases, BY_NAME["newcomer"], Order("dispatch.after_call", 5))
    assert (in_call.killed, in_call.findings, in_call.unknown) == (True, [], 1)
    bought = await play(databases, BY_NAME["purchase"], Order("purchase.recorded"))
    assert (bought.killed, bought.findings, bought.unknown) == (True, [], 0)


@pytest.mark.slow
async def test_every_failpoint_is_passed_by_some_scenario(databases: Databases) -> None:
    passed: set[str] = set()
    for scenario in ALL:
        dry = await play(databases, scenario, Order(counting=True))
        assert dry.findings == [], scenario.name
        passed |= {name for counted in dry.counted.values() for name in counted}
    assert set(FAILPOINTS) - passed == set()


def test_what_is_being_sent_is_said_of_failpoints_there_are() -> None:
    assert set(FAILPOINTS) >= WINDOW


def dry_run() -> Outcome:
    dry = Outcome("newcomer", "sqlite", Order(counting=True))
    dry.counted = {"server": {"turns.saved": 3, "codes.used": 1}, "db check": {"turns.saved": 7}}  # type: ignore[dict-item]
    return dry


def test_every_hit_is_a_kill_and_a_sample_has_one_of_each_failpoint_first() -> None:
    plan = kills_of(BY_NAME["newcomer"], dry_run())
    assert [(one.failpoint, one.hit) for one in plan] == [
        ("codes.used", 1),
        *(("turns.saved", hit) for hit in (1, 2, 3)),
    ]
    for seed in range(5):
        ordered = in_order(plan, random.Random(seed))
        assert {one.failpoint for one in ordered[:2]} == {"codes.used", "turns.saved"}
        assert sorted(ordered, key=plan.index) == plan and ordered == in_order(plan, random.Random(seed))


def test_the_result_says_what_was_killed_and_what_was_found() -> None:
    scenario = BY_NAME["newcomer"]
    kill = Kill(scenario, "server", "turns.saved", 2)
    red = Outcome(scenario.name, "sqlite", Order(kill.failpoint, kill.hit), killed=True, findings=["lost input: 1"])
    result = Result(
        "sqlite", planned=4, dry=[dry_run()], runs=[red, Outcome(scenario.name, "sqlite", Order("codes.used"))]
    )
    assert result.kills == [red] and result.red == [red]
    assert table([result])[1].split()[2:] == ["11", "2", "1", "0", "0", "0", "1"]
    told = document([result], seed=7, seconds=1.0)["databases"][0]
    assert (told["runs"], told["kills"], told["wrong"]) == (2, 1, 1)
    assert told["killed"][0]["findings"] == ["lost input: 1"]
