"""What is so before people come: prospects, codes, a key of the API, a poster, a listener, somebody signed in."""

from bot.runtime.clock import Clock
from storage import endpoints, keys, places, shelf, staff
from storage.database import Tx
from storage.importing import ConsentSaid, Incoming, take_over
from storage.sessions import find as find_session
from storage.sessions import start as start_session
from tests.crash.world import World


async def know(world: World, *names: str, telegram: bool = True, email: bool = True) -> None:
    """Prospects of these names, with consent for these channels, and codes in the pool."""
    now = Clock().now()
    channels = [name for name, given in (("telegram", telegram), ("email", email)) if given]

    async def work(tx: Tx) -> None:
        said = tuple(ConsentSaid(channel, granted=True, at=now, text=None) for channel in channels)
        people = [
            Incoming(
                {"external": name} | ({"email": f"{name}@mail.example"} if email else {}),
                {"language": "en", "product_name": "Copper Kettle"},
                said,
                "import",
                None,
            )
            for name in names
        ]
        if people:
            await take_over(tx, people, now=now, key=world.secret)
        for offer, code in (("discount_10", "TEN"), ("free_shipping", "SHIP")):
            for number in range(8):
                await shelf.import_code(tx, offer, f"{code}-{number}", None, now)

    await world.database.transact(work)


async def api_key(world: World) -> str:
    """A key for the API."""
    made = await world.database.transact(lambda tx: keys.add(tx, "the shop", Clock().now()))
    assert made is not None
    return made


async def poster(world: World) -> str:
    """A poster hangs in the shop; returns what its address ends in."""
    how = {"name": "the window", "source": "window", "by": "the shop", "now": Clock().now()}
    made = await world.database.transact(lambda tx: places.create(tx, **how))  # type: ignore[arg-type]
    assert made is not None
    return made


async def listen(world: World, *events: str) -> None:
    """Somebody listens for webhooks."""
    url = f"http://127.0.0.1:{world.hooks.port}/hook"
    await world.database.transact(lambda tx: endpoints.add(tx, url, events, "the shop", Clock().now()))


async def signed_in(world: World) -> str:
    """Somebody of the staff is signed in with this browser; returns what stands in their forms."""

    async def work(tx: Tx) -> tuple[str, str]:
        number = await staff.add(tx, "eva@kettle.example", "admin", Clock().now())
        await staff.set_password(tx, number, "of no use here")
        token = await start_session(tx, number, Clock().now())
        session = await find_session(tx, token, Clock().now())
        assert session is not None
        return token, session.csrf

    token, csrf = await world.database.transact(work)
    world.http.headers["cookie"] = f"holdback={token}"
    return csrf
