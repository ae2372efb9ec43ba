"""For operators: is it alive, is it ready, how much waits; and Telegram's webhook."""

from typing import Protocol

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from bot.runtime.clock import Clock
from bot.runtime.intake import Intake
from bot.settings import Settings
from storage import inbox, timers
from storage.database import Database
from storage.reads import queues


class House(Protocol):
    """What these routes need of the house."""

    settings: Settings
    database: Database
    clock: Clock
    intake: Intake


def router(house: House) -> APIRouter:
    """`/healthz` (the process answers), `/readyz` (the database answers too), `/metrics` (Prometheus text)."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> Response:
        return PlainTextResponse("ok\n")

    @routes.get("/readyz")
    async def readyz() -> Response:
        try:
            async with house.database.read() as tx:
                await inbox.has_work(tx, house.clock.now())
        except Exception:  # noqa: BLE001 - not ready, whatever the reason; it is in the log
            return JSONResponse({"ready": False, "reason": "the database does not answer"}, 503)
        return JSONResponse({"ready": True})

    @routes.get("/metrics")
    async def metrics() -> Response:
        async with house.database.read() as tx:
            received, said = await inbox.backlog(tx), await queues.unsettled(tx)
            set_timers = await timers.waiting(tx)
        log = house.database.log_size()
        return PlainTextResponse(_prometheus(received, said, set_timers, log), media_type="text/plain; version=0.0.4")

    return routes


def _prometheus(received: dict[str, int], said: dict[tuple[str, str], int], set_timers: int, log: int) -> str:
    lines = ["# HELP holdback_inbox Rows of the inbox that are not done.", "# TYPE holdback_inbox gauge"]
    lines += [f'holdback_inbox{{state="{state}"}} {count}' for state, count in sorted(received.items())]
    lines += [
        "# HELP holdback_outbox Messages that wait or went wrong, by channel and state.",
        "# TYPE holdback_outbox gauge",
    ]
    lines += [
        f'holdback_outbox{{channel="{channel}",state="{state}"}} {n}' for (channel, state), n in sorted(said.items())
    ]
    lines += [
        "# HELP holdback_timers Timers that are set.",
        "# TYPE holdback_timers gauge",
        f"holdback_timers {set_timers}",
        "# HELP holdback_database_log_bytes SQLite's write-ahead log; over 64 MiB somebody reads for long.",
        "# TYPE holdback_database_log_bytes gauge",
        f"holdback_database_log_bytes {log}",
    ]
    return "\n".join(lines) + "\n"
