"""Places, what people say in the shop, and the playbook, on both databases."""

from datetime import timedelta

from sqlalchemy import update

from storage import places, playbook, prospects, purchases, walk_ins
from storage.database import Database, Tx
from storage.purchases import Purchase
from storage.reads.common import Window
from storage.tables import conversations
from storage.walk_ins import Said
from tests.storage.world import NOW, open_conversations, shipped_flow


async def test_what_is_kept_of_the_shop_floor(database: Database) -> None:
    (ann,) = await open_conversations(database, 1, shipped_flow())
    fr, en = ("fit", "Shelf", "fr"), ("fit", "", "en")

    async def work(tx: Tx) -> None:
        uid = await places.create(tx, name="Window", source="window", by="anna", now=NOW, product_name="Lamp")
        assert uid is not None and await places.create(tx, name="Window", source="x", by="anna", now=NOW) is None
        row = await places.behind(tx, uid.upper())
        assert row is not None and len(uid) == 8
        await places.came_through(tx, row.id)
        assert [one.came for one in await places.everywhere(tx)] == [1]
        assert await places.close(tx, uid, NOW) and not await places.close(tx, uid, NOW)
        assert await places.behind(tx, uid) is None and await places.reopen(tx, uid)

        first = await walk_ins.note(tx, Said("price", "anna", product="Rug"), NOW)
        await walk_ins.note(tx, Said("price", "anna", prospect_id=ann[0], language="hu"), NOW)
        for product in ("Mug", "Kettle", "Kettle", "Lamp", None):
            await prospects.create(tx, NOW, product_name=product)
        assert await walk_ins.recent_products(tx, 2) == ["Rug", "Lamp"]
        assert await walk_ins.recent_products(tx, 5) == ["Rug", "Lamp", "Kettle", "Mug"], "noted, hung, best known"
        assert await walk_ins.undo(tx, first, NOW) and not await walk_ins.undo(tx, first, NOW)
        assert await walk_ins.recent_products(tx, 2) == ["Lamp", "Kettle"]
        window = Window(NOW - timedelta(1), NOW + timedelta(1))
        assert await walk_ins.by_barrier(tx, window) == {"price": 1} and await walk_ins.count(tx, NOW) == 1
        assert await walk_ins.by_barrier(tx, window, product="Rug", language="hu") == {}

        for key in (fr, en, fr):
            await playbook.save(tx, key, {"say": " ".join(key), "replies": []}, by="anna", now=NOW)
        assert [one["say"] for one in await playbook.own(tx, "fit", "Shelf", ["fr", "en"])] == [
            "fit Shelf fr",
            "fit  en",
        ]
        await playbook.save(tx, fr, {"say": "", "replies": []}, by="anna", now=NOW)
        assert [row.language for row in await playbook.list_own(tx)] == ["en"]
        for _ in range(2):
            await playbook.note_use(tx, ann[1], "price-right", "price", "anna", NOW)
        week = timedelta(7)
        soon = {"price-right": playbook.Worked(used=1)}
        assert await playbook.worked(tx, NOW, week, NOW + timedelta(6)) == soon, "they may still buy"
        order = Purchase("O-1", NOW + timedelta(1), None, None, None, None)
        await purchases.record(tx, order, ann[0], NOW, window=week)
        ended = {"ended_at": NOW, "outcome": "helped"}
        await tx.execute(update(conversations).where(conversations.c.id == ann[1]).values(**ended))
        late = {"price-right": playbook.Worked(used=1, ended=1, solved=1, over=1, bought=1)}
        assert await playbook.worked(tx, NOW, week, NOW + week) == late

    await database.transact(work)
