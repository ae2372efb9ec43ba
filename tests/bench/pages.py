"""How long the console's pages take with a year of answers: `python -m tests.bench.pages [N] [sqlite|postgresql]`.

Each page is asked for through the whole web application: first, and then again (the best of some). `busy` is this
process's own time in that: with SQLite that is all of it, whoever else is at work. `--keep FOLDER` keeps the SQLite
file and finds it again, `--only WORDS` asks for those pages alone. What is counted in the background is asked for
once, counted, and measured then. Goal: under 100 ms at a million answers.
"""

import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

import structlog
from httpx import AsyncClient
from pydantic import SecretStr

from bot.doors import create_web
from bot.house import House, open_house
from bot.report import kept
from bot.runtime import weekly
from bot.runtime.clock import VirtualClock
from bot.settings import Settings
from storage.database import upgrade
from tests.bench.segments import roomy
from tests.bench.town import NOW, fill
from tests.bot.console.asking import sign_in
from tests.edge.databases import sqlite_url_of

YEAR = "since=2025-03-13&until=2026-03-12"

PAGES = (
    "/console/",
    "/console/conversations",
    "/console/conversations?view=all",
    "/console/conversations?view=all&barrier=price&product=Product+2",
    "/console/people",
    "/console/people?source=source+3",
    "/console/barriers",
    f"/console/barriers?{YEAR}",
    f"/console/barriers?{YEAR}&by=product",
    f"/console/barriers?{YEAR}&product=Product+2&language=fr",
    f"/console/barriers?{YEAR}&product=Product+2&by=language",
    "/console/answers",
    f"/console/answers?{YEAR}&barrier=price",
    "/console/offers",
    "/console/strategy",
    "/console/tasks",
    "/console/funnel",
    "/console/funnel?by=week",
    f"/console/funnel?{YEAR}",
    f"/console/funnel?{YEAR}&by=source",
    f"/console/funnel?{YEAR}&source=source+3&by=week",
    "/console/channels",
    f"/console/channels?{YEAR}",
    f"/console/channels?{YEAR}&of=source+3",
    "/console/spend",
    "/console/evidence",
    f"/console/evidence?{YEAR}",
    "/console/facts",
    "/console/playbook",
    "/console/places",
)
AGAIN = 3
GOAL = 100


async def asked(client: AsyncClient, path: str) -> tuple[float, float]:
    """Milliseconds that a page takes, and those that this process is busy."""
    started, busy = time.perf_counter(), time.process_time()
    page = await client.get(path, timeout=120)
    took = (time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000
    assert page.status_code == 200, f"{path}: {page.status_code}"
    return took


async def walk(house: House, only: str = "") -> None:
    """Ask for every page (whose address holds `only`), and print what it took."""
    # Everybody was judged already: the keeper is not what is measured here.
    made = await weekly.keep_all(house.database, currency=house.catalogue.currency, now=NOW)
    print(f"  {made} weekly verdicts are kept")
    print(f"  {'':70}{'first':>9}{'busy':>9}{'again':>9}{'busy':>9} ms")
    async with sign_in(house, create_web(house), "admin") as client:
        await asked(client, "/console/account")
        for path in PAGES:
            if only in path:
                first, seconds = await asked(client, path), await counted(house)
                times = [await asked(client, path) for _ in range(AGAIN)]
                best = [min(one) for one in zip(*times, strict=True)]
                told = "".join(f"{one:9,.0f}" for one in (*first, *best)) + seconds
                print(f"  {path.replace(YEAR, 'YEAR'):70}{told}{'   slow' if best[1] > GOAL else ''}", flush=True)


async def counted(house: House) -> str:
    """Count what the page has asked for, as the server does in the background, and tell how long that took."""
    started = time.perf_counter()
    if not await kept.count_next(house):
        return ""
    return f"   counted in the background in {time.perf_counter() - started:.1f} s"


async def measure(url: str, folder: Path, answers: int, *, filled: bool = False, only: str = "") -> None:
    """Make the shop at this database, unless it is there, and walk through its console."""
    settings = Settings(home_dir=folder, database_url=SecretStr(url), shop_name="Lamp & Loom", quiet_hours="")
    async with open_house(settings, clock=VirtualClock(NOW), server=True) as house:
        if not filled:
            started = time.perf_counter()
            await fill(house.database, answers)
            print(f"  made in {time.perf_counter() - started:.0f} s", flush=True)
        await walk(house, only)


def main(arguments: list[str]) -> None:
    """Measure on both databases, or on the one that is named."""
    keep = arguments[arguments.index("--keep") + 1] if "--keep" in arguments else None
    only = arguments[arguments.index("--only") + 1] if "--only" in arguments else ""
    answers = next((int(one) for one in arguments if one.isdigit()), 1_000_000)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="holdback-bench-") as own:
        if "postgresql" not in arguments:
            file = Path(keep or own) / "bench.sqlite3"
            filled = file.exists()
            print(f"SQLite, {answers:,} answers")
            asyncio.run(measure(sqlite_url_of(file), file.parent, answers, filled=filled, only=only))
        if "sqlite" not in arguments:
            server = roomy()
            url = server.create_migrated(upgrade)
            print(f"PostgreSQL, {answers:,} answers")
            try:
                asyncio.run(measure(url, Path(own), answers, only=only))
            finally:
                server.drop(url)
                server.close()


if __name__ == "__main__":
    main(sys.argv[1:])
