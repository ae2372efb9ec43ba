"""First mails are held back while receivers are likely to refuse the shop's mail; answers and what has begun go."""

from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import insert

from bot.runtime import sender_standing
from bot.runtime.checks import FORGET_AFTER
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.ports import Refused
from bot.runtime.reputation import LEAST, Reputation
from bot.runtime.sender_standing import AGAIN, MONTH, REFUSED
from storage import confirmations, consents, mail_standing, prospects
from storage.database import Tx
from storage.tables import identities
from tests.bot.runtime.test_dispatcher import Post, Wire, post
from tests.storage.world import NOW, open_conversations, put_message, shipped_flow

__all__ = ["post"]

DAY = timedelta(days=1)
HELD, GONE = ("ready", REFUSED), ("sent", None)
LOST = LEAST // 10
"""So many addresses lost by so few mails are as many as receivers bear."""


@pytest.fixture
def database_url(sampled_database_url: str) -> str:
    """What is kept is tried on both databases in tests/storage."""
    return sampled_database_url


@pytest_asyncio.fixture
async def mails(post: Post) -> Post:
    """Ann and Bob, who can be reached by mail and in Telegram."""
    house = post.house

    async def know(tx: Tx) -> None:
        for name, (prospect_id, _) in (("ann", post.ann), ("bob", post.bob)):
            await prospects.bind(tx, prospect_id, "email", f"{name}@mail.example", via="file", now=NOW)
            await consents.record(tx, prospect_id, "email", granted=True, way="form", now=NOW)

    await house.database.transact(know)
    wires = {"telegram": post.wire, "email": Wire("email")}
    post.wire = wires["email"]
    post.dispatcher = Dispatcher(
        house.database, post.clock, house.bells, house.context, wires, {}, house.addresses, house.presence
    )
    return post


async def month(post: Post, *, lost: int, at: datetime = NOW - DAY) -> str:
    """As many mails as are judged went to others, and so many addresses were lost by them: the standing then."""
    ((prospect_id, conversation_id),) = await open_conversations(post.house.database, 1, shipped_flow())

    async def work(tx: Tx) -> None:
        gone = {"channel": "email", "state": "sent", "created_at": at, "sent_at": at}
        for number in range(LEAST):
            await put_message(tx, prospect_id, conversation_id, f"Hello {number}", **gone)
        lost_then = {"prospect_id": prospect_id, "kind": "email", "via": "file", "created_at": at, "closed_at": at}
        values = [f"{prospect_id}-{number}@mail.example" for number in range(lost)]
        await tx.execute(insert(identities), [lost_then | {"value": one, "closed_reason": "bounced"} for one in values])

    await post.house.database.transact(work)
    return await work_out(post)


async def work_out(post: Post) -> str:
    return await sender_standing.work_out(post.house.database, post.clock.now())


async def go_on(post: Post) -> bool:
    return await post.house.database.transact(lambda tx: sender_standing.go_on(tx, post.clock.now()))


async def sent(post: Post, who: tuple[int, int], **columns: object) -> tuple[str, str | None]:
    """What became of one more message to them, by mail unless it is said otherwise."""
    await post.put(who, **{"channel": "email", **columns})
    await post.send()
    return (await post.rows())[-1]


async def test_a_bad_month_holds_a_first_mail_back_and_lets_what_has_begun_and_answers_go(mails: Post) -> None:
    assert await month(mails, lost=LOST) == "bad"
    assert await sent(mails, mails.ann) == HELD
    assert await sent(mails, mails.bob, kind="closing") == GONE, "it answers, whatever has been said before"
    assert await sent(mails, mails.bob, kind="reminder") == GONE, "the conversation has begun"
    assert await sent(mails, mails.bob) == GONE
    assert await sent(mails, mails.ann, kind="reply", proactive=False) == GONE


async def test_a_request_to_confirm_is_a_first_mail_and_a_word_in_telegram_is_none(mails: Post) -> None:
    await month(mails, lost=LOST)
    assert await sent(mails, mails.ann, kind=confirmations.KIND) == HELD
    assert await sent(mails, mails.bob, channel="telegram") == GONE


async def test_a_month_that_is_only_doubtful_holds_nothing_back(mails: Post) -> None:
    assert await month(mails, lost=LOST - 1) == "doubtful"
    assert await sent(mails, mails.ann) == GONE


async def test_what_was_held_back_goes_within_an_hour_after_the_standing_is_better(mails: Post) -> None:
    await month(mails, lost=LOST, at=NOW - MONTH)
    assert await sent(mails, mails.ann) == HELD
    mails.clock.advance(timedelta(minutes=10))
    assert await work_out(mails) == "unknown", "all of it was more than 30 days ago"
    mails.clock.set(NOW + AGAIN)
    await mails.send()
    assert (await mails.rows())[-1] == GONE


async def test_what_would_come_too_late_is_not_sent_any_more(mails: Post) -> None:
    await month(mails, lost=LOST)
    assert await sent(mails, mails.ann) == HELD
    mails.clock.advance(FORGET_AFTER + timedelta(seconds=1))
    await mails.send()
    assert (await mails.rows())[-1] == ("cancelled", "too late")


async def test_go_on_lets_first_mails_go_and_counts_afresh(mails: Post) -> None:
    assert not await go_on(mails), "nothing is held back yet"
    await month(mails, lost=LOST)
    assert await sent(mails, mails.ann) == HELD
    assert await go_on(mails) and not await go_on(mails)
    assert await sent(mails, mails.bob) == GONE
    mails.clock.advance(AGAIN)
    assert await work_out(mails) == "unknown"
    async with mails.house.database.read() as tx:
        seen = await sender_standing.reputation(tx, mails.clock.now())
        assert seen == Reputation(1, 0, 0) and await sender_standing.held_since(tx) is None
    assert await month(mails, lost=LOST, at=mails.clock.now()) == "doubtful", "101 mails since then"
    assert await month(mails, lost=LOST + 1, at=mails.clock.now()) == "bad", "what comes afterwards is judged as before"


async def test_a_mail_that_was_refused_at_the_door_counts_among_those_that_were_sent(mails: Post) -> None:
    await month(mails, lost=1)
    await mails.put(mails.ann, channel="email")
    await mails.send(Refused("no such user", gone=True))
    async with mails.house.database.read() as tx:
        assert await sender_standing.reputation(tx, NOW) == Reputation(LEAST + 1, 2, 0)


async def test_since_when_it_is_bad_stays_until_it_is_better(mails: Post) -> None:
    await month(mails, lost=LOST)
    mails.clock.advance(DAY)
    await work_out(mails)
    kept = await mails.house.database.look(mail_standing.kept)
    assert kept is not None and (kept.since, kept.at) == (NOW, NOW + DAY)
