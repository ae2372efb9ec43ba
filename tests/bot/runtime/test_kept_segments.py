"""Segments over what is kept up: words said in the shop, levels by the rules in force, who can be reached."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.runtime.bells import Bells
from bot.runtime.clock import VirtualClock
from bot.runtime.keeper import Keeper
from flows.audience.conditions import Verdict, evaluate, parse_condition
from flows.audience.scoring import EngagementRules, Rules
from storage import consents, profiles, prospects, rulebook, segments, shop_events, suppressions, walk_ins
from storage.database import Database, Tx
from storage.importing import ConsentSaid, Incoming, take_over
from storage.reads import barriers
from storage.reads.common import ever
from storage.walk_ins import Said
from tests.flows.audience.people import NOW

BOTH = pytest.mark.parametrize("on", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
KEY = b"a secret of this installation"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest_asyncio.fixture
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A SQLite file, or with the mark `postgres` PostgreSQL."""
    url = "postgres_url" if request.node.get_closest_marker("postgres") else "sqlite_url"
    opened = Database(request.getfixturevalue(url))
    yield opened
    await opened.close()


@pytest.fixture
def keeper(database: Database, clock: VirtualClock) -> Keeper:
    return Keeper(database, clock, Bells(), Rules(), "EUR", "Europe/Paris")


async def verdict(database: Database, clock: VirtualClock, one: int, **where: object) -> Verdict:
    """Whether somebody is in a segment, by their profile; the database says the same."""
    condition, now = parse_condition(where, "here"), clock.now()
    async with database.read() as tx:
        known = await profiles.load(tx, [one], now, "EUR")
        told = evaluate(condition, known[one], now)
        found = [row.id for row in await segments.members(tx, condition, now)]
        assert ((one in found) is told.holds) and await segments.count(tx, condition, now) == len(found)
    return told


@BOTH
async def test_what_somebody_said_in_the_shop_counts_as_their_word_and_not_as_an_answer(
    database: Database, clock: VirtualClock, keeper: Keeper, on: str
) -> None:
    async def say(tx: Tx) -> tuple[int, str]:
        ann = await prospects.create(tx, NOW - timedelta(days=1), country="HU")
        await prospects.create(tx, NOW - timedelta(days=1), country="HU")
        return ann, await walk_ins.note(tx, Said("price", "anna", ann), NOW)

    ann, uid = await database.transact(say)
    assert await keeper.keep_up() == 2
    named = await verdict(database, clock, ann, barrier=["price", "fit"])
    assert named == Verdict(holds=True, because=("named barrier price (said in the shop)",))
    assert (await verdict(database, clock, ann, latest_barrier="price")).holds
    assert (await verdict(database, clock, ann, known="latest_barrier")).holds
    assert (await verdict(database, clock, ann, qualification="blocked", stage="qualified")).holds
    assert not (await verdict(database, clock, ann, answered=True)).holds
    async with database.read() as tx:
        assert (await barriers.total(tx, barriers.Asked(ever(NOW)))).people == 0, "counted apart"
        assert await walk_ins.by_barrier(tx, ever(NOW)) == {"price": 1}
        (_, judged) = (await keeper.look(tx, [ann]))[ann]
    assert judged.reasons["qualification"][0] == "need: yes, said what holds them back in the shop on 2026-03-02"

    async def say_no_more(tx: Tx) -> None:
        await walk_ins.note(tx, Said("fit", "anna", ann), NOW - timedelta(days=2))
        assert await walk_ins.undo(tx, uid, NOW)

    await database.transact(say_no_more)
    assert await keeper.keep_up() == 1, "judged again at once"
    assert not (await verdict(database, clock, ann, barrier="price")).holds
    assert (await verdict(database, clock, ann, latest_barrier="fit")).holds, "an older word is the newest again"


async def test_a_level_of_engagement_is_told_by_the_rules_that_were_saved(
    database: Database, clock: VirtualClock, keeper: Keeper
) -> None:
    async def come(tx: Tx) -> int:
        ann = await prospects.create(tx, NOW - timedelta(days=1))
        await shop_events.note(tx, ann, "cart_abandoned", NOW - timedelta(days=14), {})
        await shop_events.note(tx, ann, "checkout_started", NOW, {})
        return ann

    ann = await database.transact(come)
    await keeper.keep_up()
    # 40, and 12.5 of the cart that was left 14 days ago.
    assert (await verdict(database, clock, ann, engagement_level=2)).holds
    rules = Rules(engagement=EngagementRules(level_1=50, level_2=20)).model_dump(mode="json")
    await database.transact(lambda tx: rulebook.save(tx, rulebook.SCORING, rules, "anna", NOW))
    await keeper.keep_up()
    assert (await verdict(database, clock, ann, engagement_level=1)).holds
    clock.advance(timedelta(days=2))
    assert (await verdict(database, clock, ann, engagement_level=2)).holds, "time alone ends it"
    clock.advance(timedelta(days=18))
    assert (await verdict(database, clock, ann, engagement_level={"none_of": ["1", "2"]})).holds


async def test_who_can_be_reached_agreed_and_has_an_address_that_takes_letters(
    database: Database, clock: VirtualClock
) -> None:
    async def meet(tx: Tx) -> int:
        ann = await prospects.create(tx, NOW)
        await prospects.bind(tx, ann, "email", "ann@example.com", via="import", now=NOW)
        await consents.record(tx, ann, "telegram", granted=True, way="import", now=NOW)
        return ann

    ann = await database.transact(meet)
    assert not (await verdict(database, clock, ann, reach=["email", "telegram"])).holds, "each lacks one of the two"
    await database.transact(lambda tx: consents.record(tx, ann, "email", granted=True, way="import", now=NOW))
    told = await verdict(database, clock, ann, reach=["email", "telegram"])
    assert told == Verdict(holds=True, because=("can be reached by email",))
    await database.transact(lambda tx: prospects.close(tx, "email", "ann@example.com", reason="bounced", now=NOW))
    assert not (await verdict(database, clock, ann, reach="email")).holds
    assert (await verdict(database, clock, ann, consent="email")).holds


async def test_an_address_on_the_list_of_those_never_to_be_written_to_reaches_nobody(
    database: Database, clock: VirtualClock
) -> None:
    async def meet(tx: Tx) -> int:
        await suppressions.add(tx, KEY, [("email", "old@example.com")], reason="erased", now=NOW)
        yes = (ConsentSaid("email", granted=True, at=NOW),)
        known = {"external": "c-1", "email": "Old@example.com"}
        (taken,) = await take_over(tx, [Incoming(known, {}, yes)], now=NOW, key=KEY)
        await consents.record(tx, taken.prospect_id, "email", granted=True, way="shop", now=NOW)
        return taken.prospect_id

    ann = await database.transact(meet)
    assert not (await verdict(database, clock, ann, reach="email")).holds
    new = [Incoming({"external": "c-1", "email": "new@example.com"}, {})]
    await database.transact(lambda tx: take_over(tx, new, now=NOW, key=KEY))
    assert (await verdict(database, clock, ann, reach="email")).holds, "by their other address"
