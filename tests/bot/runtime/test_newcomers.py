"""Many who start the bot in the same moment: they are written together, and each is as if they had come alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select

from bot.house import House
from bot.runtime.intake import RawInput
from storage import campaigns, inbox, suppressions
from storage.tables import consents, conversations, identities, journal, profiles, prospects
from storage.tables import suppressions as listed
from tests.bench.corridor import raw
from tests.bench.updates import message
from tests.storage.world import NOW

USERS = range(41, 45)
OURS = frozenset({"id", "uid", "prospect_id", "conversation_id", "value", "state", "created_at", "updated_at", "at"})
"""Columns that tell people apart, or that hold a moment or a seed."""


def start(number: int, user: int, more: str = "") -> RawInput:
    return raw(message(number, user, f"/start{more}"), number, user)


async def take(house: House, items: Sequence[RawInput]) -> None:
    await house.intake.put_many(items)
    assert await house.turner.take_inbox() == len(items)


async def rows(house: House, table: Table) -> list[Any]:
    async with house.database.read() as tx:
        return list((await tx.execute(select(table).order_by(*table.primary_key))).all())


def told(row: Any) -> dict[str, Any]:
    """What two people have in common who did the same."""
    return {name: value for name, value in row._mapping.items() if name not in OURS}


async def test_who_comes_with_others_is_as_if_they_had_come_alone(house: House) -> None:
    await take(house, [start(1, 40)])
    await take(house, [start(user, user) for user in USERS])
    for table in (prospects, conversations, identities, consents, journal):
        alone, *others = [told(row) for row in await rows(house, table)]
        assert len(others) == len(USERS), table.name
        for other in others:
            for name in ("provenance", "lot", "arm"):
                alone.pop(name, None)
                other.pop(name, None)
            assert other == alone, table.name
    assert [row.value for row in await rows(house, identities)] == ["40", *map(str, USERS)]
    assert len(await rows(house, profiles)) == 1 + len(USERS)


async def test_who_is_known_or_brings_a_link_goes_their_own_way_among_them(house: House) -> None:
    await take(house, [start(1, 41)])
    await take(house, [start(10 + user, user, " nonsense" if user == 42 else "") for user in USERS])
    assert sorted(row.value for row in await rows(house, identities)) == [str(user) for user in USERS]
    assert len(await rows(house, conversations)) == len(USERS)
    assert [row.said for row in await rows(house, journal)].count("/start") == 1 + len(USERS)


async def test_a_start_lifts_what_was_suppressed(house: House) -> None:
    async def suppress(tx: Any) -> None:
        await suppressions.add(tx, house.secret, [("telegram", "41"), ("telegram", "99")], reason="asked", now=NOW)

    await house.database.transact(suppress)
    await take(house, [start(user, user) for user in USERS])
    assert len(await rows(house, listed)) == 1


async def test_without_a_campaign_they_are_known_and_nothing_is_opened(house: House) -> None:
    await house.database.transact(_stop)
    await take(house, [start(user, user) for user in USERS])
    assert len(await rows(house, prospects)) == len(USERS) == len(await rows(house, profiles))
    assert await rows(house, conversations) == []


async def _stop(tx: Any) -> None:
    for row in await campaigns.all_campaigns(tx):
        await campaigns.set_state(tx, row.name, "stopped", NOW)


async def test_what_was_tried_before_is_not_held_up_by_those_who_come_all_the_time(house: House) -> None:
    """A process died with three in hand; since then somebody new has always come before the next look."""
    await house.intake.put_many([start(user, user) for user in range(1, 4)])
    await house.database.transact(lambda tx: inbox.claim(tx, NOW, 3))
    await house.database.transact(inbox.release_leases)
    for look in range(6):
        await house.intake.put_many([start(100 + look, 100 + look)])
        await house.turner.take_inbox()
    known = {row.value for row in await rows(house, identities)}
    assert {"1", "2", "3"} <= known, "every other look is theirs"
    assert {"100", "101", "102"} <= known, "and the others are not held up either"
