"""The harness sees what it is there to see: each rule is broken in the house's own code, and it says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, bindparam, select

import flows
from bot.library import Library
from bot.runtime import checks, enrol
from bot.simulation.stage import shared
from bot.simulation.watch import Watch
from flows.engine import draft, moves, receive, silence
from flows.engine.draft import Draft
from storage import shelf
from storage.tables import codes
from tests.bot.simulation.worlds import TALKATIVE, broken, rehearsals

Break = Callable[[pytest.MonkeyPatch], None]


def night(patch: pytest.MonkeyPatch) -> None:
    def now(at: datetime, **_: Any) -> datetime:
        return at

    patch.setattr(checks, "_not_now", lambda *_: None)
    patch.setattr(enrol, "next_allowed", now)
    patch.setattr(draft, "next_allowed", now)


def deaf(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moves, "stop", lambda draft, channel, way: moves.repeat(draft))


def greedy(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "_objection", lambda *_: None)
    patch.setattr(receive, "bought", lambda draft: None)


def untidy(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Draft, "close_question", lambda self, mark: self.update(prompt=None))


def endless(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(silence, "_climb", lambda draft: None)


def pushy(patch: pytest.MonkeyPatch) -> None:
    def again(draft: Draft) -> None:
        moves.repeat(draft)
        silence._wait_for_next(draft)

    patch.setattr(silence, "_climb", again)
    patch.setattr(checks, "_too_often", lambda *_: None)


def careless(patch: pytest.MonkeyPatch) -> None:
    anything = select(codes.c.code, codes.c.expires_at).where(codes.c.offer == bindparam("offer")).order_by(codes.c.id)
    patch.setattr(shelf, "_FREE", anything.limit(bindparam("count", type_=Integer)))


def faulty(patch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise ZeroDivisionError

    patch.setattr(flows, "advance", fails)


BREAKS: list[tuple[Break, str]] = [
    (night, "at a quiet hour"),
    (deaf, "said after a stop"),
    (greedy, "asked after a purchase"),
    (untidy, "two questions"),
    (endless, "left: live"),
    (pushy, "too many messages"),
    (pushy, "too many in a week"),
    (careless, "something failed"),  # the database lets no code be given twice
    (faulty, "something failed"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("break_it", "rule"), BREAKS, ids=[f"{one.__name__}: {rule}" for one, rule in BREAKS])
async def test_a_rule_that_is_broken_in_the_code_is_seen(
    break_it: Break, rule: str, monkeypatch: pytest.MonkeyPatch, published_sqlite: Path, tmp_path: Path
) -> None:
    worlds = rehearsals("barriers", tmp_path, published_sqlite)
    break_it(monkeypatch)
    seen: set[str] = set()
    for seed in range(1, 5):
        tally = await worlds.live(seed, prospects=24, habits=TALKATIVE)
        seen |= {one.rule for one in tally.broken}
        if rule in seen:
            return
    pytest.fail(f"{rule} was not seen, only {seen}")


@dataclass
class Grant:
    prospect_id: int | None
    offer: str
    code: str | None = None
    value: Decimal | None = None


NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ([Grant(1, "guarantee"), Grant(1, "guarantee")], "an offer twice"),
        ([Grant(1, "discount_10", "A"), Grant(2, "discount_10", "A")], "a code twice"),
        ([Grant(1, "sample", value=Decimal(699)), Grant(2, "sample", value=Decimal("1.50"))], "a limit exceeded"),
        ([Grant(None, "sample", value=Decimal(1))] * 201, "a limit exceeded"),
    ],
)
def test_what_is_given_too_much_is_seen(given: list[Any], rule: str) -> None:
    watch = Watch(None, "UTC", 3)
    watch.offers(given, Library().catalogue(), NOW)
    assert {one.rule for one in watch.broken} == {rule}


def test_worlds_side_by_side_share_the_limits() -> None:
    whole = Library().catalogue()
    halves = [shared(whole, (number, 2)) for number in range(2)]
    for offer, one, other in zip(whole.offers, *(half.offers for half in halves), strict=True):
        assert one.limits.total + other.limits.total == offer.limits.total
        if offer.limits.budget is not None and one.limits.budget is not None and other.limits.budget is not None:
            assert one.limits.budget + other.limits.budget <= offer.limits.budget


async def test_a_rule_broken_names_the_prospect(
    monkeypatch: pytest.MonkeyPatch, published_sqlite: Path, tmp_path: Path
) -> None:
    night(monkeypatch)
    tally = await rehearsals("barriers", tmp_path, published_sqlite).live(1, prospects=6)
    assert any("prospect" in line and "quiet" in line for line in broken(tally))
