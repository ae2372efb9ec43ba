"""What the shop does while servers and commands are killed: a campaign from its file to its end, and keeping house."""

import asyncio
import json
import shutil
import time
from pathlib import Path
from typing import Final

from sqlalchemy import text

import flows
from bot.runtime.clock import Clock
from storage.database import Tx
from tests.bot.shops import samples
from tests.crash.browsing import SEND, link, mail_link, opened, press
from tests.crash.people import person
from tests.crash.preparing import know
from tests.crash.scenarios import PRICE, WHAT_HELD, WHAT_PRICE, Scenario
from tests.crash.server import PATIENCE, Order
from tests.crash.world import PAST, World

WEEKS_AGO: Final = "2026-03-02 12:00:00"
_LOOKED_AFTER: Final = """SELECT (SELECT count(*) FROM verdicts) > 0
    AND (SELECT count(*) FROM facts WHERE name = 'scores_judged_by') > 0
    AND (SELECT count(*) FROM checkouts WHERE state = 'abandoned') > 0"""


# 8


async def own_flow(world: World) -> None:
    """The shop has a flow of its own, which is the shipped one until it is changed."""
    own = world.folder / "flows"
    shutil.copytree(Path(flows.__file__).parent / "library" / "barriers", own / "barriers")
    world.server.values["flows_dir"] = own
    await know(world)


async def campaign(world: World) -> None:
    file = world.folder / "prospects.csv"
    rows = [f"{name},{name}@mail.example,en,yes" for name in ("ann", "bob", "cleo")]
    file.write_text("\n".join(["external_id,email,language,consent_email", *rows]), encoding="utf-8")
    await world.operator("prospects", "import", str(file))
    await world.operator("campaign", "start", "barriers", "--now")
    # Whom the server has enrolled between two commands is asked after the campaign's first wait.
    await world.later("start")
    address = await mail_link(world, "ann", PRICE)
    page = await opened(world, address or f"/s/{await link(world, 'ann', 'survey')}")
    await press(world, page, SEND if address else PRICE, WHAT_PRICE)
    await world.rest()
    words = world.folder / "flows" / "barriers" / "texts" / "en.ftl"
    words.write_text(words.read_text(encoding="utf-8").replace(WHAT_PRICE, f"Tell us: {WHAT_PRICE}"), encoding="utf-8")
    await world.operator("flow", "publish", "barriers", "--move")
    await world.rest()
    for name in ("ann", "bob", "cleo"):
        world.ends_for(f"{name}@mail.example")
    await world.operator("campaign", "stop", "barriers")
    await world.later()


# 9


async def checkout(world: World, key: str, name: str) -> None:
    """The connected shop tells of an open checkout."""
    address, number, now = f"{name}@mail.example", 1000 + len(name), Clock().now().isoformat()
    customer = {**samples.CUSTOMER, "id": number, "email": address}
    told = samples.checkout(email=address, token=key, customer=customer, updated_at=now)
    body = json.dumps(told).encode()
    headers = samples.shopify_headers(body, "checkouts/create", f"delivery-{key}")
    await world.send("POST", "/hooks/shopify", content=body, headers=headers)
    world.posted["shopify"] += 1


async def something_to_keep(world: World) -> None:
    """A conversation of some weeks ago in a campaign with control groups, a silent checkout, and rules not applied."""
    await know(world, "ann")
    await world.server.start(order=Order())
    ann = person(world, "ann")
    await ann.start(WHAT_HELD, await link(world, "ann", "start"))
    await ann.tap(PRICE, WHAT_PRICE)
    await checkout(world, "t-1", "bob")
    await world.rest()
    await world.server.stop()
    changes = [
        f"UPDATE conversations SET lot = '10/10', arm = 'control', created_at = '{WEEKS_AGO}'",
        f"UPDATE checkouts SET due_at = '{PAST}'",
        "DELETE FROM facts WHERE name = 'scores_judged_by'",
        "UPDATE campaigns SET state = 'running'",
    ]

    async def work(tx: Tx) -> None:
        for change in changes:
            await tx.execute(text(change))

    await world.database.transact(work)


async def keeping_house(world: World) -> None:
    spare = {"database_url": world.spare}
    await world.operator("db", "upgrade", **spare)
    await world.operator("db", "check", **spare)
    await checkout(world, "t-2", "cleo")
    deadline = time.monotonic() + PATIENCE
    while not await world.value(_LOOKED_AFTER):
        world.check()
        assert time.monotonic() < deadline, "the week, the checkout or the scores are not looked after"
        await asyncio.sleep(0.05)
    await world.rest()
    await world.later("start")
    file = world.folder / "everything.backup"
    await world.operator("db", "backup", str(file))
    await world.end()
    await world.operator("db", "restore", str(file))
    await world.operator("db", "release")
    await world.operator("db", "check")


SCENARIOS: Final = (
    Scenario(
        "campaign",
        "a file is imported, a campaign started, its flow changed and moved, and all of it stopped",
        campaign,
        {
            "answers": ["ann barrier=price"],
            "talks": ["ann ended cancelled v2", "bob ended cancelled v2", "cleo ended cancelled v2"],
            "campaigns": ["barriers stopped"],
            "timers": [],
        },
        own_flow,
        ("prospects import", "campaign start", "flow publish", "campaign stop"),
    ),
    Scenario(
        "keeping house",
        "schema, scores, the weekly look, a silent checkout, a backup, its restore and the release",
        keeping_house,
        {
            "answers": ["ann barrier=price"],
            "talks": ["1003 asking v1", "ann asking v1"],
            "checkouts": ["t-1 abandoned", "t-2 open"],
            "edits": [],
        },
        something_to_keep,
        ("db upgrade", "db backup", "db restore", "db release"),
        spare=True,
    ),
)
