"""Public links: their tokens are nowhere in the database, and open what they were made for and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from storage import links
from storage.database import Database
from storage.tables import links as table
from tests.storage.world import NOW, open_conversations, shipped_flow

KEY = b"k" * 32


async def make(database: Database, who: tuple[int, int], purpose: links.Purpose = "survey", key: bytes = KEY) -> str:
    return await database.transact(lambda tx: links.token_for(tx, key, purpose, who[0], None, NOW))


async def opens(
    database: Database, token: str, purpose: links.Purpose = "survey", after: timedelta = timedelta(0)
) -> bool:
    async with database.read() as tx:
        return await links.find(tx, token, purpose, NOW + after) is not None


async def test_a_token_is_made_once_and_can_be_made_again(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    token = await make(database, ann)
    assert token == await make(database, ann)
    assert await opens(database, token)
    assert 20 <= len(token) <= 64, "it fits a deep link"


async def test_a_token_opens_only_what_it_was_made_for(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    token = await make(database, ann)
    assert not await opens(database, token, "preferences") and not await opens(database, token, "start")
    assert token != await make(database, ann, "preferences")


async def test_the_database_alone_opens_nothing(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    token = await make(database, ann)
    async with database.read() as tx:
        link = await links.find(tx, token, "survey", NOW)
    assert link is not None
    assert token not in " ".join(str(value) for value in link)
    assert not await opens(database, link.token_hash)
    assert not await opens(database, links.make_token(b"another key" * 4, link.id, "survey"))


@pytest.mark.parametrize("token", ["", "x", "x" * 32, "x" * 10_000, "' OR 1=1 --" * 3, "\x00" * 30])
async def test_what_is_no_token_opens_nothing(database: Database, token: str) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    await make(database, ann)
    assert not await opens(database, token)


async def test_a_link_lasts_its_time_and_a_new_one_is_made_before_it_ends(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    token = await make(database, ann)
    assert await opens(database, token, after=links.LIFETIME - timedelta(seconds=1))
    assert not await opens(database, token, after=links.LIFETIME)
    late = NOW + links.LIFETIME - timedelta(days=6)
    newer = await database.transact(lambda tx: links.token_for(tx, KEY, "survey", ann[0], None, late))
    assert newer != token and await opens(database, token)


async def test_the_link_of_a_conversation_that_goes_on_for_longer_works_on(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    first, late = NOW, NOW + links.LIFETIME - timedelta(days=6)
    tokens = [
        await database.transact(lambda tx, at=at: links.token_for(tx, KEY, "survey", *ann, at))  # type: ignore[misc]
        for at in (first, late)
    ]
    assert tokens[0] == tokens[1]
    assert await opens(database, tokens[0], after=links.LIFETIME + timedelta(days=30))


async def test_a_revoked_link_opens_nothing(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    token = await make(database, ann)
    await database.transact(lambda tx: tx.execute(update(table).values(revoked_at=NOW)))
    assert not await opens(database, token)
    assert await make(database, ann) != token
