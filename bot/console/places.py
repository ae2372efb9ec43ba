"""Doors in the shop: where posters hang, the posters themselves to print, and who came through."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import segno
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit
from bot.web.texts import direction
from flows.texts import isolate
from flows.words import LANGUAGE_NAMES, LANGUAGES
from storage import audit, campaigns, places
from storage.database import Record, Tx

SIZES: Final = ("a4", "a5", "a6")
LONGEST: Final = {"name": 60, "source": 60, "product_name": 120, "product_id": 120, "product_url": 500, "price": 20}


async def show(visit: Visit, *, status: int = 200, error: str | None = None, given: Any = None) -> Response:
    """Every place, and a form for another one."""
    async with visit.house.database.read() as tx:
        rows = await places.everywhere(tx)
        known = [row.name for row in await campaigns.all_campaigns(tx)]
    return visit.show(
        "places.html",
        status=status,
        error=error,
        given=given or {},
        rows=[(row, door_of(visit, row), telegram_of(visit, row)) for row in rows],
        people=lambda row: "/console/answers?" + urlencode({"source": row.source}),
        campaigns=known,
        languages=LANGUAGES,
        sizes=SIZES,
        bot=visit.house.bot_name,
        currency=visit.house.catalogue.currency,
    )


async def add(visit: Visit) -> Response:
    """Another place. What is wrong is said, and nothing typed is lost."""
    given = {name: visit.said(name, limit=limit) for name, limit in LONGEST.items()}
    given |= {"language": visit.said("language"), "campaign": visit.said("campaign")}
    error = _wrong(given)
    if error is not None:
        return await show(visit, status=422, error=error, given=given)
    facts: dict[str, Any] = {name: value for name, value in given.items() if value}
    facts |= {"source": given["source"] or places.source_of(given["name"])}
    if given["price"]:
        facts |= {"price": _price(given["price"]), "currency": visit.house.catalogue.currency}

    async def work(tx: Tx) -> str | None:
        uid = await places.create(tx, by=visit.staff.email, now=visit.now, **facts)
        await audit.note(tx, visit.staff.email, "place made", given["name"], visit.now)
        return uid

    if await visit.house.database.transact(work) is None:
        return await show(visit, status=409, error="places-name-taken", given=given)
    return visit.go("/console/places")


async def close(visit: Visit) -> Response:
    """Close a place, or open it again: the poster may go on hanging."""
    row, back = await _place(visit), visit.said("do") == "reopen"

    async def work(tx: Tx) -> None:
        done = await places.reopen(tx, row.uid) if back else await places.close(tx, row.uid, visit.now)
        if done:
            await audit.note(tx, visit.staff.email, "place opened" if back else "place closed", row.name, visit.now)

    await visit.house.database.transact(work)
    return visit.go("/console/places")


async def poster(visit: Visit) -> Response:
    """A page to print, in one language and size. The code leads to the web page, or with `to=telegram` to the bot."""
    row = await _place(visit)
    language = visit.asked("language") or row.language or visit.house.context.languages[0]
    language = language if language in LANGUAGES else "en"
    size = visit.asked("size") if visit.asked("size") in SIZES else "a5"
    telegram = telegram_of(visit, row) if visit.asked("to") == "telegram" else None
    door = door_of(visit, row)
    code = segno.make(telegram or door, error="q")
    texts = visit.house.texts

    def say(text_id: str, **values: str) -> str:
        rtl = direction(language) == "rtl"
        return texts.say(language, text_id, **{key: str(isolate(one)) if rtl else one for key, one in values.items()})

    return visit.show(
        "poster.html",
        row=row,
        language=language,
        dir=direction(language),
        size=size,
        sizes=SIZES,
        languages=[(one, LANGUAGE_NAMES[one]) for one in LANGUAGES],
        say=say,
        telegram=telegram,
        has_bot=visit.house.bot_name is not None,
        address=re.sub(r"^https?://", "", door),
        qr=code.svg_inline(omitsize=True, border=2, dark="#000", light="#fff"),
    )


def door_of(visit: Visit, row: Record) -> str:
    """The address of the page behind a poster."""
    return f"{visit.house.base_url}/d/{row.uid}"


def telegram_of(visit: Visit, row: Record) -> str | None:
    """The address that starts the bot from a poster; None without a bot."""
    return f"https://t.me/{visit.house.bot_name}?start={row.uid}" if visit.house.bot_name else None


def _wrong(given: dict[str, str]) -> str | None:
    """Why a form cannot be taken, or None."""
    if not given["name"]:
        return "places-no-name"
    if given["language"] and given["language"] not in LANGUAGES:
        return "places-no-language"
    if given["price"] and _price(given["price"]) is None:
        return "places-no-price"
    if given["product_url"] and urlsplit(given["product_url"]).scheme not in ("http", "https"):
        return "places-no-url"
    return None


def _price(text: str) -> Decimal | None:
    try:
        price = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return price if price.is_finite() and 0 <= price < 10**9 else None


async def _place(visit: Visit) -> Record:
    async with visit.house.database.read() as tx:
        row = await places.get(tx, visit.path("uid"))
    if row is None:
        raise HTTPException(404)
    return row
