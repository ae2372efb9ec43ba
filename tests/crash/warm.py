"""Read first in the process that all servers are forked from: one conversation is served, and what it loads is kept."""

import asyncio
import gc
import shutil
import tempfile
from pathlib import Path

import httpx

from bot.app import running
from bot.settings import Settings
from storage import shelf
from tests.crash.server import LONGEST, settings_of
from tests.edge.smtp import Mailbox
from tests.edge.telegram import FakeTelegram


async def warm_up() -> None:
    """Serve one short conversation."""
    folder = Path(tempfile.mkdtemp(prefix="holdback-warm-"))
    try:
        async with FakeTelegram() as telegram:
            with Mailbox() as box:
                values = settings_of(f"sqlite:///{folder / 'holdback.db'}", folder, telegram, box)
                async with running(Settings(**values)) as house:
                    now = house.clock.now()
                    await house.database.transact(lambda tx: shelf.import_code(tx, "discount_10", "TEN", None, now))
                    user = telegram.user()
                    await user.start("")
                    await user.wait_for("held you back", timeout=LONGEST)
                    await user.tap("The price")
                    await user.wait_for("What price would feel right", timeout=LONGEST)
                    await user.tap("A little less")
                    await user.wait_for("Does this help", timeout=LONGEST)
                    await user.tap("Yes, thank you")
                    await user.wait_for("glad to hear it", timeout=LONGEST)
                    async with httpx.AsyncClient(base_url=house.base_url) as http:
                        for page in ("/", "/privacy", "/console/login", "/api/v1/openapi.json"):
                            await http.get(page)
    finally:
        shutil.rmtree(folder)


asyncio.run(warm_up())
gc.freeze()
