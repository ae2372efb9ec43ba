"""Durable turns: updates into the inbox, turns of the shipped flow taken, on SQLite FULL, many conversations at once.

Sending is not part of it: what is said stands in the outbox, committed. What came is received before it is timed to be
taken, as in the house: both commits are inside the figure.
"""

import time
from pathlib import Path

from pydantic import SecretStr

from bot.house import House
from bot.runtime.intake import RawInput
from bot.settings import Settings
from flows.codec import decode_message
from storage.tables import outbox
from tests.bench.engine import ANSWERS
from tests.bench.floor import Recording, copy_of, recording, write_again
from tests.bench.measure import per_second
from tests.bench.updates import TURNS, as_text, message, tap

TOKEN = "123456:local-token-of-nobody"


def settings(folder: Path) -> Settings:
    """A house on a file, with a bot, at any hour."""
    return Settings(home_dir=folder, telegram_token=SecretStr(TOKEN), quiet_hours="", shop_name="Lamp & Loom")


def raw(update: dict[str, object], number: int, user: int) -> RawInput:
    """An update as the poller puts it into the inbox."""
    return RawInput("telegram", str(number), f"telegram:{user}", as_text(update))


async def taps(house: House, users: range, option: str, number: int) -> list[RawInput]:
    """Each of these people taps this option of the last question that they were asked."""
    async with house.database.read() as tx:
        rows = (await tx.execute(outbox.select().where(outbox.c.nonce.is_not(None)).order_by(outbox.c.id))).all()
    newest = {row.prospect_id: row for row in rows}
    found = []
    for offset, row in enumerate(sorted(newest.values(), key=lambda row: int(row.prospect_id))[-len(users) :]):
        prompt = decode_message(row.message).prompt
        assert prompt is not None
        index = [button.option for button in prompt.buttons].index(option)
        found.append(raw(tap(number + offset, users[offset], f"{row.nonce}:{index}"), number + offset, users[offset]))
    return found


async def _turn(house: House, what: str, users: range, first: int) -> list[RawInput]:
    """What all of them send in one turn."""
    if what.startswith("/"):
        return [raw(message(first + at, user, what), first + at, user) for at, user in enumerate(users)]
    return await taps(house, users, what, first)


async def survey(house: House, first_user: int, surveys: int) -> tuple[float, float, Recording]:
    """So many surveys side by side: turns a second, those of the floor with the same rows, and what was written."""
    users = range(first_user, first_user + surveys)
    ours = floor = 0.0
    everything = Recording()
    file = Path(str(house.database.url.database))
    for number, what in enumerate(("/start", "/help", *ANSWERS)):
        items = await _turn(house, what, users, first_user * 10 + number * 1000)
        with copy_of(file) as copy, recording(house.database) as recorded:
            started = time.perf_counter()
            await house.intake.put_many(items)
            await house.settle()
            ours += time.perf_counter() - started
            floor += 1 / per_second(1, lambda: write_again(copy, recorded))
        everything.statements += recorded.statements
        everything.commits += recorded.commits
    await _check(house, surveys)
    return surveys * TURNS / ours, surveys * TURNS / floor, everything


async def played(house: House, first_user: int, surveys: int) -> float:
    """Turns a second of so many surveys side by side, on any database."""
    users, spent = range(first_user, first_user + surveys), 0.0
    for number, what in enumerate(("/start", "/help", *ANSWERS)):
        items = await _turn(house, what, users, first_user * 10 + number * 1000)
        started = time.perf_counter()
        await house.intake.put_many(items)
        await house.settle()
        spent += time.perf_counter() - started
    await _check(house, surveys)
    return surveys * TURNS / spent


async def _check(house: House, surveys: int) -> None:
    """Everybody got to the end: a benchmark of failures would be fast."""
    async with house.database.read() as tx:
        query = "SELECT count(*) FROM conversations WHERE outcome = 'helped'"
        helped = (await tx.exec_driver_sql(query)).scalar_one()
    assert helped and helped % surveys == 0, f"{helped} surveys came to their end"
