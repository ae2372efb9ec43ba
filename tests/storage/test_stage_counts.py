"""The sums of the funnel are what a recount gives, after whatever happened, and say what the history says."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, insert, select

from flows.audience.profile import STAGES
from storage import erasure, joining, prospects, recounting, stage_counts, walk_ins
from storage.database import Database, Tx
from storage.reads import funnel
from storage.reads.common import Window
from storage.reads.funnel import BYS, By, Cohort, Sought
from storage.tables import stage_changes
from storage.tables import stage_counts as kept
from tests.storage.world import NOW

HOUR = timedelta(hours=1)


async def rows(tx: Tx) -> list[Row[tuple[object, ...]]]:
    return list((await tx.execute(select(kept).order_by(*kept.primary_key))).all())


async def is_exact(tx: Tx) -> None:
    """What is kept is what a recount makes of the history."""
    before = await rows(tx)
    await recounting.write_afresh(tx, recounting.STAGES)
    assert before == await rows(tx)


async def note(tx: Tx, who: int, dice: random.Random, *stages: str) -> None:
    """Somebody reaches these stages, the first one at any time."""
    at, changes = NOW + dice.randrange(-600, 200) * HOUR, []
    known = {name: dice.choice([None, "x", "y"]) for name in stage_counts.APART}
    for stage in stages:
        row = {"prospect_id": who, "stage": stage, "at": at, "recorded_at": NOW, "because": "x"}
        changes.append(row | known)
        at += dice.randrange(50) * HOUR
    await stage_counts.note(tx, changes)
    await tx.execute(insert(stage_changes), changes)


async def live_through(tx: Tx, dice: random.Random, steps: int) -> None:
    """People come, go on, turn out to be one, are erased, or were noted by mistake."""
    people: dict[int, int] = {}
    for _ in range(steps):
        what = dice.random()
        if len(people) < 6 or what < 0.4:
            who = await prospects.create(tx, NOW)
            people[who] = dice.randint(1, len(STAGES))
            await note(tx, who, dice, *STAGES[: people[who]])
        elif what < 0.7:
            who = dice.choice(list(people))
            if people[who] < len(STAGES):
                await note(tx, who, dice, STAGES[people[who]])
                people[who] += 1
        elif what < 0.85:
            one, other = dice.sample(list(people), 2)
            stays = await joining.join(tx, one, other, NOW)
            people = {who: far for who, far in people.items() if who not in (one, other)} | {stays: len(STAGES)}
        elif what < 0.95:
            await erasure.erase(tx, who := dice.choice(list(people)), NOW, b"k" * 32)
            del people[who]
        else:
            who = await prospects.create(tx, NOW)
            said = walk_ins.Said(barrier="price", staff="anna", prospect_id=who)
            uid = await walk_ins.note(tx, said, NOW)
            await note(tx, who, dice, "informed")
            assert await walk_ins.undo(tx, uid, NOW)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
async def test_after_anything_the_sums_are_what_a_recount_gives(database: Database, seed: int) -> None:
    async def work(tx: Tx) -> None:
        await live_through(tx, random.Random(seed), 60)
        await is_exact(tx)
        await says_what_the_history_says(tx)

    await database.transact(work)


async def says_what_the_history_says(tx: Tx) -> None:
    histories: dict[int, list[Any]] = {}
    for row in await tx.execute(select(stage_changes).order_by(stage_changes.c.at, stage_changes.c.id)):
        histories.setdefault(row.prospect_id, []).append(row)
    midnight = datetime(2026, 2, 20, tzinfo=UTC)
    for window in (
        Window(NOW - 500 * HOUR, NOW + 100 * HOUR),
        Window(midnight, midnight + 48 * HOUR),
        Window(NOW, NOW),
    ):
        for by in (None, *BYS):
            for asked in ({}, {"source": "x"}, {"source": "x", "segment": "y"}):
                found = await funnel.cohorts(tx, Sought(window, **asked), by)
                wanted = {} if window.since == window.until else _cohorts(histories.values(), window, by, asked)
                assert {one.name: _plain(one) for one in found} == wanted, (window, by, asked)
        assert await funnel.moved(tx, window) == {
            stage: sum(1 for one in histories.values() if window.since <= _first(one, stage) < window.until)
            for stage in STAGES
        }


def _plain(one: Cohort) -> tuple[list[int], list[int | None]]:
    return list(one.reached.values()), [one.median_hours(stage) for stage in STAGES[1:]]


def _first(history: list[Any], stage: str) -> datetime:
    return min((one.at for one in history if one.stage == stage), default=datetime(1970, 1, 1, tzinfo=UTC))


def _cohorts(histories: Any, window: Window, by: By | None, asked: dict[str, str]) -> dict[Any, Any]:
    """The same figures, counted one by one."""
    groups: dict[Any, Cohort] = {}
    for history in histories:
        known = next((one for one in history if one.stage == "informed"), None)
        if known is None or not window.since <= known.at < window.until:
            continue
        if any(getattr(known, name) != wanted for name, wanted in asked.items()):
            continue
        name = "" if by is None else _monday(known.at.date()) if by == "week" else getattr(known, by)
        cohort, former = groups.setdefault(name, Cohort(name)), None
        for stage in STAGES:
            at = _first(history, stage)
            if any(one.stage == stage for one in history):
                cohort.reached[stage] += 1
                if former is not None:
                    cohort.took[stage][max(0, (at - former) // HOUR)] += 1
                former = at
            else:
                former = None
    return {name: _plain(one) for name, one in groups.items()}


def _monday(day: date) -> str:
    return (day - timedelta(days=day.weekday())).isoformat()


async def test_a_large_cohort_is_timed_by_people_taken_evenly(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in (("TIMED", 48), ("LEAST", 2), ("PLACES", 24)):
        monkeypatch.setattr(funnel, name, number)
    since = NOW - 96 * HOUR
    for number in range(192):
        await _took(tx, since + number * HOUR / 2, 2 if number < 96 else 9)
    (one,) = await funnel.cohorts(tx, Sought(Window(since, NOW)))
    assert one.reached["lead"] == 192 and one.took["lead"] == {2: 24, 9: 24}
    weeks = await funnel.cohorts(tx, Sought(Window(since, NOW)), "week")
    assert sum(sum(week.took["lead"].values()) for week in weeks) == 48


async def _took(tx: Tx, at: datetime, hours: int) -> None:
    who = await prospects.create(tx, NOW)
    for stage, moment in (("informed", at), ("lead", at + hours * HOUR)):
        row = {"prospect_id": who, "stage": stage, "at": moment, "recorded_at": NOW, "because": "x"}
        await stage_counts.note(tx, [row])
        await tx.execute(insert(stage_changes).values(row))
