"""Tasks of staff, on both databases: opened once, done once, listed by when they are due."""

from datetime import timedelta

from storage import tasks
from storage.database import Database
from storage.tasks import Sought
from tests.storage.world import NOW, open_conversations, shipped_flow


async def open_task(database: Database, who: tuple[int, int], key: str, **other: object) -> str | None:
    values: dict[str, object] = {"kind": "callback", "due_at": NOW, "note": None} | other
    return await database.transact(
        lambda tx: tasks.open_once(
            tx,
            prospect_id=who[0],
            conversation_id=who[1],
            dedupe_key=key,
            by="bot",
            now=NOW,
            **values,  # type: ignore[arg-type]
        )
    )


async def test_a_key_opens_one_task_ever(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    first = await open_task(database, ann, "k" * 200)
    assert first is not None
    assert await open_task(database, ann, "k" * 200, kind="other") is None
    assert await database.transact(lambda tx: tasks.done(tx, first, by="anna", result="she buys", now=NOW))
    assert not await database.transact(lambda tx: tasks.done(tx, first, by="ben", result="late", now=NOW))
    assert await open_task(database, ann, "k" * 200) is None, "done is done"
    async with database.read() as tx:
        row = await tasks.get(tx, first)
    assert row is not None and (row.state, row.done_by, row.result) == ("done", "anna", "she buys")
    assert await database.transact(lambda tx: tasks.reopen(tx, first))
    async with database.read() as tx:
        row = await tasks.get(tx, first)
    assert row is not None and (row.state, row.done_by, row.result) == ("open", None, None)


async def test_the_soonest_due_stands_first_and_pages_go_on_where_they_ended(database: Database) -> None:
    ann, ben = await open_conversations(database, 2, shipped_flow())
    late = await open_task(database, ann, "a", due_at=NOW - timedelta(hours=1), assignee="anna")
    soon = await open_task(database, ben, "b", due_at=NOW + timedelta(hours=1))
    undated = await open_task(database, ben, "c", due_at=None)
    async with database.read() as tx:
        first = await tasks.page(tx, Sought(), cursor=None, limit=2)
        rest = await tasks.page(tx, Sought(), cursor=first.following, limit=2)
        assert [row.uid for row in (*first.rows, *rest.rows)] == [late, undated, soon]
        assert rest.following is None
        assert [await tasks.count(tx, one) for one in _views()] == [3, 1, 2, 1, 2, 0]


def _views() -> list[Sought]:
    return [
        Sought(),
        Sought(whose="mine", me="anna"),
        Sought(whose="nobody"),
        Sought(overdue=NOW),
        Sought(prospect_id=2),
        Sought(state="done"),
    ]


async def test_how_to_reach_somebody_lands_in_what_is_open_and_a_purchase_ends_it(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    uid = await open_task(database, ann, "a")
    assert uid is not None
    said = {"way": "phone", "value": "+36 1 234 5678"}
    assert await database.transact(lambda tx: tasks.set_contact(tx, ann[1], said)) == 1
    assert await database.transact(lambda tx: tasks.cancel_for(tx, ann[0], reason="bought", by="bot", now=NOW)) == 1
    assert not await database.transact(lambda tx: tasks.assign(tx, uid, "anna"))
    async with database.read() as tx:
        row = await tasks.get(tx, uid)
    assert row is not None and (row.contact, row.state, row.result) == (said, "cancelled", "bought")
