"""Somebody says it in the shop: noted in ten seconds on a tablet, with a person behind it only when they like."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.spans import days_before
from bot.data import cells
from bot.data.errors import CellRefused
from flows.words import BARRIERS, LANGUAGES
from storage import audit, places, prospects, walk_ins
from storage.database import Tx
from storage.importing import ConsentSaid, Incoming, take_over
from storage.walk_ins import Said

PRODUCTS: Final = 8
LATEST: Final = 10
FIELDS: Final = {
    "product": 120, "product_other": 120, "place": 60, "barrier": 32, "said": 1000, "first_name": 80, "email": 254,
    "phone": 40, "language": 16, "consent": 8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why it cannot be noted: the text, and the field it is about."""

    text: str
    field: str


async def show(visit: Visit, *, wrong: Wrong | None = None, given: dict[str, str] | None = None) -> Response:
    """The form, what was noted just now, and the latest of today."""
    today = days_before(visit, 1).window.since
    noted_uid = visit.asked("noted", limit=22)
    async with visit.house.database.read() as tx:
        products = await walk_ins.recent_products(tx, PRODUCTS)
        everywhere = [row.name for row in await places.everywhere(tx) if row.closed_at is None]
        latest = await walk_ins.latest(tx, today, LATEST)
        number = await walk_ins.count(tx, today)
        noted = await walk_ins.get(tx, noted_uid) if noted_uid else None
    kept = {"product": visit.asked("product"), "place": visit.asked("place")}
    return visit.show(
        "walkin.html",
        status=422 if wrong else 200,
        wrong=wrong,
        given=dict.fromkeys(FIELDS, "") | kept | (given or {}),
        products=products,
        places=everywhere,
        consent_texts=[(language, consent_text(visit, language)) for language in visit.house.context.languages],
        barrier_names=BARRIERS,
        languages=LANGUAGES,
        latest=latest,
        number=number,
        noted=noted,
    )


async def add(visit: Visit) -> Response:
    """Note it. What is wrong is said, and nothing typed is lost."""
    given = {name: visit.said(name, limit=limit) for name, limit in FIELDS.items()}
    try:
        identities = _identities(given)
    except CellRefused:
        identities = None
    wrong = _wrong(given, identities)
    if wrong is not None or identities is None:
        return await show(visit, wrong=wrong, given=given)
    product = given["product_other"] or given["product"]

    async def work(tx: Tx) -> str:
        person = await _person(tx, visit, given, identities, product) if identities else None
        said = Said(
            barrier=given["barrier"],
            staff=visit.staff.email,
            prospect_id=person,
            place=given["place"] or None,
            product=product or None,
            said=given["said"] or None,
            language=given["language"] or None,
        )
        uid = await walk_ins.note(tx, said, visit.now)
        await audit.note(tx, visit.staff.email, "walk-in noted", uid, visit.now)
        return uid

    uid = await visit.house.database.transact(work)
    kept = {"noted": uid, "product": product, "place": given["place"]}
    return visit.go("/console/walk-in?" + urlencode({key: value for key, value in kept.items() if value}))


async def undo(visit: Visit) -> Response:
    """It was noted by mistake."""
    uid = visit.path("uid")

    async def work(tx: Tx) -> bool:
        undone = await walk_ins.undo(tx, uid, visit.now)
        if undone:
            await audit.note(tx, visit.staff.email, "walk-in undone", uid, visit.now)
        return undone

    if not await visit.house.database.transact(work):
        raise HTTPException(404)
    return visit.go("/console/walk-in?" + urlencode({"noted": uid}))


def consent_text(visit: Visit, language: str) -> str:
    """What is read to somebody before they say yes, in their language; it is kept with their yes."""
    return visit.house.texts.say(language, "walkin-consent", shop=visit.house.settings.shop_name)


def _identities(given: dict[str, str]) -> dict[str, str]:
    """How the person is known, by kind; empty when they did not say. Raises CellRefused."""
    found: dict[str, str] = {}
    if given["email"]:
        found["email"] = cells.email(given["email"])
    if given["phone"]:
        found["phone"] = cells.phone(given["phone"])
    return found


def _wrong(given: dict[str, str], identities: dict[str, str] | None) -> Wrong | None:
    if given["barrier"] not in BARRIERS:
        return Wrong("walkin-no-barrier", "barrier")
    if given["language"] and given["language"] not in LANGUAGES:
        return Wrong("places-no-language", "language")
    if identities is None:
        try:
            cells.email(given["email"] or "a@b.example")
        except CellRefused:
            return Wrong("walkin-no-email", "email")
        return Wrong("walkin-no-phone", "phone")
    if given["consent"] and "email" not in identities:
        return Wrong("walkin-consent-needs", "email")
    return None


async def _person(tx: Tx, visit: Visit, given: dict[str, str], identities: dict[str, str], product: str) -> int | None:
    """The person, known before or new. What was known stays; only who is new gets a source."""
    facts: dict[str, Any] = {}
    if not await prospects.find(tx, identities):
        facts = {"source": given["place"] or "shop", "medium": "walk-in", "product_name": product}
        facts |= {"first_name": given["first_name"], "language": given["language"]}
    text = consent_text(visit, given["language"] or visit.house.context.languages[0])
    consents = (ConsentSaid("email", granted=True, at=visit.now, text=text),) if given["consent"] else ()
    incoming = Incoming(
        identities=identities,
        facts={name: value for name, value in facts.items() if value},
        consents=consents,
        via="staff",
        proof=f"in the shop, noted by {visit.staff.email}",
    )
    (taken,) = await take_over(tx, [incoming], now=visit.now, key=visit.house.secret)
    return taken.prospect_id
