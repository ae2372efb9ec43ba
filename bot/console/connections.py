"""Connected shops, and the systems that are told what happens here. Only for admins."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console import mail
from bot.console.gate import Visit
from bot.runtime import sender_standing
from bot.runtime.receive.connected import DATA_REQUESTED
from bot.runtime.reputation import COMPLAINED, RETURNED
from bot.shops.makers import MAKERS
from bot.webhooks import signing
from bot.webhooks.addresses import AddressRefused, target_of
from storage import audit, checkouts, deliveries, endpoints, shop_news
from storage.database import Record, Tx
from storage.endpoints import EVENTS

NEWEST = 30
"""Deliveries that the page shows."""

MONTH = timedelta(days=30)
"""How long a customer's request for their data is shown: by then it has to be answered."""


async def show(visit: Visit) -> Response:
    """The page."""
    return await _page(visit)


async def add(visit: Visit) -> Response:
    """Tell a new address: shows its secret, this once."""
    url, wanted = visit.said("url", limit=2000), [event for event in EVENTS if event in visit.form.getlist("events")]
    errors = {} if wanted else {"events": "connections-no-events"}
    try:
        await target_of(url, private=visit.house.settings.webhooks_to_private_addresses)
    except AddressRefused as refused:
        errors["url"] = str(refused)
    if errors:
        return await _page(visit, status=422, errors=errors, url=url, wanted=wanted)

    async def work(tx: Tx) -> Record:
        row = await endpoints.add(tx, url, wanted, visit.staff.email, visit.now)
        await audit.note(tx, visit.staff.email, "webhook added", f"{row.uid} {_host(url)}", visit.now)
        return row

    row = await visit.house.database.transact(work)
    endpoints.forget_known()
    return await _page(visit, secret=signing.secret_of(visit.house.secret, row.uid), secret_for=_host(url))


async def disable(visit: Visit) -> Response:
    """Send nothing more there."""
    row = await _endpoint(visit)

    async def work(tx: Tx) -> None:
        if await endpoints.disable(tx, row.id, visit.now):
            await audit.note(tx, visit.staff.email, "webhook disabled", f"{row.uid} {_host(row.url)}", visit.now)

    await visit.house.database.transact(work)
    endpoints.forget_known()
    return visit.go("/console/connections")


async def enable(visit: Visit) -> Response:
    """Send there again."""
    row = await _endpoint(visit)

    async def work(tx: Tx) -> None:
        if await endpoints.enable(tx, row.id):
            await audit.note(tx, visit.staff.email, "webhook enabled", f"{row.uid} {_host(row.url)}", visit.now)

    await visit.house.database.transact(work)
    endpoints.forget_known()
    return visit.go("/console/connections")


async def test(visit: Visit) -> Response:
    """Send a test, and say how it went."""
    row = await _endpoint(visit)
    if row.disabled_at is not None:
        raise HTTPException(409)
    status = await visit.house.webhooks.test(row.id)
    return await _page(visit, tested=_host(row.url), tested_status=status)


async def retry(visit: Visit) -> Response:
    """Send one that failed again."""
    number = visit.said("delivery", limit=18)
    if not (number.isascii() and number.isdigit()):
        raise HTTPException(422)
    await visit.house.database.transact(lambda tx: deliveries.retry(tx, int(number), visit.now))
    return visit.go("/console/connections#deliveries")


async def go_on(visit: Visit) -> Response:
    """Let first mails go that are held back, and count mail afresh."""

    async def work(tx: Tx) -> None:
        held_since = await sender_standing.held_since(tx)
        if held_since is not None and await sender_standing.go_on(tx, visit.now):
            since = f"held back since {held_since:%Y-%m-%d %H:%M} UTC"
            await audit.note(tx, visit.staff.email, "first mails let go", since, visit.now)

    await visit.house.database.transact(work)
    return visit.go("/console/connections#mail")


async def _endpoint(visit: Visit) -> Record:
    async with visit.house.database.read() as tx:
        row = await endpoints.by_uid(tx, visit.said("endpoint", limit=22))
    if row is None:
        raise HTTPException(404)
    return row


async def _page(visit: Visit, *, status: int = 200, **context: Any) -> Response:
    async with visit.house.database.read() as tx:
        shops = [await _shop(tx, visit, name) for name in MAKERS]
        waiting = await checkouts.count_open(tx)
        rows = await endpoints.everyone(tx)
        counts = await deliveries.counts(tx)
        sent = await deliveries.newest(tx, NEWEST)
        by_mail = await mail.card(tx, visit)
        asked = [row for row in await audit.with_action(tx, DATA_REQUESTED, 10) if visit.now - row.at < MONTH]
    known: dict[str, Any] = {
        "errors": {},
        "url": "",
        "wanted": EVENTS,
        "secret": None,
        "tested": None,
        "tested_status": None,
    }
    values = known | context | {"shops": shops, "waiting": waiting, "events": EVENTS, "asked": asked}
    values |= {"mail": by_mail, "mail_text": mail.text_of, "mail_limits": (RETURNED, COMPLAINED)}
    values["silence"] = visit.house.settings.checkout_abandoned_after
    listed = {"endpoints": _listed(rows, counts), "sent": [_sent(row) for row in sent]}
    return visit.show("connections.html", status=status, **(values | listed))


async def _shop(tx: Tx, visit: Visit, name: str) -> dict[str, Any]:
    settings = visit.house.settings
    secret = settings.shopify_secret if name == "shopify" else settings.woocommerce_secret
    return {
        "name": name,
        "connected": secret is not None,
        "setting": f"HOLDBACK_{name.upper()}_SECRET",
        "address": f"{visit.house.base_url}/hooks/{name}",
        "heard": await shop_news.last(tx, name, "heard"),
        "refused": await shop_news.last(tx, name, "refused"),
    }


def _listed(rows: Sequence[Record], counts: Mapping[tuple[int, str], int]) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "host": _host(row.url),
            **{state: counts.get((row.id, state), 0) for state in ("ready", "delivered", "failed")},
        }
        for row in rows
    ]


def _sent(row: Record) -> dict[str, Any]:
    return {"row": row, "host": _host(row.url)}


def _host(url: str) -> str:
    """The part of an address that names its owner; what follows may be a secret."""
    return urlsplit(url).netloc
