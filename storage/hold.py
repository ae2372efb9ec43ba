"""Holding everything back: after a restore, and whenever a person says so, nothing is sent until one lets it.

It stands in the database: every process looks before it takes messages up, and once more before each leaves the house.
"""

from storage import facts
from storage.database import Tx
from storage.failpoints import failpoint

NAME = "held"


async def hold(tx: Tx, why: str) -> None:
    """Send nothing from now on."""
    await facts.put(tx, NAME, why)


async def release(tx: Tx) -> bool:
    """Send again. False when nothing was held."""
    held = await reason(tx) is not None
    await facts.put(tx, NAME, "")
    failpoint("hold.released")
    return held


async def reason(tx: Tx) -> str | None:
    """Why nothing is sent, or None when sending is allowed."""
    return await facts.get(tx, NAME) or None
