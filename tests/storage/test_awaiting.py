"""Who was imported is found by the campaign that starts, whoever else writes about them at that moment."""

import pytest
from sqlalchemy import insert

from storage import campaigns, prospects
from storage.database import Database
from storage.engines import make_engine
from storage.tables import identities
from tests.storage.world import NOW


@pytest.mark.postgres
async def test_who_is_being_written_about_is_not_passed_over(postgres_url: str) -> None:
    database = Database(postgres_url)
    ann = await database.transact(lambda tx: prospects.create(tx, NOW, awaiting=True))
    engine = make_engine(database.url, writer=True)
    async with engine.connect() as other:
        row = {"prospect_id": ann, "kind": "external", "value": "c-1", "via": "shop", "created_at": NOW}
        await other.execute(insert(identities).values(**row))
        found = await database.transact(lambda tx: campaigns.awaiting(tx, 10))
        await other.rollback()
    await engine.dispose()
    await database.close()
    assert found == [ann]
