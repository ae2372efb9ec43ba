"""The playbook: a guide and ready replies for each barrier, which of them worked, and a shop's own words over ours."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.gate import Visit
from bot.library import Library
from flows.definition.campaign import CampaignDefinition
from flows.evidence.intervals import wilson
from flows.playbook import LONGEST, MOST_REPLIES, PARTS, Playbook
from flows.words import BARRIERS, LANGUAGES
from storage import audit, campaigns, playbook
from storage.database import Tx
from storage.ids import fingerprint

DAYS: Final = 90
"""The span of time in which uses of replies are counted."""

FEW: Final = 20
"""Under so many a share says little, and the page gives the numbers alone."""

ATTRIBUTION: Final = 7


@lru_cache(maxsize=4)
def shipped(flows_dir: Path | None) -> Playbook:
    """The playbook that comes with Holdback, read once in a process."""
    return Library(flows_dir).playbook()


async def show(visit: Visit) -> Response:
    """Every barrier: its guide, its replies in one language, and what they led to."""
    language = visit.asked("language") if visit.asked("language") in LANGUAGES else visit.house.context.languages[0]
    book = shipped(visit.house.settings.flows_dir)
    entries = []
    async with visit.house.database.read() as tx:
        within = timedelta(days=await _window(tx))
        worked = await playbook.worked(tx, visit.now - timedelta(days=DAYS), within, visit.now)
        for barrier in BARRIERS:
            own = await playbook.own(tx, barrier, None, [language, "en"])
            entries.append(book.entry(barrier, language, _values(visit), own))
        written = await playbook.list_own(tx)
    return visit.show(
        "playbook.html",
        entries=entries,
        worked=worked,
        rate=_rate,
        chosen=language,
        languages=LANGUAGES,
        parts=PARTS,
        written=written,
        days=DAYS,
        within=within.days,
        edit=_edit_path,
    )


def _rate(part: int, whole: int) -> tuple[float, float, float] | None:
    """(low, share, high), or None where there are too few to say."""
    if whole < FEW:
        return None
    low, high = wilson(part, whole)
    return low, part / whole, high


async def edit(visit: Visit) -> Response:
    """One entry to write the shop's own words into."""
    key = _key(visit.asked("barrier"), visit.asked("product"), visit.asked("language"))
    return await _form(visit, key)


async def save(visit: Visit) -> Response:
    """Keep the shop's own words. What is too long is said, and nothing typed is lost."""
    key = _key(visit.said("barrier"), visit.said("product", limit=120), visit.said("language"))
    replies = [visit.said(f"reply{number}") for number in range(MOST_REPLIES)]
    entry: dict[str, Any] = {part: visit.said(part) for part in PARTS}
    if any(len(text) > LONGEST for text in (*replies, *entry.values())):
        return await _form(visit, key, given=entry | {"replies": replies})
    entry |= {"replies": [{"id": f"own:{fingerprint(text)[:12]}", "text": text} for text in replies if text]}

    async def work(tx: Tx) -> None:
        await playbook.save(tx, key, entry, by=visit.staff.email, now=visit.now)
        await audit.note(tx, visit.staff.email, "playbook changed", " ".join(key), visit.now)

    await visit.house.database.transact(work)
    return visit.go("/console/playbook?" + urlencode({"language": key[2]}) + f"#{key[0]}")


async def _form(visit: Visit, key: tuple[str, str, str], given: dict[str, Any] | None = None) -> Response:
    barrier, product, language = key
    async with visit.house.database.read() as tx:
        row = await playbook.get(tx, *key)
    ours = shipped(visit.house.settings.flows_dir).entry(barrier, language, _values(visit, product or None))
    stored = row.entry if row is not None else {}
    kept = {part: stored.get(part, "") for part in PARTS} | {
        "replies": [one["text"] for one in stored.get("replies", [])]
    }
    values = given or kept
    values["replies"] = [*values["replies"], *[""] * MOST_REPLIES][:MOST_REPLIES]
    return visit.show(
        "playbook_edit.html",
        status=422 if given else 200,
        too_long=given is not None,
        longest=LONGEST,
        barrier=barrier,
        product=product,
        chosen=language,
        values=values,
        ours=ours,
        parts=PARTS,
        languages=LANGUAGES,
        row=row,
        has=row is not None,
    )


def _key(barrier: str, product: str, language: str) -> tuple[str, str, str]:
    """Which entry: (barrier, product or '' for all, language). Raises HTTPException 404 for one that cannot be."""
    language = language or "en"
    if barrier not in BARRIERS or language not in LANGUAGES:
        raise HTTPException(404)
    return barrier, product, language


def _edit_path(barrier: str, language: str, product: str = "") -> str:
    query = {"barrier": barrier, "language": language} | ({"product": product} if product else {})
    return "/console/playbook/edit?" + urlencode(query)


def _values(visit: Visit, product: str | None = None) -> dict[str, str | None]:
    return {"shop": visit.house.settings.shop_name, "product": product, "name": None}


async def _window(tx: Tx) -> int:
    """Within how many days after a reply an order counts: the longest of the campaigns' own spans."""
    found = [CampaignDefinition.model_validate(row.definition) for row in await campaigns.all_campaigns(tx)]
    return max((one.attribution_days for one in found), default=ATTRIBUTION)
