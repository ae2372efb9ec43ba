"""The first page: what holds people back, who waits, how far people came, what is left, and whether all runs."""

from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.spans import Span, days_before, earlier, midnights
from bot.web.filters import locale_of
from flows.words import BARRIERS
from storage.reads import today
from storage.reads.today import Funnel, Held

FEW = 20
"""Under so many answers a share says little, and the page says so."""

LOW = 10
"""A pool with fewer codes than this, or less than a tenth left, is marked."""


async def show(visit: Visit) -> Response:
    """Today."""
    week = days_before(visit, 7)
    before, fortnight, month = earlier(week), days_before(visit, 14), days_before(visit, 30)
    days = midnights(fortnight)
    async with visit.house.database.read() as tx:
        held = await today.held_back(tx, week.window)
        held_before = await today.held_back(tx, before.window)
        per_day = await today.answered_by_span(tx, days)
        needing, oldest = await today.waiting_for_staff(tx)
        funnel = await today.funnel(tx, month.window)
        this_week, last_week = await today.week(tx, week.window), await today.week(tx, before.window)
        pools = await today.pools(tx, visit.now)
        health = await today.health(tx, visit.now)
    return visit.show(
        "today.html",
        week=week.window,
        held=held,
        held_before=held_before,
        few=held.people < FEW,
        bars=_bars(held, held_before, week),
        per_day=_per_day(fortnight, per_day),
        needing=needing,
        oldest=oldest,
        funnel=_steps(funnel),
        month=month.window,
        this_week=this_week,
        last_week=last_week,
        pools=_pools(visit, pools),
        health=health,
        telegram=visit.house.telegram if visit.house.settings.telegram_token else None,
        mail_is_local=visit.house.settings.smtp_url is None,
    )


def share(part: int, whole: int) -> float | None:
    """A share, or None where there is nothing to share."""
    return part / whole if whole else None


def _bars(held: Held, before: Held, week: Span) -> list[dict[str, Any]]:
    """The barriers named in either week, the most frequent first."""
    named = [one for one in BARRIERS if held.by_barrier.get(one) or before.by_barrier.get(one)]
    named.sort(key=lambda one: (-held.by_barrier.get(one, 0), -before.by_barrier.get(one, 0)))
    return [
        {
            "barrier": one,
            "n": held.by_barrier.get(one, 0),
            "share": share(held.by_barrier.get(one, 0), held.people),
            "n_before": before.by_barrier.get(one, 0),
            "before": share(before.by_barrier.get(one, 0), before.people),
            "href": "/console/answers?" + urlencode({"barrier": one, "main": "yes"} | week.query),
        }
        for one in named
    ]


def _per_day(span: Span, counts: list[int]) -> list[tuple[str, int]]:
    locale = locale_of("en")
    days = [moment.astimezone(span.zone).date() for moment in midnights(span)[:-1]]
    return [(format_date(day, "d MMM", locale=locale), count) for day, count in zip(days, counts, strict=True)]


def _steps(funnel: Funnel) -> list[dict[str, Any]]:
    """Each step of the funnel with its share of those who were enrolled."""
    numbers = {
        "enrolled": funnel.enrolled,
        "reached": funnel.reached,
        "answered": funnel.answered,
        "offered": funnel.offered,
        "bought": funnel.bought,
    }
    return [{"step": step, "n": n, "share": share(n, funnel.enrolled)} for step, n in numbers.items()]


def _pools(visit: Visit, counted: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """Every offer that needs codes, whether any was ever imported or not."""
    wanted = [offer.id for offer in visit.house.catalogue.offers if offer.code == "pool"]
    levels = {offer: counted.get(offer, (0, 0)) for offer in wanted}
    return [
        {"offer": offer, "left": left, "total": total, "low": left < LOW or left * 10 < total}
        for offer, (left, total) in levels.items()
    ]
