"""Whole programs in processes of their own, ours beside the peer's: their start, by webhook, and their memory.

Ours is the installed `holdback serve` on a database file; the Bot API server is ours and on loopback.
"""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from tests.bench import heavier, procs, sums
from tests.bench.measure import Goal, Part, Rounds, Sizes
from tests.bench.updates import as_text, message
from tests.edge.telegram import FakeTelegram
from tests.edge.wire import HOST

SECRET = "a-secret-of-the-webhook"
CONNECTIONS = 32
PATIENCE = 60.0
"""Seconds that a program may take before the benchmark gives up."""

WEBHOOK_GOALS = (
    Goal("G4  webhooks answered after commit, against PTB end to end", "webhook", "webhook, PTB", 5, "updates/s"),
    Goal("G4  99 of 100 are answered within, milliseconds", "webhook, p99", None, 25, "ms", at_most=True),
)
GOALS = (
    Goal("G15 memory with a million people more than with a thousand, MiB", "memory", None, 64, "MiB", at_most=True),
    Goal("G16 cold start to the first message against PTB's", "cold start", "cold start, PTB", 1, "s", at_most=True),
    Goal("G16 the same with a million people", "cold start, million", "cold start", 1.1, "s", at_most=True),
)


def free_port() -> int:
    """A port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(command: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[Process]:
    """A program until the end of the block."""
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("HOLDBACK_")}
    process = await asyncio.create_subprocess_exec(
        *command, env=quiet | dict(environment), stdout=PIPE, stderr=None, limit=1024 * 1024
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.communicate()


def ours(home: Path, fake: FakeTelegram, port: int, *more: str) -> tuple[list[str], dict[str, str]]:
    """The command that serves this home, and its environment."""
    environment = {
        "HOLDBACK_HOME_DIR": str(home),
        "HOLDBACK_BIND": f"{HOST}:{port}",
        "HOLDBACK_TELEGRAM_TOKEN": fake.token,
        "HOLDBACK_TELEGRAM_API_URL": fake.url,
        "HOLDBACK_QUIET_HOURS": "",
        "HOLDBACK_LOG_LEVEL": "ERROR",
    }
    return [sys.executable, "-m", "bot", "serve", *more], environment


def peer(fake: FakeTelegram, port: int = 0) -> tuple[list[str], dict[str, str]]:
    """The command of the peer; with a port it takes webhooks there."""
    return [sys.executable, "-m", "tests.bench.ptb_program", fake.url, fake.token, str(port), SECRET], {}


async def cold_start(command: tuple[list[str], dict[str, str]], fake: FakeTelegram) -> float:
    """Seconds from the start of a program until somebody who has written meanwhile has its first message."""
    user = fake.user()
    await user.start()
    started = time.perf_counter()
    async with running(*command):
        await user.wait_for(timeout=PATIENCE)
        return time.perf_counter() - started


async def _answered(reader: asyncio.StreamReader) -> int:
    """The status of one answer, read to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next((line for line in head.split("\r\n") if line.startswith("content-length:")), "content-length: 0")
    await reader.readexactly(int(length.split(":")[1]))
    return int(head.split()[1])


async def _post(port: int, path: str, bodies: Iterator[bytes], taken: list[float]) -> None:
    """Post these one after the other on one connection, and note how many seconds each answer took."""
    reader, writer = await asyncio.open_connection(HOST, port)
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: "
    for body in bodies:
        started = time.perf_counter()
        writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
        status = await _answered(reader)
        taken.append(time.perf_counter() - started)
        assert status == 200, f"a webhook was answered with {status}"
    writer.close()


async def posted(port: int, path: str, first_user: int, count: int) -> list[float]:
    """So many people write by webhook, on 32 connections: how long each answer took."""
    bodies = iter([as_text(message(first_user + at, first_user + at, "/start")).encode() for at in range(count)])
    taken: list[float] = []
    await asyncio.gather(*(_post(port, path, bodies, taken) for _ in range(min(CONNECTIONS, count))))
    assert len(taken) == count
    return taken


