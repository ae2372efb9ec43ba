"""Mail: personalised, signed, recorded and handed over, against what people do to send many personal mails."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import func, select

from bot.app import make_dispatcher
from bot.channels.email.compose import write_mail
from bot.channels.email.signing import Signer
from bot.house import House, open_house
from bot.runtime import loops
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from flows.codec import encode_message
from storage import consents, prospects
from storage.database import Tx
from storage.tables import outbox
from tests.bench.mail_peers import django_loop, plain_loop, ready_letters
from tests.bench.measure import Goal, Part, Rounds, Sizes, fdatasync_us, per_second, per_second_async
from tests.bot.channels.email.samples import SHOP, TEXTS, outgoing, question
from tests.storage.world import open_conversations, put_message, shipped_flow

RSA, ED25519, BARE = "mails, RSA", "mails, Ed25519", "mails, not signed"
LOOP, LOOP_BARE = "aiosmtplib, RSA", "aiosmtplib, not signed"
DJANGO, DJANGO_BARE = "Django, RSA", "Django, not signed"
WRITE, SIGN_RSA, SIGN_ED25519 = "writing one", "signing one, RSA", "signing one, Ed25519"

GOALS = (
    Goal("G10 signed mails, recorded, against aiosmtplib and EmailMessage", RSA, LOOP, 5, "mails/s"),
    Goal("G10 the same against Django's mail", RSA, DJANGO, None, "mails/s"),
    Goal("    signed with Ed25519 against aiosmtplib with RSA", ED25519, LOOP, None, "mails/s"),
    Goal("    nobody signs, ours recorded, against aiosmtplib", BARE, LOOP_BARE, None, "mails/s"),
    Goal("    nobody signs, ours recorded, against Django's mail", BARE, DJANGO_BARE, None, "mails/s"),
    Goal("    writing one mail, microseconds", WRITE, None, None, "us", at_most=True),
    Goal("    signing one mail with RSA of 2048 bits, microseconds", SIGN_RSA, None, None, "us", at_most=True),
    Goal("    signing one mail with Ed25519, microseconds", SIGN_ED25519, None, None, "us", at_most=True),
)


@asynccontextmanager
async def sink() -> AsyncIterator[int]:
    """The port of a mail server that takes everything, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.mail_sink"]
    server = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        yield int(await server.stdout.readline())
    finally:
        server.kill()
        await server.wait()


def make_key(folder: Path, kind: str) -> Path:
    """A private key of this kind, RSA with 2048 bits."""
    file = folder / f"{kind}.pem"
    options = ["-pkeyopt", "rsa_keygen_bits:2048"] if kind == "rsa" else []
    subprocess.run(["openssl", "genpkey", "-algorithm", kind, *options, "-out", file], check=True, capture_output=True)
    return file


def settings(folder: Path, port: int, key: Path | None) -> Settings:
    """A shop that sends its mail to the sink, as fast as it takes it."""
    signing = {} if key is None else {"dkim_key_file": key, "dkim_selector": "mail"}
    return Settings(
        home_dir=folder,
        smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"),
        mail_from=SHOP.mail_from,
        mail_postal_address=SHOP.postal_address,
        mail_per_minute=0,
        messages_per_week=0,
        quiet_hours="",
        bind="127.0.0.1:1",
        **signing,  # type: ignore[arg-type]
    )


async def gather(house: House, first: int, count: int) -> None:
    """So many people who may be asked their first question by mail, which waits for each of them."""
    people, now = await open_conversations(house.database, count, shipped_flow()), house.clock.now()
    message = encode_message(question())

    async def know(tx: Tx) -> None:
        for number, who in enumerate(people, start=first):
            address = f"person{number}@mail{number % 50}.example"
            await prospects.bind(tx, who[0], "email", address, via="import", now=now)
            await consents.record(tx, who[0], "email", granted=True, way="import", now=now)
            await put_message(
                tx,
                *who,
                channel="email",
                kind="question",
                message=message,
                proactive=True,
                created_at=now,
                not_before=now,
            )

    await house.database.transact(know)


async def send_all(house: House) -> None:
    """Everything that waits goes out, as a server sends it; back when each row says that it was delivered."""
    supervisor = Supervisor(house.clock)
    dispatcher = make_dispatcher(house, None, supervisor)
    supervisor.run("send", partial(loops.send, dispatcher, house.bells, supervisor))
    while await _waiting(house):
        await supervisor.unless_stopping(house.clock.sleep(0.05))
    await supervisor.stop()


async def _waiting(house: House) -> int:
    async with house.database.read() as tx:
        rows = await tx.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    states = {state: count for state, count in rows.tuples()}  # noqa: C416 - a row is no pair for the type checker
    if wrong := set(states) - {"ready", "leased", "sending", "sent"}:
        raise AssertionError(f"mails came to {wrong}")
    return sum(count for state, count in states.items() if state != "sent")


def microseconds(count: int, work: Callable[[], object]) -> float:
    """How long one of these takes."""
    return 1e6 / per_second(count, lambda: [work() for _ in range(count)])


async def measure(rounds: Rounds, sizes: Sizes, folder: Path) -> None:
    """All of them in each round, into the same sink."""
    rsa, ed25519 = make_key(folder, "rsa"), make_key(folder, "ed25519")
    row, key, count = outgoing(), rsa.read_bytes(), max(sizes.sends // 2, 2)
    mail, letters = write_mail(row, SHOP, TEXTS), ready_letters(count)
    async with sink() as port:
        for number in range(sizes.rounds + 1):
            noted = rounds if number else Rounds()
            noted.note("fdatasync", fdatasync_us(folder))
            for name, file in ((RSA, rsa), (ED25519, ed25519), (BARE, None)):
                noted.note(name, await _ours(settings(_home(folder, f"{name} {number}"), port, file), 4 * count))
            for name, by in ((LOOP, key), (LOOP_BARE, None)):
                noted.note(name, await per_second_async(count, lambda: plain_loop(port, letters, by)))  # noqa: B023
            for name, by in ((DJANGO, key), (DJANGO_BARE, None)):
                loop = partial(asyncio.to_thread, django_loop, port, letters, by)
                noted.note(name, await per_second_async(count, loop))
            noted.note(WRITE, microseconds(count, lambda: write_mail(row, SHOP, TEXTS)))
            for name, file in ((SIGN_RSA, rsa), (SIGN_ED25519, ed25519)):
                signer = Signer.from_settings(settings(folder, port, file))
                assert signer is not None
                noted.note(name, microseconds(count, lambda: signer.signed(mail)))  # noqa: B023


def _home(folder: Path, name: str) -> Path:
    home = folder / name.replace(",", "").replace(" ", "-")
    home.mkdir()
    return home


async def _ours(told: Settings, count: int) -> float:
    async with open_house(told, server=True) as house:
        await gather(house, 1, count)
        return await per_second_async(count, lambda: send_all(house))


PARTS = (Part("mails", GOALS, measure),)
