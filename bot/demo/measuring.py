"""The sample shop measures from its first day: some people are kept apart by lot, as its live strategy says."""

from datetime import datetime

from bot.house import House
from flows.offers.starter import starter
from flows.offers.strategy import Control
from storage import strategies
from storage.database import Tx

GROUPS = Control(never_contacted=10, asked_no_offer=20)
"""What is recommended: a tenth is left alone, a fifth is asked without an offer."""


async def start_measuring(house: House, campaign: str, by: str, now: datetime) -> None:
    """Let the starting strategy go live with control groups."""
    definition = starter(house.catalogue, campaign).model_copy(update={"control": GROUPS})

    async def live(tx: Tx) -> None:
        number = await strategies.create(tx, definition, by, now, "We start to measure what helps.")
        await strategies.submit(tx, number, by, now)
        await strategies.approve(tx, number, by, now)

    await house.database.transact(live)
