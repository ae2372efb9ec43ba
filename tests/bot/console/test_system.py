"""The System page: sending switched off and on, what was put aside, and messages of unknown fate."""

import re
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import select, update

from bot.house import House
from bot.runtime.clock import VirtualClock
from storage import audit, hold, inbox
from storage.database import Tx
from storage.inbox import RawInput
from storage.tables import inbox as inbox_table
from storage.tables import outbox
from tests.bot.console.asking import send, sign_in
from tests.bot.console.sample import Street

PAGE = "/console/system"
FIRST_WAIT = timedelta(hours=3)
SECRET = "the words of ann@mail.example"


async def put_aside(house: House, key: str = "odd") -> int:
    """A row that nobody could read, put aside."""

    async def work(tx: Tx) -> int:
        (row,) = await inbox.put(tx, [RawInput("page", key, "link:7", SECRET)], house.clock.now())
        aside = {"state": "quarantined", "attempts": 3, "note": "JSONDecodeError", "done_at": house.clock.now()}
        await tx.execute(update(inbox_table).where(inbox_table.c.id == row).values(aside))
        return row

    return await house.database.transact(work)


async def state_of(house: House, row_id: int) -> tuple[str, int, str]:
    async with house.database.read() as tx:
        row = (await tx.execute(select(inbox_table).where(inbox_table.c.id == row_id))).one()
    return row.state, row.attempts, row.note


async def actions(house: House) -> list[str]:
    async with house.database.read() as tx:
        return [row.action for row in await audit.newest(tx, 20)]


async def test_sending_is_switched_off_and_on_and_every_page_says_so(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "admin") as admin, sign_in(house, app, "viewer") as viewer:
        assert "Nothing is sent" not in (await viewer.get("/console/")).text
        await send(admin, f"{PAGE}/sending", PAGE, do="off", why="wrong prices")
        for path in ("/console/", "/console/conversations", "/console/people"):
            assert re.search("Nothing is sent: \u2068?wrong prices", (await viewer.get(path)).text), path
        async with house.database.read() as tx:
            assert await hold.reason(tx) == "wrong prices"
        await send(admin, f"{PAGE}/sending", PAGE, do="on")
        assert "Nothing is sent" not in (await viewer.get("/console/")).text
    assert [one for one in await actions(house) if "sending" in one] == [
        "sending switched on", "sending switched off",
    ]  # fmt: skip


async def test_what_was_put_aside_is_shown_on_request_only_and_that_is_noted(house: House, app: FastAPI) -> None:
    row = await put_aside(house)
    async with sign_in(house, app, "admin") as client:
        page = (await client.get(PAGE)).text
        assert "JSONDecodeError" in page and SECRET not in page and "link:7" not in page
        shown = (await send(client, f"{PAGE}/reveal", PAGE, row=str(row))).text
        assert SECRET in shown
    assert (await actions(house))[0] == "raw input shown"


async def test_what_was_put_aside_is_tried_again_or_put_aside_for_good(house: House, app: FastAPI) -> None:
    row = await put_aside(house)
    async with sign_in(house, app, "admin") as client:
        assert (await send(client, f"{PAGE}/aside", PAGE, row=str(row), do="again")).status_code == 303
        await house.settled(row, timeout=0.5)
        assert (await state_of(house, row))[:2] == ("new", 1), "it was tried anew, once so far"
        assert (await send(client, f"{PAGE}/aside", PAGE, row=str(row), do="again")).status_code == 409
        other = await put_aside(house, "other")
        await send(client, f"{PAGE}/aside", PAGE, row=str(other), do="for_good")
        assert await state_of(house, other) == ("done", 3, "put aside for good: JSONDecodeError")
        assert (await send(client, f"{PAGE}/aside", PAGE, row=str(other), do="again")).status_code == 409
        assert (await send(client, f"{PAGE}/aside", PAGE, row="x", do="again")).status_code == 422
        assert (await send(client, f"{PAGE}/aside", PAGE, row=str(other), do="burn")).status_code == 422
    assert {"put aside input tried again", "input put aside for good"} <= set(await actions(house))


async def test_a_message_of_unknown_fate_is_closed_by_a_person(
    house: House, app: FastAPI, street: Street, clock: VirtualClock
) -> None:
    for index in range(3):
        await street.cart(index)
    clock.advance(FIRST_WAIT)
    await street.settle()

    async def make_unknown(tx: Tx) -> list[int]:
        rows = await tx.execute(select(outbox.c.id).where(outbox.c.state == "ready").order_by(outbox.c.id))
        ids = list(rows.scalars())
        await tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state="unknown", reason="ReadTimeout"))
        return ids

    ids = await house.database.transact(make_unknown)
    assert len(ids) >= 3
    async with sign_in(house, app, "admin") as client:
        assert (await client.get(PAGE)).text.count("It arrived") == len(ids)
        for row, do in zip(ids, ("arrived", "again", "leave"), strict=False):
            assert (await send(client, f"{PAGE}/unknown", PAGE, row=str(row), do=do)).status_code == 303
            assert (await send(client, f"{PAGE}/unknown", PAGE, row=str(row), do=do)).status_code == 409, "once"
    async with house.database.read() as tx:
        states = [(await tx.execute(select(outbox.c.state).where(outbox.c.id == row))).scalar_one() for row in ids[:3]]
    assert states == ["sent", "ready", "cancelled"]
    assert {"message marked as sent", "message sent again", "message called off"} <= set(await actions(house))


async def test_what_was_followed_by_something_else_is_not_sent_again(
    house: House, app: FastAPI, street: Street, clock: VirtualClock
) -> None:
    await street.cart(0)
    clock.advance(FIRST_WAIT)
    await street.settle()

    async def follow(tx: Tx) -> int:
        row = (await tx.execute(select(outbox).order_by(outbox.c.id))).mappings().first()
        assert row is not None
        await tx.execute(update(outbox).values(state="unknown"))
        later = dict(row) | {"id": row["id"] + 100, "nonce": None, "dedupe_key": "later", "state": "sent"}
        await tx.execute(outbox.insert().values(later))
        return int(row["id"])

    row = await house.database.transact(follow)
    async with sign_in(house, app, "admin") as client:
        page = (await client.get(PAGE)).text
        assert "Something was said after it." in page
        assert (await send(client, f"{PAGE}/unknown", PAGE, row=str(row), do="again")).status_code == 409
