"""Figures that take seconds in a large shop: counted in the background and kept, so that no page waits for them.

In a small shop they are counted whenever somebody looks. Files, the API and the terminal always count afresh.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.house import House
from bot.report.figures import Evidence, Worth, evidence_of, worth_of
from storage import campaigns, snapshots
from storage.database import Tx
from storage.reads import shelves, solved
from storage.reads.barriers import Asked
from storage.reads.common import ever
from storage.reads.shelves import Used
from storage.reads.solved import Solved
from storage.snapshots import Kept, Subject

T = TypeVar("T")

FRESH: Final = timedelta(minutes=10)
"""Figures younger than this are shown as they are; older ones too, but they are counted anew meanwhile."""

TALKS: Final = 1_000
"""The evidence of so many conversations in the window is counted at once ..."""

TALKS_EVER: Final = 100_000
"""... if there are no more than so many altogether."""

OFFERS: Final = 20_000
"""So many offers given are looked through at once."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Figures of one kind: how they are counted (None: there is nothing left to count), and whether that is quick."""

    name: str
    form: TypeAdapter[T]
    count: Callable[[House, Tx, Subject], Awaitable[T | None]]
    is_quick: Callable[[Tx, Subject], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """Figures as of a moment; None while they are counted for the first time, or when there is nothing to count.

    `key` is what to count anew by, None when they were counted for this very look. `failed`: the last try failed.
    """

    figures: T | None
    at: datetime
    key: str | None = None
    wanted: bool = False
    failed: bool = False


async def look(house: House, page: Page[T], subject: Subject) -> Shown[T]:
    """The figures as they are kept, or counted now where that is quick. What is not kept or old is asked for."""
    now = house.clock.now()
    async with house.database.read() as tx:
        if await page.is_quick(tx, subject):
            return Shown(await page.count(house, tx, subject), now)
        kept = await snapshots.get(tx, subject)
    figures = _read(page, kept)
    wanted = kept is not None and kept.wanted
    if not wanted and (figures is None or kept is None or kept.at is None or now - kept.at >= FRESH):
        await house.database.transact(lambda tx: snapshots.want(tx, subject, now))
        house.bells.figures.ring()
        wanted = True
    at = kept.at if kept is not None and kept.at is not None else now
    return Shown(figures, at, subject.key, wanted, kept is not None and kept.failed)


def _read(page: Page[T], kept: Kept | None) -> T | None:
    if kept is None or kept.figures is None:
        return None
    try:
        return page.form.validate_python(kept.figures)
    except ValidationError:  # kept by an earlier version of the program
        return None


async def count_next(house: House) -> bool:
    """Count what waits longest, and keep it; False when nothing waits. On an error it is tried again after a while."""
    now, started = house.clock.now(), house.clock.monotonic()
    subject = await house.database.transact(lambda tx: snapshots.claim(tx, now))
    if subject is None:
        return False
    page = PAGES.get(subject.page)
    try:
        figures = await _count(house, page, subject) if page is not None else None
    except asyncio.CancelledError:
        await house.database.transact(lambda tx: snapshots.put_back(tx, subject))
        raise
    except Exception:
        await house.database.transact(lambda tx: snapshots.give_up(tx, subject, house.clock.now()))
        raise
    if figures is None:
        await house.database.transact(lambda tx: snapshots.drop(tx, subject))
        return True
    seconds = house.clock.monotonic() - started
    await house.database.transact(lambda tx: snapshots.keep(tx, subject, figures, now, seconds))
    return True


async def _count(house: House, page: Page[Any], subject: Subject) -> Any:
    async with house.database.read_patiently() as tx:
        found = await page.count(house, tx, subject)
    return None if found is None else page.form.dump_python(found, mode="json")


async def _evidence(house: House, tx: Tx, subject: Subject) -> tuple[Evidence, Worth] | None:
    row = await campaigns.get(tx, subject.campaign or "")
    if row is None:
        return None
    now = house.clock.now()
    found = await evidence_of(tx, row, currency=house.catalogue.currency, now=now)
    flow = await house.context.flows.newest(tx, row.definition["flow"])
    return found, await worth_of(tx, found, subject.window or ever(now), flow, now=now)


async def _few_talks(tx: Tx, subject: Subject) -> bool:
    if await snapshots.many_talks(tx, subject.window, TALKS):
        return False
    return not await snapshots.many_talks(tx, None, TALKS_EVER)


async def _offers(house: House, tx: Tx, subject: Subject) -> dict[str, Used]:  # noqa: ARG001 - all of them, ever
    return await shelves.outcomes(tx, house.clock.now())


async def _few_given(tx: Tx, subject: Subject) -> bool:  # noqa: ARG001 - all of them, ever
    return sum(one.granted for one in (await shelves.ledger(tx)).values()) <= OFFERS


async def _solved(house: House, tx: Tx, subject: Subject) -> tuple[Solved, ...]:
    return tuple(await solved.solved(tx, Asked(subject.window or ever(house.clock.now()), **subject.filters)))


async def _few_given_then(tx: Tx, subject: Subject) -> bool:
    return not await snapshots.many_given(tx, subject.window, OFFERS)


EVIDENCE: Final = Page("evidence", TypeAdapter(tuple[Evidence, Worth]), _evidence, _few_talks)
"""Verdicts, groups, moves and the quality of the asking, of a campaign."""

GIVEN: Final = Page("offers", TypeAdapter(dict[str, Used]), _offers, _few_given)
"""What became of every offer."""

SOLVED: Final = Page("solved", TypeAdapter(tuple[Solved, ...]), _solved, _few_given_then)
"""What solved which barrier."""

PAGES: Final[Mapping[str, Page[Any]]] = {page.name: page for page in (EVIDENCE, GIVEN, SOLVED)}
