"""Turns taken together come to what they would have come to one by one."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bot.house import House
from bot.runtime import turns
from bot.runtime.clock import VirtualClock
from bot.runtime.intake import RawInput
from storage import prospects, recounting, shelf
from storage.database import Tx
from storage.inbox import LEASE, claim, failed
from storage.tables import answers, conversations, grants, inbox, journal
from tests.bench.corridor import raw, taps
from tests.bench.updates import message
from tests.storage.world import NOW

USERS = range(71, 75)


async def together(house: House, items: Sequence[RawInput]) -> None:
    """All of this comes in at once, and is taken in one group."""
    await house.intake.put_many(items)
    assert await house.turner.take_inbox() == len(items)
    async with house.database.read() as tx:
        assert set((await tx.execute(select(inbox.c.state, inbox.c.attempts))).all()) == {("done", 1)}


async def rows(house: House, *columns: Any) -> list[tuple[Any, ...]]:
    async with house.database.read() as tx:
        return [tuple(row) for row in await tx.execute(select(*columns).order_by(columns[0].table.c.id))]


async def say(house: House, number: int, *texts: str) -> None:
    """Each of the users says all of this, at once."""
    items = [
        raw(message(number + 10 * at + user, user, text), number + 10 * at + user, user)
        for at, text in enumerate(texts)
        for user in USERS
    ]
    await together(house, items)


async def fill(house: House, count: int) -> None:
    async def work(tx: Tx) -> None:
        for number in range(count):
            await shelf.import_code(tx, "discount_10", f"TEN-{number}", None, NOW)

    await house.database.transact(work)


async def test_what_one_person_sends_is_taken_in_its_order(house: House) -> None:
    await say(house, 1000, "/start", "/help", "too expensive", "/stop")
    for number in range(1, len(USERS) + 1):
        async with house.database.read() as tx:
            said = await tx.execute(select(journal.c.said).where(journal.c.conversation_id == number))
            assert list(said.scalars()) == ["/start", "/help", "too expensive", "/stop"]
    assert await rows(house, conversations.c.outcome, conversations.c.turn) == [("stopped", 4)] * len(USERS)


async def test_the_last_codes_go_to_as_many_as_there_are(house: House) -> None:
    """Four ask for one of two codes in the same group: two get one, nobody waits for one or loses a turn."""
    await fill(house, 2)
    await say(house, 1000, "/start")
    await together(house, await taps(house, USERS, "price", 2000))
    await together(house, await taps(house, USERS, "up_to_10", 3000))
    given = [code for offer, code in await rows(house, grants.c.offer, grants.c.code) if offer == "discount_10"]
    assert given == ["TEN-0", "TEN-1"]
    assert [step for (step,) in await rows(house, answers.c.step)] == ["barrier"] * 4 + ["price"] * 4


async def test_who_takes_none_leaves_the_last_code_to_who_does(house: House) -> None:
    await fill(house, 1)
    await say(house, 1000, "/start")
    await together(house, await taps(house, USERS, "price", 2000))
    *_, last = await taps(house, USERS, "up_to_10", 3000)
    others = [raw(message(4000 + user, user, "/help"), 4000 + user, user) for user in USERS[:-1]]
    await together(house, [*others, last])
    assert [code for _, code in await rows(house, grants.c.offer, grants.c.code) if code] == ["TEN-0"]


async def test_who_slept_past_the_lease_takes_nothing_a_second_time(house: House) -> None:
    """Another worker has taken the turn meanwhile: the late one changes nothing, and counts no failure."""
    await say(house, 1000, "/start")
    await house.intake.put_many([raw(message(2000, 71, "too expensive"), 2000, 71)])
    (late,) = await house.database.transact(lambda tx: claim(tx, NOW, 10))
    assert isinstance(house.clock, VirtualClock)
    house.clock.advance(2 * LEASE)
    assert await house.turner.take_inbox() == 1
    before = await rows(house, journal.c.conversation_id, journal.c.said)
    assert await house.turner._take_alone(late)
    await house.database.transact(lambda tx: failed(tx, late, "too late", NOW))
    assert await rows(house, journal.c.conversation_id, journal.c.said) == before
    assert (await rows(house, inbox.c.state, inbox.c.attempts))[-1] == ("done", 2)


async def test_who_answers_and_is_erased_in_one_group_counts_no_longer(house: House) -> None:
    """The sums are written once for the group, but before anybody is taken off them."""
    await say(house, 1000, "/start")

    async def known(tx: Tx) -> None:
        (who,) = await prospects.find(tx, {"telegram": "71"})
        await prospects.bind(tx, who, "email", "ann@example.com", via="test", now=NOW)

    await house.database.transact(known)
    wishes = [
        RawInput("shopify", topic, "shop:ann", json.dumps({"topic": topic, "at": NOW.isoformat(), "origin": ""} | ANN))
        for topic in ("customers/data_request", "customers/redact")
    ]
    await together(house, [*(await taps(house, USERS, "price", 2000)), *wishes])
    async with house.database.read() as tx:
        assert await prospects.find(tx, {"email": "ann@example.com"}) == []
        for kept in (recounting.STEPS, recounting.BARRIERS):
            found = await recounting.compare(tx, kept)
            assert found.rows and not found.wrong, kept.name


ANN = {"identities": {"email": "ann@example.com"}, "document": {}}


async def test_what_failed_before_the_database_went_away_has_had_its_attempt(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.intake.put_many(
        [RawInput("telegram", "1", "telegram:70", "broken"), raw(message(2, 71, "/start"), 2, 71)]
    )

    def away(place: str) -> None:
        if place == "turns.received":
            raise ConnectionResetError

    monkeypatch.setattr(turns, "failpoint", away)
    with pytest.raises(ConnectionResetError):
        await house.turner.take_inbox()
    monkeypatch.undo()
    await house.turner._hand_back()
    assert await rows(house, inbox.c.state, inbox.c.attempts) == [("new", 1), ("new", 0)]


async def test_turns_of_one_conversation_stand_apart_in_time(house: House) -> None:
    """However many are taken at once: what is shown by time stands in the order it was said."""
    await say(house, 1000, "/start", "/help", "too expensive", "/help", "/stop")
    for number in range(1, len(USERS) + 1):
        async with house.database.read() as tx:
            moments = list(
                (await tx.execute(select(journal.c.at).where(journal.c.conversation_id == number))).scalars()
            )
        assert len(moments) == 5
        assert moments == sorted(set(moments))
