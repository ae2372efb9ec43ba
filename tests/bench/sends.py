"""Sending to Telegram: our channel with its own client, against python-telegram-bot with the client that it ships."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

from bot.channels.telegram.client import Client
from bot.channels.telegram.health import TelegramHealth
from bot.channels.telegram.outgoing import TelegramChannel
from bot.channels.telegram.request import Patience, Request
from bot.runtime.clock import Clock
from bot.runtime.ports import Delivered
from flows.messages import Button
from tests.bench.measure import Goal, Part, Rounds, Sizes, per_second_async
from tests.bot.channels.telegram.world import NONCE, message, outgoing

TOKEN = "123456789:AAbench_bench_bench_bench_bench_bench"
QUESTION = "What held you back? One tap is enough, or write it in your own words."
LABELS = [f"Answer {number}" for number in range(8)]
IN_FLIGHT = (64, 256)

GOALS = (
    Goal("G9  sends, 64 in flight, against PTB's own client", "sends, 64", "sends, 64, PTB", 8, "sends/s"),
    Goal("G9  sends, 256 in flight, against PTB's own client", "sends, 256", "sends, 256, PTB", 5.6, "sends/s"),
)


@asynccontextmanager
async def answering() -> AsyncIterator[str]:
    """The address of a server that answers at once, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.answering"]
    server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert server.stdout is not None
    port = int(await server.stdout.readline())
    try:
        yield f"http://127.0.0.1:{port}/bot"
    finally:
        server.kill()
        await server.wait()


async def in_flight(send: Callable[[], Awaitable[None]], at_once: int, count: int) -> None:
    """Send so many, always so many at once."""
    left = iter(range(count))

    async def one_after_the_other() -> None:
        for _ in left:
            await send()

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))


async def measure(rounds: Rounds, sizes: Sizes, _folder: Path) -> None:
    """Both clients in each round, each with as many connections as may be in flight."""
    shown = message(QUESTION, buttons=tuple(Button(label, label) for label in LABELS))
    rows = [[InlineKeyboardButton(label, callback_data=f"{NONCE}:{row}")] for row, label in enumerate(LABELS)]
    keys, row = InlineKeyboardMarkup(rows), outgoing(5, shown)
    async with answering() as url:
        ours, theirs = Request(max(IN_FLIGHT), Patience()), HTTPXRequest(max(IN_FLIGHT), 60, 60, 60, 60)
        channel = TelegramChannel(Client(TOKEN, url, request=ours), Clock(), TelegramHealth())
        bot = Bot(TOKEN, url, request=theirs)

        async def send() -> None:
            assert isinstance(await channel.send(row), Delivered)

        async def send_theirs() -> None:
            await bot.send_message(5, QUESTION, reply_markup=keys)

        for number in range(sizes.rounds + 1):
            noted = rounds if number else Rounds()
            for at_once in IN_FLIGHT:
                for name, one in ((f"sends, {at_once}", send), (f"sends, {at_once}, PTB", send_theirs)):
                    count = max(sizes.sends, at_once) if one is send_theirs else 4 * max(sizes.sends, at_once)
                    noted.note(name, await per_second_async(count, lambda: in_flight(one, at_once, count)))  # noqa: B023
        await ours.shutdown()
        await theirs.shutdown()


PARTS = (Part("sends", GOALS, measure),)
