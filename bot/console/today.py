"""The first page: what holds people back, who waits, what is due, how far people came, what is left, what runs."""

from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from starlette.responses import Response

from bot.console.gate import Visit
from bot.console.spans import Span, days_before, earlier, midnights
from bot.runtime import quotas
from bot.web.filters import locale_of
from flows.words import BARRIERS
from storage import tasks, verdicts
from storage.reads import barriers, funnel, today
from storage.reads.barriers import Asked, Groups
from storage.reads.today import Funnel, Held
from storage.tasks import Sought

FEW = 20
"""Under so many answers a share says little, and the page says so."""

LOW = 10
"""A pool with fewer codes than this, or less than a tenth left, is marked."""


PRODUCTS = 5
"""So many products stand on the first page, those with the most answers."""


async def show(visit: Visit) -> Response:
    """Today."""
    week, fortnight, month = days_before(visit, 7), days_before(visit, 14), days_before(visit, 30)
    before = earlier(week)
    async with visit.house.database.read() as tx:
        held = await today.held_back(tx, week.window)
        held_before = await today.held_back(tx, before.window)
        products = await barriers.by(tx, Asked(week.window), "product")
        products_before = await barriers.by(tx, Asked(before.window), "product")
        per_day = await today.answered_by_span(tx, midnights(fortnight))
        needing, oldest = await today.waiting_for_staff(tx)
        context: dict[str, Any] = {
            "quotas": await quotas.reached(tx),
            "this_week": await today.week(tx, week.window, held),
            "last_week": await today.week(tx, before.window, held_before),
            "funnel": _steps(await today.funnel(tx, month.window)),
            "stages": await funnel.moved(tx, month.window),
            "pools": _pools(visit, await today.pools(tx, visit.now)),
            "health": await today.health(tx, visit.now),
            "said": await verdicts.latest(tx),
            "due": await tasks.count(tx, Sought(overdue=midnights(week)[-1])),
            "late": await tasks.count(tx, Sought(overdue=visit.now)),
        }
    return visit.show(
        "today.html",
        held=held,
        held_before=held_before,
        few=held.people < FEW,
        bars=_bars(held, held_before, week),
        by_product=_by_product(products, products_before, week),
        per_day=_per_day(fortnight, per_day),
        needing=needing,
        oldest=oldest,
        telegram=visit.house.telegram if visit.house.settings.telegram_token else None,
        mail_is_local=visit.house.settings.smtp_url is None,
        **context,
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


def _by_product(now: Groups, before: Groups, week: Span) -> list[dict[str, Any]]:
    """For each product what most people named, and its share a week earlier: None when nobody answered then."""
    earlier_groups = {group.name: group for group in before.shown}
    rows = []
    for group in now.shown[:PRODUCTS]:
        barrier = max(BARRIERS, key=lambda one: group.by_barrier.get(one, 0))
        then = earlier_groups.get(group.name)
        rows.append(
            {
                "name": group.name,
                "n": group.people,
                "barrier": barrier,
                "share": share(group.by_barrier.get(barrier, 0), group.people),
                "before": share(then.by_barrier.get(barrier, 0), then.people) if then else None,
                "n_before": then.people if then else 0,
                "few": group.people < FEW,
                "href": "/console/barriers?" + urlencode({"product": group.name} | week.query) if group.name else None,
            }
        )
    return rows


def _per_day(span: Span, counts: list[int]) -> list[tuple[str, int]]:
    locale = locale_of("en")
    days = [moment.astimezone(span.zone).date() for moment in midnights(span)[:-1]]
    return [(format_date(day, "d MMM", locale=locale), count) for day, count in zip(days, counts, strict=True)]


def _steps(found: Funnel) -> list[dict[str, Any]]:
    """Each step of the funnel with its share of those who were enrolled."""
    numbers = {
        "enrolled": found.enrolled,
        "reached": found.reached,
        "answered": found.answered,
        "offered": found.offered,
        "bought": found.bought,
    }
    return [{"step": step, "n": n, "share": share(n, found.enrolled)} for step, n in numbers.items()]


def _pools(visit: Visit, counted: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """Every offer that needs codes, whether any was ever imported or not."""
    wanted = [offer.id for offer in visit.house.catalogue.offers if offer.code == "pool"]
    levels = {offer: counted.get(offer, (0, 0)) for offer in wanted}
    return [
        {"offer": offer, "left": left, "total": total, "low": left < LOW or left * 10 < total}
        for offer, (left, total) in levels.items()
    ]
