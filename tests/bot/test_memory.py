"""Memory that is free goes back to the system."""

import asyncio
import os
import random
import subprocess
import sys

import pytest

from bot import memory
from bot.app import running
from bot.runtime.clock import Clock
from bot.settings import load_settings
from tests.bench.procs import memory_mib

BLOCKS = 20_000
"""Blocks of 10 KiB on average: 200 MiB."""

pytestmark = pytest.mark.skipif(memory._TRIM is None, reason="this C library has no malloc_trim")


def full_of_gaps() -> tuple[float, float]:
    """What a process takes, in MiB, when one block of twenty is left between gaps, and when the gaps are given back."""
    dice = random.Random(1)
    blocks = [bytes(dice.randrange(600, 20_000)) for _ in range(BLOCKS)]
    left = blocks[::20]
    del blocks
    before = memory_mib(os.getpid())
    assert memory.give_back()
    after = memory_mib(os.getpid())
    assert len(left) == BLOCKS // 20
    return before, after


def test_gaps_are_given_back() -> None:
    # In a process of its own: here the gaps could be filled by what other tests have left.
    words = "from tests.bot.test_memory import full_of_gaps; print(*full_of_gaps())"
    said = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, text=True)
    before, after = map(float, said.stdout.split())
    assert before - after > 150


async def test_a_server_gives_back_again_and_again(
    published_url: str, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDBACK_DATABASE_URL", published_url)
    monkeypatch.setenv("HOLDBACK_BIND", f"127.0.0.1:{free_port}")
    monkeypatch.setattr(memory, "EVERY", 0.01)
    times, thrice = 0, asyncio.Event()
    here = asyncio.get_running_loop()

    def counted(_kept: int) -> int:
        nonlocal times
        times += 1
        if times == 3:
            here.call_soon_threadsafe(thrice.set)
        return 1

    monkeypatch.setattr(memory, "_TRIM", counted)
    async with running(load_settings(), ("timers",), clock=Clock()):
        await asyncio.wait_for(thrice.wait(), 10)
