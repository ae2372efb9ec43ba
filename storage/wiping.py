"""A command that erases somebody beside a server asks it to empty SQLite's log: only the server folds that in.

Without a server beside it the command's own end does: whoever closes the file last folds the log in and removes it.
"""

from typing import Final

from storage import facts
from storage.database import Database, Tx

ASKED: Final = "log_to_be_emptied"
"""The fact that says so."""


async def ask(tx: Tx) -> None:
    """In the transaction of the erasure: what was erased is to leave the log, too."""
    await facts.put(tx, ASKED, "yes")


async def answer(database: Database) -> None:
    """In the server: empty the log when a command has asked for it. While readers keep it, it stays asked."""
    if await database.look(lambda tx: facts.get(tx, ASKED)) == "yes" and await database.wipe():
        await database.transact(lambda tx: facts.put(tx, ASKED, "no"))
