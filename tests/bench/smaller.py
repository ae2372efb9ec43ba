"""The smaller comparisons: reading an update, importing a file, and looking for work when there is none."""

import csv
import json
import time
from pathlib import Path

from telegram import Update

from bot.data.imports import Job, import_prospects
from bot.house import House, translate_telegram_payload
from tests.bench.floor import copy_of, recording, write_again
from tests.bench.measure import per_second
from tests.bench.updates import as_text, message, tap


def parsing(count: int) -> dict[str, float]:
    """Updates read in a second, ours and python-telegram-bot's, each from the text that came."""
    texts = {"message": as_text(message(1, 7, "too expensive")), "tap": as_text(tap(1, 7, f"{'n' * 22}:3"))}
    found: dict[str, float] = {}
    for kind, text in texts.items():
        found[f"read {kind}"] = per_second(count, lambda: [translate_telegram_payload(text) for _ in range(count)])  # noqa: B023
        found[f"read {kind}, PTB"] = per_second(
            count,
            lambda: [Update.de_json(json.loads(text), None) for _ in range(count)],  # noqa: B023
        )
    return found


def write_file(file: Path, first: int, rows: int) -> None:
    """A prospects.csv with so many people who have agreed to an email."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["external_id", "email", "first_name", "language", "consent_email", "product_name", "price"])
        for number in range(first, first + rows):
            writer.writerow([f"C-{number}", f"c{number}@shop.example", "Alex", "en", "yes", "Kettle", "49.90"])


async def importing(house: House, folder: Path, first: int, rows: int) -> tuple[float, float]:
    """Rows imported in a second with all checks, and written in a second by executemany alone."""
    file = folder / "prospects.csv"
    write_file(file, first, rows)
    with copy_of(Path(str(house.database.url.database))) as copy:
        with recording(house.database) as recorded:
            started = time.perf_counter()
            summary = await import_prospects(
                house.database, Job(file), key=house.secret, zone="UTC", now=house.clock.now()
            )
            ours = rows / (time.perf_counter() - started)
        assert summary.refused == 0 and summary.read == rows
        floor = per_second(rows, lambda: write_again(copy, recorded))
    return ours, floor


async def idle_poll_us(house: House, polls: int) -> float:
    """Microseconds that looking for work and for due timers takes when there are none."""
    started = time.perf_counter()
    for _ in range(polls):
        assert await house.turner.take_inbox() == 0
        assert await house.turner.take_timers() == 0
    return (time.perf_counter() - started) / polls * 1e6
