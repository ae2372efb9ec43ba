"""Mails to one provider keep apart, without holding up anybody who does not go there, or who does not go now."""

from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from bot.runtime import sender_standing
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.pace import Limit
from bot.runtime.spacing import BURST, FARTHEST, SPACED, Spacing
from storage import consents, prospects
from storage.database import Tx
from storage.tables import conversations, provider_paces
from storage.tables import outbox as table
from tests.bot.runtime.test_dispatcher import Post, Wire, post
from tests.bot.runtime.test_picking import Still
from tests.storage.world import NOW, open_conversations, put_message, shipped_flow

__all__ = ["post"]

APART = Limit(at_once=16, apart=2.0)
SECOND = timedelta(seconds=1)


@pytest.fixture
def database_url(sampled_database_url: str) -> str:
    """Rows are leased and settled on both databases in test_dispatcher."""
    return sampled_database_url


@pytest_asyncio.fixture
async def mails(post: Post) -> Post:
    """A house that sends mail, with a clock that stands still in every way."""
    return restarted(post, Still())


def restarted(post: Post, clock: Still | None = None) -> Post:
    """A new process: it remembers nothing but what the database holds."""
    house, post.clock = post.house, clock or post.clock
    wire = Wire("email")
    post.dispatcher = Dispatcher(
        house.database,
        post.clock,
        house.bells,
        house.context,
        {"email": wire},
        {"email": APART},
        house.addresses,
        house.presence,
    )
    post.wire = wire
    return post


async def people_at(post: Post, domain: str, count: int, *, campaign: str = "another", proactive: bool = True) -> None:
    """So many people with a mailbox there, and a mail that waits for each."""
    people = await open_conversations(post.house.database, count, shipped_flow())

    async def put(tx: Tx) -> None:
        for number, (who, talk) in enumerate(people):
            address = f"{domain}-{number}-{proactive}-{campaign}@{domain}"
            await prospects.bind(tx, who, "email", address, via="import", now=NOW)
            await consents.record(tx, who, "email", granted=True, way="form", now=NOW)
            kind, rank = ("question", 2) if proactive else ("reply", 0)
            await put_message(tx, who, talk, channel="email", proactive=proactive, kind=kind, rank=rank, created_at=NOW)
            await tx.execute(update(conversations).where(conversations.c.id == talk).values(campaign=campaign))

    await post.house.database.transact(put)


async def went(post: Post) -> int:
    """How many mails left while there was any to be taken up."""
    before = len(post.wire.handed)
    while await post.send():
        pass
    return len(post.wire.handed) - before


async def waiting(post: Post) -> dict[str | None, int]:
    """How many wait, by why."""
    async with post.house.database.read() as tx:
        query = select(table.c.reason, func.count()).where(table.c.state == "ready").group_by(table.c.reason)
        return {row[0]: row[1] for row in await tx.execute(query)}


def test_turns_keep_apart_after_a_few_at_once_and_after_a_rest_again() -> None:
    spacing = Spacing(2 * SECOND, {})
    assert [spacing.place("gmail.com", NOW) for _ in range(BURST + 2)] == [0 * SECOND] * BURST + [
        2 * SECOND,
        4 * SECOND,
    ]
    assert spacing.place("shop.example", NOW) == 0 * SECOND
    later = Spacing(2 * SECOND, spacing.until)
    assert [later.place("gmail.com", NOW + 7 * SECOND) for _ in range(2)] == [0 * SECOND, 1 * SECOND]


def test_turns_that_were_given_before_the_clock_was_set_back_hold_nobody_up() -> None:
    assert Spacing(SECOND, {"gmail.com": NOW + 2 * FARTHEST}).place("gmail.com", NOW) == 0 * SECOND


async def test_a_crowd_at_one_provider_holds_up_no_other_and_no_answer(mails: Post) -> None:
    await people_at(mails, "gmail.com", 40)
    await people_at(mails, "shop.example", 3)
    assert await went(mails) == BURST + 3, "ten at once, and those of the others"
    assert await waiting(mails) == {SPACED: 30}
    await people_at(mails, "googlemail.com", 1, proactive=False)
    assert await went(mails) == 1


async def test_who_was_given_a_turn_goes_then_after_a_restart_too(mails: Post) -> None:
    await people_at(mails, "gmail.com", 40)
    await went(mails)
    restarted(mails)
    for _ in range(30):
        mails.clock.advance(timedelta(seconds=2))
        assert await went(mails) <= 1
    assert len(mails.wire.handed) == 30


async def test_all_processes_keep_apart_together(mails: Post) -> None:
    await people_at(mails, "gmail.com", BURST)
    assert await went(mails) == BURST
    restarted(mails)
    await people_at(mails, "googlemail.com", 1)
    assert await went(mails) == 0
    mails.clock.advance(2 * SECOND)
    assert await went(mails) == 1


async def test_providers_that_have_rested_are_forgotten(mails: Post) -> None:
    async def known() -> int:
        async with mails.house.database.read() as tx:
            return (await tx.execute(select(func.count()).select_from(provider_paces))).scalar_one()

    await people_at(mails, "gmail.com", 1)
    await people_at(mails, "shop.example", 1)
    await went(mails)
    assert await known() == 2
    await sender_standing.work_out(mails.house.database, mails.clock.now())
    assert await known() == 2, "their turn is not over"
    await sender_standing.work_out(mails.house.database, mails.clock.now() + 3 * SECOND)
    assert await known() == 0


async def test_what_may_not_go_takes_no_turn_from_what_may(mails: Post) -> None:
    """A campaign that is paused has thousands of mails for a large provider; what others have begun goes on."""
    await mails.house.campaigns.pause("barriers")
    await people_at(mails, "gmail.com", 60, campaign="barriers")
    for _ in range(3):
        assert await went(mails) == 0
        mails.clock.advance(timedelta(minutes=5))
    await people_at(mails, "gmail.com", 1)
    assert await went(mails) == 1
    assert await waiting(mails) == {"the campaign is paused": 60}
