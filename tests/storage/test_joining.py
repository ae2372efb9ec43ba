"""Two prospects who are one: everything of both is kept, and one conversation goes on."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from flows.codec import decode_state
from flows.state import State
from storage import consents, conversations, joining, pauses, prospects, timers
from storage.conversations import Opening
from storage.database import Database, Tx
from storage.tables import campaigns, grants, metadata
from storage.tables import conversations as talks

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def two(tx: Tx) -> tuple[int, int]:
    """Two prospects who both talk, both got the same offer, and know different things."""
    await tx.execute(insert(campaigns).values(name="c", state="running", definition={}, created_at=NOW))
    older = await prospects.create(tx, NOW, first_name="Anna", attributes={"a": "1", "b": "1"})
    newer = await prospects.create(tx, NOW, first_name="Anne", city="Pécs", attributes={"b": "2", "c": "2"}, tags=["x"])
    for number, who in enumerate((older, newer)):
        await prospects.bind(tx, who, "external", f"c-{number}", via="import", now=NOW)
        talk = await conversations.open_new(tx, Opening(who, "c", State("f", 1, "en", 1)), NOW)
        await timers.set_timer(tx, talk, "first", 0, NOW + timedelta(hours=1))
        given: dict[str, Any] = {
            "campaign": "c",
            "offer": "o",
            "kind": "discount",
            "granted_at": NOW,
            "code": f"A{number}",
        }
        await tx.execute(insert(grants).values(prospect_id=who, conversation_id=talk, **given))
    await tx.execute(
        insert(grants).values(prospect_id=newer, campaign="c", offer="other", kind="sample", granted_at=NOW)
    )
    await consents.record(tx, older, "email", granted=False, way="stop word", now=NOW)
    await consents.record(tx, newer, "email", granted=True, way="import", now=NOW)
    return older, newer


async def test_nothing_of_either_is_lost(database: Database) -> None:
    older, newer = await database.transact(two)
    stays = await database.transact(lambda tx: joining.join(tx, newer, older, NOW))
    assert stays == older
    async with database.read() as tx:
        row = await prospects.get(tx, older)
        assert row is not None and (row.first_name, row.city, row.tags) == ("Anna", "Pécs", ["x"])
        assert row.attributes == {"a": "1", "b": "1", "c": "2"}
        assert await prospects.get(tx, newer) is None
        assert await prospects.find(tx, {"external": "c-1"}) == [older]
        for table in metadata.sorted_tables:
            if "prospect_id" in table.c and table is not grants:
                owners = (await tx.execute(select(table.c.prospect_id))).scalars().all()
                assert set(owners) <= {older}, table.name


async def test_the_newer_of_two_live_conversations_is_cancelled(database: Database) -> None:
    older, newer = await database.transact(two)
    await database.transact(lambda tx: joining.join(tx, older, newer, NOW))
    async with database.read() as tx:
        rows = (await tx.execute(select(talks).order_by(talks.c.id))).all()
        assert await timers.waiting(tx) == 1
    assert [(row.status, row.outcome, row.ended_at) for row in rows] == [
        ("waiting", None, None),
        ("ended", "cancelled", NOW),
    ]
    state = decode_state(rows[1].state)
    assert (state.status, state.outcome, state.turn) == ("ended", "cancelled", rows[1].turn)


async def test_an_offer_both_were_given_stays_with_the_older_one(database: Database) -> None:
    older, newer = await database.transact(two)
    await database.transact(lambda tx: joining.join(tx, older, newer, NOW))
    async with database.read() as tx:
        rows = (
            await tx.execute(select(grants.c.offer, grants.c.code, grants.c.prospect_id).order_by(grants.c.id))
        ).all()
    assert [tuple(row) for row in rows] == [("o", "A0", older), ("o", "A1", None), ("other", None, older)]


async def test_who_refused_once_has_refused(database: Database) -> None:
    older, newer = await database.transact(two)
    await database.transact(lambda tx: joining.join(tx, older, newer, NOW))
    async with database.read() as tx:
        assert (await consents.current(tx, [older]))[older, "email"][0] is False


async def test_of_two_pauses_the_longer_one_holds(database: Database) -> None:
    older, newer = await database.transact(two)
    soon, later = NOW + timedelta(days=1), NOW + timedelta(days=9)
    await database.transact(lambda tx: pauses.pause(tx, older, soon))
    await database.transact(lambda tx: pauses.pause(tx, newer, later))
    await database.transact(lambda tx: joining.join(tx, older, newer, NOW))
    async with database.read() as tx:
        row = await prospects.get(tx, older)
        assert row is not None and row.paused_until == later
