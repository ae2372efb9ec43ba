"""A table that somebody locks for long: what waits for it waits, and nobody's answer is put aside."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from bot.settings import Settings
from storage.database import Database
from storage.dialects import alone_in
from storage.tables import answers, inbox, step_counts
from tests.bench.corridor import TOKEN, raw, taps
from tests.bench.updates import message
from tests.storage.world import NOW

pytestmark = pytest.mark.postgres


async def known(house: House) -> tuple[str, int]:
    """How the newest input stands, and how often it was tried."""
    async with house.database.read() as tx:
        found = await tx.execute(select(inbox.c.state, inbox.c.attempts).order_by(inbox.c.id.desc()).limit(1))
        state, attempts = found.one()
    return state, attempts


async def test_an_answer_waits_as_long_as_its_sum_is_being_counted_afresh(postgres_url: str, tmp_path: Path) -> None:
    settings = Settings(
        home_dir=tmp_path, database_url=SecretStr(postgres_url), telegram_token=SecretStr(TOKEN), quiet_hours=""
    )
    counting = Database(postgres_url)
    async with open_house(settings, server=True, clock=VirtualClock(NOW)) as house:
        await house.intake.put_many([raw(message(1, 71, "/start"), 1, 71)])
        await house.settle()
        await house.intake.put_many(await taps(house, range(71, 72), "price", 2))
        event.listen(
            house.database._engine.sync_engine,
            "begin",
            lambda connection: connection.exec_driver_sql("SET LOCAL lock_timeout = '1ms'"),
        )
        async with counting._engine.connect() as tx, tx.begin():
            await alone_in(tx, step_counts)
            for _ in range(4):
                with pytest.raises(DBAPIError, match="lock timeout"):
                    await house.settle()
                assert await known(house) == ("new", 1)
        await house.settle()
        assert await known(house) == ("done", 1)
        async with house.database.read() as tx:
            assert (await tx.execute(select(answers.c.value))).scalars().all() == ["price"]
    await counting.close()
