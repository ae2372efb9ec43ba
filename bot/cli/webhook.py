"""`holdback webhook`: the systems that are told what happens here."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, family, say, table, with_house
from bot.cli.errors import fail

if TYPE_CHECKING:
    from bot.house import House
    from storage.database import Record, Tx

app = family("Add, list, test and disable the addresses that are told what happens here.")
Uid = Annotated[str, typer.Argument(metavar="ID", help="The endpoint, see `holdback webhook list`.")]
BY = "command line"


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A public https:// address.")],
    events: Annotated[str | None, typer.Option(metavar="NAMES", help="Which, with commas; all if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell an address what happens here; prints its signing secret, this once.

    Example: holdback webhook add https://crm.example.com/holdback --events lead.qualified,task.created
    """
    from bot.webhooks.addresses import AddressRefused, target_of
    from bot.webhooks.signing import secret_of
    from storage import audit, endpoints

    wanted = [name.strip() for name in events.split(",") if name.strip()] if events else list(endpoints.EVENTS)
    unknown = [name for name in wanted if name not in endpoints.EVENTS]
    if unknown or not wanted:
        fail(f"--events: there is no {', '.join(unknown) or 'event'}; there are {', '.join(endpoints.EVENTS)}")

    async def work(house: "House") -> tuple[str, str]:
        try:
            await target_of(url, private=house.settings.webhooks_to_private_addresses)
        except AddressRefused as refused:
            fail(f"URL: {refused}", 1)
        now = house.clock.now()

        async def put(tx: "Tx") -> "Record":
            row = await endpoints.add(tx, url, wanted, BY, now)
            await audit.note(tx, BY, "webhook added", row.uid, now)
            return row

        row = await house.database.transact(put)
        return row.uid, secret_of(house.secret, row.uid)

    uid, secret = with_house(work)
    say({"id": uid, "url": url, "events": wanted, "secret": secret}, [f"{uid}  {secret}"], as_json=as_json)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the addresses, with how many messages were taken, wait and failed.

    Example: holdback webhook list
    """
    from storage import deliveries, endpoints

    async def read(house: "House") -> list[dict[str, Any]]:
        async with house.database.read() as tx:
            rows, counts = await endpoints.everyone(tx), await deliveries.counts(tx)
        states = ("delivered", "ready", "failed")
        return [
            {"id": row.uid, "url": row.url, "events": row.events, "disabled_at": row.disabled_at}
            | {"failing_since": row.failing_since}
            | {state: counts.get((row.id, state), 0) for state in states}
            for row in rows
        ]

    rows = with_house(read)
    heads = ("ID", "URL", "TAKEN", "WAITING", "FAILED", "FAILING SINCE", "DISABLED")
    names = ("id", "url", "delivered", "ready", "failed", "failing_since", "disabled_at")
    say({"webhooks": rows}, table([heads, *(tuple(row[name] for name in names) for row in rows)]), as_json=as_json)


@app.command()
def disable(uid: Uid, as_json: AsJson = False) -> None:
    """Tell an address nothing more; what waits for it is given up.

    Example: holdback webhook disable 8hJ2kd82Kd0sKd92kdLs0Q
    """
    from storage import audit, endpoints

    async def work(house: "House") -> None:
        row, now = await _endpoint(house, uid), house.clock.now()

        async def put(tx: "Tx") -> None:
            if await endpoints.disable(tx, row.id, now):
                await audit.note(tx, BY, "webhook disabled", row.uid, now)

        await house.database.transact(put)

    with_house(work)
    say({"id": uid, "disabled": True}, [f"{uid} is told nothing more"], as_json=as_json)


@app.command("test")
def send_test(uid: Uid, as_json: AsJson = False) -> None:
    """Send a test now, and say how it went.

    Example: holdback webhook test 8hJ2kd82Kd0sKd92kdLs0Q
    """

    async def work(house: "House") -> int | None:
        row = await _endpoint(house, uid)
        if row.disabled_at is not None:
            fail(f"{uid} is disabled; enable it on the Connections page", 1)
        return await house.webhooks.test(row.id)

    status = with_house(work)
    taken = status is not None and 200 <= status < 300
    told = {None: "it did not answer; check the address and its certificate", 0: "its address is private; not sent"}
    words = "it took the test" if taken else told.get(status, f"it answered with {status}; look into its log")
    say({"id": uid, "taken": taken, "status": status}, [words], as_json=as_json)
    if not taken:
        raise typer.Exit(1)


async def _endpoint(house: "House", uid: str) -> "Record":
    from storage import endpoints

    async with house.database.read() as tx:
        row = await endpoints.by_uid(tx, uid)
    if row is None:
        fail(f"there is no webhook {uid!r}; see `holdback webhook list`", 1)
    return row
