"""Messages of unknown fate: what a flow asks to be sent once more is, once, and only while it is still what to say."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from storage import unsure
from storage.database import Database, Tx
from storage.tables import outbox
from tests.storage.world import NOW, open_conversations, put_message, shipped_flow

MINUTE = timedelta(minutes=1)


async def unsure_message(database: Database, **columns: Any) -> tuple[int, int]:
    """A conversation with a message of unknown fate: (prospect, conversation)."""
    (who,) = await open_conversations(database, 1, shipped_flow())
    await database.transact(lambda tx: put_message(tx, *who, **{"state": "unknown", "resend": True, **columns}))
    return who


async def look(database: Database, after: timedelta = 2 * MINUTE) -> int:
    return await database.transact(lambda tx: unsure.send_once_more(tx, NOW + after))


async def states(database: Database) -> list[tuple[str, bool]]:
    async with database.read() as tx:
        rows = await tx.execute(select(outbox.c.state, outbox.c.resend).order_by(outbox.c.id))
        return [(row.state, row.resend) for row in rows]


async def test_it_is_sent_once_more_and_never_again(database: Database) -> None:
    await unsure_message(database)
    assert await look(database) == 1
    assert await states(database) == [("ready", False)]
    await database.transact(lambda tx: tx.execute(update(outbox).values(state="unknown")))
    assert await look(database, 10 * MINUTE) == 0, "nobody knows of the second one either: a person decides"


async def test_an_answer_has_a_minute_to_close_it(database: Database) -> None:
    await unsure_message(database)
    assert await look(database, MINUTE / 2) == 0


async def test_without_the_flows_wish_it_is_never_sent_again_by_itself(database: Database) -> None:
    await unsure_message(database, resend=False)
    assert await look(database) == 0 and await states(database) == [("unknown", False)]


async def test_what_was_followed_by_something_or_is_a_day_old_is_not_sent_again(database: Database) -> None:
    who = await unsure_message(database)
    assert await look(database, timedelta(days=1)) == 0

    async def follow(tx: Tx) -> None:
        await put_message(tx, *who, state="sent")

    await database.transact(follow)
    assert await look(database) == 0
