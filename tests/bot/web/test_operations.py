"""What operators watch: whether the server is ready, and what waits or went wrong."""

from pathlib import Path

from fastapi import FastAPI

from bot.house import open_house
from bot.runtime.intake import RawInput
from bot.settings import Settings
from bot.web.operations import router
from storage.database import Tx
from tests.bot.web.asking import asking
from tests.storage.world import open_conversations, put_message, shipped_flow


async def test_an_operator_sees_what_waits_and_what_went_wrong(published_url: str, tmp_path: Path) -> None:
    settings = Settings(home_dir=tmp_path, database_url=published_url)  # type: ignore[arg-type]  # read as a secret
    async with open_house(settings) as house:
        (who,) = await open_conversations(house.database, 1, shipped_flow())

        async def said(tx: Tx) -> None:
            for state in ("ready", "ready", "sent", "failed"):
                await put_message(tx, *who, state=state)

        await house.database.transact(said)
        await house.intake.put_many([RawInput("shop", "1", "shop:1", "{}")])
        application = FastAPI()
        application.include_router(router(house))
        async with asking(application) as client:
            assert (await client.get("/readyz")).json() == {"ready": True}
            lines = (await client.get("/metrics")).text.splitlines()
    queues = ("holdback_inbox", "holdback_outbox", "holdback_timers")
    assert [line for line in lines if line.startswith(queues)] == [
        'holdback_inbox{state="new"} 1',
        'holdback_outbox{channel="telegram",state="failed"} 1',
        'holdback_outbox{channel="telegram",state="ready"} 2',
        "holdback_timers 0",
    ]
