"""What is asked again and again is found by an index: what grows for ever is not read whole."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import event

from storage import checkouts, deliveries, inbox, often, set_aside, unsure
from storage.database import Tx
from storage.reads import queues, today
from tests.storage.world import NOW

WHOLE = re.compile(r"SCAN (inbox|outbox|checkouts|deliveries)|.*Seq Scan on.*")

LOOKS: dict[str, Callable[[Tx], Awaitable[Any]]] = {
    "the inbox's backlog": inbox.backlog,
    "work in the inbox": lambda tx: inbox.has_work(tx, NOW),
    "input put aside": set_aside.count,
    "input put aside last": lambda tx: set_aside.newest(tx, 50),
    "mails that left": lambda tx: often.mails_since(tx, NOW),
    "messages of unknown fate": unsure.count,
    "the newest of unknown fate": lambda tx: unsure.newest(tx, 50),
    "what is sent once more": lambda tx: unsure.send_once_more(tx, NOW),
    "what waits and what went wrong": queues.unsettled,
    "the queues on the first page": lambda tx: today.health(tx, NOW),
    "checkouts that are open": checkouts.count_open,
    "checkouts given up": lambda tx: checkouts.any_due(tx, NOW),
    "webhooks that are due": lambda tx: deliveries.any_due(tx, NOW),
}


async def test_no_queue_is_read_whole(tx: Tx) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(tx.engine.sync_engine, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
    if tx.dialect.name == "postgresql":  # a table that is empty is read whole all the same, where that is allowed
        await tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN QUERY PLAN" if tx.dialect.name == "sqlite" else "EXPLAIN"
    for about, look in LOOKS.items():
        asked.clear()
        await look(tx)
        statements = tuple(asked)
        assert statements, about
        for statement, parameters in statements:
            plan = [str(row[-1]) for row in await tx.exec_driver_sql(f"{explain} {statement}", parameters)]
            assert not [line for line in plan if WHOLE.fullmatch(line)], (about, plan)
