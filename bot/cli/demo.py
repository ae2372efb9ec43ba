"""Starting the demo: fill an empty house with the sample shop, serve it, say where it is."""

import sys
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from bot.app import serve
from bot.demo.past import Week
from bot.footing import file_of
from bot.house import House, open_house
from bot.runtime.clock import Clock, VirtualClock
from bot.settings import Settings
from storage.reads.counts import prospects_count

SHOP = "Kettle & Leaf"
SAMPLE = Path(str(files("bot.demo") / "sample"))


async def run(settings: Settings) -> None:
    """Serve the demo until it is stopped. The first run makes a week of history; later runs keep the data."""
    named = settings.shop_name != type(settings).model_fields["shop_name"].default
    settings = settings if named else settings.model_copy(update={"shop_name": SHOP})
    file_of(settings.database)  # refused before a week is made there
    if await _is_empty(settings):
        _say("Making a sample shop with a week behind it ...")
        start = Clock().now() - timedelta(days=8)
        clock = VirtualClock(start)
        async with open_house(settings, server=True, clock=clock) as house:
            await Week(house, clock, SAMPLE, Clock().now()).live()
    await serve(settings, demo=True, started=_welcome)


async def _is_empty(settings: Settings) -> bool:
    async with open_house(settings) as house, house.database.read() as tx:
        return await prospects_count(tx) == 0


def _welcome(house: House) -> None:
    base = house.base_url
    _say("")
    _say(f"  Holdback is running for {house.settings.shop_name}.")
    _say("")
    _say(f"  Start here        {base}/")
    _say(f"  Console           {base}/console/        (opened from the start page, no password needed)")
    if house.mailbox is not None:
        _say(f"  Local mailbox     {base}/mailbox")
    if house.settings.telegram_token is None:
        _say("  Telegram          set HOLDBACK_TELEGRAM_TOKEN to connect your bot")
    _say("")
    _say("  Press Ctrl-C to stop. The data is kept; the next start takes seconds.")


def _say(line: str) -> None:
    print(line, file=sys.stdout, flush=True)  # noqa: T201 - this is what the person at the terminal reads
