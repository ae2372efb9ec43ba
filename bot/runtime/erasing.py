"""Erasing people whose time has come: what came in about them is sought first, while nobody waits."""

from bot.runtime.clock import Clock
from storage import conversations, erasure, seeking
from storage.database import Database, Tx
from storage.seeking import Sought


class Eraser:
    """Erases the prospects of conversations."""

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        """`secret`: what addresses on the list of those never to be written to are hashed with."""
        self._database, self._clock, self._secret = database, clock, secret

    async def seek(self, conversation_id: int) -> Sought | None:
        """What came in about the prospect of this conversation; None when it is not there any more."""
        async with self._database.read() as tx:
            row = await conversations.get(tx, conversation_id)
        return await seeking.seek(self._database, row.prospect_id) if row is not None else None

    async def erase(self, tx: Tx, conversation_id: int, sought: Sought | None) -> None:
        """Erase the prospect of this conversation in the caller's transaction, if they are still there."""
        row = await conversations.get(tx, conversation_id)
        if row is not None:
            await erasure.erase(tx, row.prospect_id, self._clock.now(), self._secret, sought)