async def reachable(port: int) -> None:
    """Wait until somebody listens there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise AssertionError("a program did not listen in time")


WEBHOOK = {
    "HOLDBACK_TELEGRAM_MODE": "webhook",
    "HOLDBACK_TELEGRAM_WEBHOOK_SECRET": SECRET,
    "HOLDBACK_PUBLIC_URL": "https://shop.example",
}
"""Settings of a server that is written to by webhook."""


def _by_webhook(command: tuple[list[str], dict[str, str]]) -> tuple[list[str], dict[str, str]]:
    arguments, environment = command
    return arguments, environment | WEBHOOK


async def our_webhook(home: Path, fake: FakeTelegram, count: int, first: int) -> tuple[float, float]:
    """Webhooks answered a second, each after it was committed; and the milliseconds that 99 of 100 took at most.

    `first`: the number of the first one who writes. Nobody may be known already: that would be quicker.
    """
    port = free_port()
    async with running(*_by_webhook(ours(home, fake, port, "--only", "web"))):
        await reachable(port)
        await posted(port, "/hooks/telegram", first + 50_000, CONNECTIONS)  # the first ones warm up
        started = time.perf_counter()
        taken = await posted(port, "/hooks/telegram", first, count)
        return count / (time.perf_counter() - started), 1000 * sorted(taken)[int(0.99 * (count - 1))]


async def their_webhook(fake: FakeTelegram, count: int) -> float:
    """Updates a second of the peer, from the first webhook until the last turn was taken."""
    port = free_port()
    async with running(*peer(fake, port)) as process:
        assert process.stdout is not None
        await reachable(port)
        started = time.perf_counter()
        await posted(port, "/hook", 1, count)
        for _ in range(count):
            await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        return count / (time.perf_counter() - started)


async def memory(home: Path, fake: FakeTelegram, count: int) -> float:
    """MiB of a server that so many people have written to."""
    port = free_port()
    async with running(*_by_webhook(ours(home, fake, port))) as process:
        await reachable(port)
        await posted(port, "/hooks/telegram", 1_000_000, count)
        known = sqlite3.connect(home / "holdback.db")
        while known.execute("SELECT count(*) FROM inbox WHERE state = 'new'").fetchone()[0]:  # noqa: ASYNC110 - another program's table rings no bell here
            await asyncio.sleep(0.1)
        known.close()
        return procs.memory_mib(process.pid)


async def measure(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """So many rounds, each of all programs."""
    few, many = folder / "few", folder / "many"
    for home, count in ((few, min(sizes.answers, 1000)), (many, sizes.answers)):
        home.mkdir()
        heavier.crowd(await sums.built(home, count), home / "holdback.db", due=0)
    async with FakeTelegram() as fake:
        empty = folder / "empty"
        empty.mkdir()
        await cold_start(ours(empty, fake, free_port()), fake)  # its tables are made, its flow is published
        for _ in range(sizes.rounds):
            rounds.note("cold start", await cold_start(ours(empty, fake, free_port()), fake))
            rounds.note("cold start, million", await cold_start(ours(many, fake, free_port()), fake))
            rounds.note("cold start, PTB", await cold_start(peer(fake), fake))
        grown = [await memory(many, fake, sizes.posts) - await memory(few, fake, sizes.posts) for _ in range(2)]
        rounds.note("memory", max(median(grown), 0.01))


async def measure_webhooks(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """So many rounds, ours and theirs."""
    async with FakeTelegram() as fake:
        for number in range(sizes.rounds + 1):
            noted = rounds if number else Rounds()  # the first round makes tables and does not count
            speed, slowest = await our_webhook(folder, fake, sizes.posts, 2_000_000 + 100_000 * number)
            noted.note("webhook", speed)
            noted.note("webhook, p99", slowest)
            noted.note("webhook, PTB", await their_webhook(fake, sizes.posts))


PARTS = (Part("webhooks", WEBHOOK_GOALS, measure_webhooks), Part("programs", GOALS, measure))
