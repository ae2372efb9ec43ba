"""Which messages go next, and when: urgent ones first, nobody starved, and the pace kept by all processes together."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.runtime.clock import VirtualClock
from bot.runtime.pace import AHEAD, LATE, SAFETY, Limit
from bot.runtime.picking import GATHERED, Picked, Picker
from bot.runtime.presence import Presence
from storage import outbox, paces, sending
from storage.database import Database, Tx
from tests.opened import opened
from tests.storage.world import NOW, open_conversations, put_message, shipped_flow

SECOND = timedelta(seconds=1)
ANSWER, REMINDER, FIRST = 0, 1, 2


class Still(VirtualClock):
    """A clock that stands still in every way."""

    def __init__(self, start: datetime = NOW) -> None:
        super().__init__(start)
        self.moment = 100.0

    def monotonic(self) -> float:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.pass_seconds(seconds)

    def pass_seconds(self, seconds: float) -> None:
        self.moment += seconds
        self.advance(timedelta(seconds=seconds))


class RealMoments(VirtualClock):
    """The day stands still, seconds pass."""

    def __init__(self) -> None:
        super().__init__(NOW)


@pytest_asyncio.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    async with opened(sqlite_url) as database:
        yield database


def picker(database: Database, clock: VirtualClock, **limits: Limit) -> Picker:
    """One that sends on both channels."""
    return Picker(database, clock, ("telegram", "email"), limits, Presence(database, clock))


async def fill(database: Database, *ranks: int, channel: str = "telegram") -> None:
    """A message of each rank, each to somebody else."""
    people = await open_conversations(database, len(ranks), shipped_flow())

    async def put(tx: Tx) -> None:
        for who, rank in zip(people, ranks, strict=True):
            await put_message(tx, *who, text=str(rank), rank=rank, channel=channel)

    await database.transact(put)


async def settle(database: Database, picked: list[Picked], now: datetime) -> None:
    """All of them were sent."""

    async def sent(tx: Tx) -> None:
        rows = [one.leased for one in picked]
        await sending.start(tx, [row.id for row in rows], now)
        await outbox.arrived(tx, [(row, "1") for row in rows], now)

    await database.transact(sent)


async def ranks_of(database: Database, picked: list[Picked]) -> list[int]:
    async with database.read() as tx:
        rows = [await outbox.get(tx, one.leased.id) for one in picked]
    return [row.rank for row in rows if row is not None]


async def test_answers_go_before_reminders_before_first_messages(database: Database) -> None:
    await fill(database, FIRST, REMINDER, ANSWER, FIRST, REMINDER, ANSWER)
    picked = await picker(database, Still(), telegram=Limit(at_once=3)).pick()
    assert await ranks_of(database, picked) == [ANSWER, ANSWER, REMINDER]


async def test_however_many_answers_wait_reminders_and_first_messages_get_their_places(database: Database) -> None:
    await fill(database, *[FIRST] * 3, *[REMINDER] * 3, *[ANSWER] * 30)
    clock = Still()
    given: list[int] = []
    one = picker(database, clock, telegram=Limit(at_once=1))
    for _ in range(24):
        picked = await one.pick()
        given += await ranks_of(database, picked)
        await settle(database, picked, clock.now())
        clock.pass_seconds(SAFETY)
    assert given.count(FIRST) == given.count(REMINDER) == 3
    assert given[:3] == [ANSWER] * 3


async def test_places_on_a_full_channel_gather_a_moment_so_that_claims_come_in_groups(database: Database) -> None:
    await fill(database, *[FIRST] * 6, channel="email")
    clock = Still()
    one = picker(database, clock, email=Limit(at_once=4))
    assert len(await one.pick()) == 4
    one.on_their_way["email"] = 3
    assert not await one.pick()
    assert 0 < one.patience(1.0) <= GATHERED
    clock.pass_seconds(GATHERED)
    assert len(await one.pick()) == 1


async def test_a_channel_with_half_of_its_places_free_waits_for_nothing(database: Database) -> None:
    await fill(database, *[FIRST] * 9, channel="email")
    one = picker(database, Still(), email=Limit(at_once=4))
    assert len(await one.pick()) == 4
    one.on_their_way["email"] = 2
    assert len(await one.pick()) == 2
    one.on_their_way["email"] = 0
    assert [len(await one.pick()) for _ in range(2)] == [3, 0]


async def test_without_answers_reminders_go_before_first_messages(database: Database) -> None:
    await fill(database, *[FIRST] * 8, *[REMINDER] * 8)
    picked = await picker(database, Still(), telegram=Limit(at_once=8)).pick()
    assert await ranks_of(database, picked) == [REMINDER] * 7 + [FIRST]


async def test_an_answer_waits_behind_a_crowd_for_a_moment_only(sqlite: Database) -> None:
    await fill(sqlite, *[FIRST] * 40)
    clock = Still()
    one = picker(sqlite, clock, telegram=Limit(20))
    crowd = await one.pick()
    gap = SAFETY / 20
    assert [round(place.at - 100, 6) for place in crowd] == [round(number * gap, 6) for number in range(len(crowd))]
    assert crowd[-1].at < 100 + AHEAD
    assert await one.pick() == []
    assert 0 < one.patience(1.0) <= AHEAD
    await fill(sqlite, ANSWER)
    clock.pass_seconds(one.patience(1.0))
    after = await one.pick()
    assert (await ranks_of(sqlite, after))[0] == ANSWER
    assert after[0].at == pytest.approx(crowd[-1].at + gap)
    assert after[0].at - clock.moment <= AHEAD


async def test_a_crowd_is_served_as_fast_as_allowed(sqlite: Database) -> None:
    await fill(sqlite, *[FIRST] * 100)
    clock = Still()
    places: list[float] = []
    one = picker(sqlite, clock, telegram=Limit(30))
    while len(places) < 100:
        places += [place.at for place in await one.pick()]
        clock.pass_seconds(one.patience(1.0))
    assert max(places) - min(places) == pytest.approx(99 * SAFETY / 30)
    assert len(set(places)) == 100


async def test_who_comes_late_in_a_crowd_takes_another_place_and_who_is_alone_goes(sqlite: Database) -> None:
    await fill(sqlite, *[FIRST] * 3)
    clock = Still()
    one = picker(sqlite, clock, telegram=Limit(20))
    first, second, third = await one.pick()
    await one.on_time(first)
    assert clock.moment == first.at
    clock.pass_seconds(second.at + 2 * LATE - clock.moment)
    await one.on_time(second)
    assert clock.moment == pytest.approx(third.at + Limit(20).gap)
    clock.pass_seconds(10)
    await fill(sqlite, ANSWER)
    (alone,) = await one.pick()
    clock.pass_seconds(2 * LATE)
    await one.on_time(alone)
    assert clock.moment == pytest.approx(alone.at + 2 * LATE)


async def test_where_many_go_each_second_who_comes_late_goes_at_once(sqlite: Database) -> None:
    await fill(sqlite, *[FIRST] * 3)
    clock = Still()
    first, second, _ = await (one := picker(sqlite, clock, telegram=Limit(1000))).pick()
    assert second.at - first.at == pytest.approx(Limit(1000).gap)
    clock.pass_seconds(1)
    await one.on_time(second)
    await fill(sqlite, ANSWER)
    (answer,) = await one.pick()
    assert answer.at == clock.moment, "no other place was booked"


async def test_one_person_is_written_to_again_after_a_rest_and_an_edit_needs_none(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    for kind in ("reply", "edit", "reply"):
        await database.transact(lambda tx: put_message(tx, *ann, kind=kind))  # noqa: B023
    clock = Still()
    one = picker(database, clock, telegram=Limit(rest=SECOND))
    await settle(database, await one.pick(), clock.now())
    (edit,) = await one.pick()
    assert edit.leased.kind == "edit"
    clock.pass_seconds(0.9)
    await settle(database, [edit], clock.now())
    assert await picker(database, clock, telegram=Limit(rest=SECOND)).pick() == []
    clock.pass_seconds(0.1)
    assert len(await one.pick()) == 1


async def test_a_channel_that_is_full_holds_up_no_other(database: Database) -> None:
    await fill(database, *[ANSWER] * 3, channel="email")
    await fill(database, ANSWER)
    one = picker(database, Still(), email=Limit(at_once=2))
    mails = [place for place in await one.pick() if place.leased.channel == "email"]
    one.on_their_way["email"] += len(mails)
    assert len(mails) == 2
    await fill(database, ANSWER)
    assert [place.leased.channel for place in await one.pick()] == ["telegram"]


async def test_a_channel_rests_for_everybody_and_after_a_restart_too(database: Database) -> None:
    await fill(database, ANSWER)
    await fill(database, ANSWER, channel="email")
    clock = Still()
    for seconds in (50, 10):
        until = clock.now() + timedelta(seconds=seconds)
        await database.transact(lambda tx: paces.rest(tx, "telegram", until, "slow down"))  # noqa: B023
    assert [place.leased.channel for place in await picker(database, clock).pick()] == ["email"]
    clock.pass_seconds(49)
    assert await picker(database, clock).pick() == []
    clock.pass_seconds(1)
    assert len(await picker(database, clock).pick()) == 1


def most_within_a_second(moments: list[float]) -> int:
    """The most moments in any second, its end not counted."""
    moments = sorted(moments)
    return max(sum(0 <= other - moment < 1 for other in moments) for moment in moments)


@pytest.mark.postgres
async def test_processes_that_share_a_database_keep_the_pace_together(postgres_url: str) -> None:
    databases = [Database(postgres_url) for _ in range(3)]
    limits: Mapping[str, Limit] = {"telegram": Limit(200)}
    clock = RealMoments()
    pickers = [picker(database, clock, **limits) for database in databases]
    await fill(databases[0], *[FIRST] * 240)
    places: list[float] = []

    async def work(one: Picker) -> None:
        while len(places) < 240:
            places.extend(place.at for place in await one.pick())
            await asyncio.sleep(min(0.02, one.patience(0.02)))

    began = clock.monotonic()
    await asyncio.gather(*(work(one) for one in pickers))
    for database in databases:
        await database.close()
    assert most_within_a_second(places) <= 200
    assert max(places) - began < 240 * SAFETY / 200 + 0.3


@pytest.mark.postgres
async def test_a_clock_that_was_set_back_stops_nobody(postgres_url: str) -> None:
    database = Database(postgres_url)
    await fill(database, ANSWER)
    late = paces.Booked(datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC))

    async def book(tx: Tx) -> None:
        await paces.booked(tx, "telegram")
        await paces.book(tx, "telegram", late, 3600)

    await database.transact(book)
    assert len(await picker(database, RealMoments(), telegram=Limit(30)).pick()) == 1
    await database.close()
