"""Claiming messages out of a crowd that waits: as quick however large the crowd is."""

import time
from pathlib import Path

from storage import claiming
from storage.database import Database, Tx, upgrade
from tests.bench.measure import Goal, Part, Rounds, Sizes
from tests.storage.world import NOW, open_conversations, shipped_flow

TAKEN = 100
GOALS = (
    Goal(
        "G12 claim of 100 messages out of a million against 100,000",
        "messages, all",
        "messages, a tenth",
        1.3,
        "us",
        at_most=True,
    ),
)
WAITING = """
INSERT INTO outbox (prospect_id, conversation_id, lane, channel, kind, message, proactive, dedupe_key, state, attempts,
  not_before, fence, created_at, rank)
WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {count})
SELECT 1, 1, 'prospect:' || number, CASE WHEN number % 5 THEN 'telegram' ELSE 'email' END, 'question', '', true,
  'message ' || number, 'ready', 0, '2026-03-01 10:00:00.000000', 0, '2026-03-01 10:00:00.000000', number % 3
FROM numbers
"""


class _Undone(Exception):
    """Only how long it takes was of interest."""


async def crowd(file: Path, count: int) -> Database:
    """A database in which so many messages may go."""
    await upgrade(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    await open_conversations(database, 1, shipped_flow())
    await database.transact(lambda tx: tx.exec_driver_sql(WAITING.format(count=count)))
    return database


async def claim_us(database: Database) -> float:
    """Microseconds that claiming a hundred takes."""
    taken = 0.0

    async def claim(tx: Tx) -> None:
        nonlocal taken
        began = time.perf_counter()
        await claiming.claim(tx, NOW, "telegram", TAKEN)
        taken = (time.perf_counter() - began) * 1e6
        raise _Undone

    try:
        await database.transact(claim)
    except _Undone:
        return taken
    raise AssertionError("unreachable: a claim that is measured is always undone")


async def measure(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """Both crowds in each round, several times."""
    whole, tenth = (
        await crowd(folder / "whole.db", sizes.answers),
        await crowd(folder / "tenth.db", sizes.answers // 10),
    )
    for number in range(4 * sizes.rounds + 1):
        noted = rounds if number else Rounds()
        noted.note("messages, all", await claim_us(whole))
        noted.note("messages, a tenth", await claim_us(tenth))
    await whole.close()
    await tenth.close()


PARTS = (Part("claims", GOALS, measure),)
