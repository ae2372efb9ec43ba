"""The campaign's strategy: who is offered what, in which version, who let it go live, and what it would have done."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console import strategy_form
from bot.console.gate import Visit
from bot.runtime import planning
from bot.runtime.shares import shop_zone
from flows.audience.profile import LEARNING_SEGMENTS
from flows.definition.campaign import CampaignDefinition
from flows.offers.budget import allowance, committed, days_left
from flows.offers.checks import errors
from flows.offers.starter import differences, starter
from flows.offers.strategy import ANYBODY, StrategyDefinition
from storage import campaigns, share_days, strategies
from storage.database import Record, Tx
from storage.spending import Limit, spending


async def show(visit: Visit) -> Response:
    """The campaign's live strategy, how its budget and its learning stand, and all versions."""
    now = visit.now
    async with visit.house.database.read() as tx:
        names = [row.name for row in await campaigns.all_campaigns(tx)]
        name = visit.asked("campaign") or next(iter(names), "")
        campaign = await campaigns.get(tx, name)
        if campaign is None:
            raise HTTPException(404)
        live = await strategies.live(tx, name)
        versions = await strategies.history(tx, name)
        budget = await _budget(tx, visit, live) if live is not None else None
        found = await planning.review(tx, visit.house.context, strategies.definition_of(live)) if live else ()
        day = (await share_days.latest(tx, name)) if live is not None else None
        shares = await share_days.shares_of(tx, name, day.day) if day is not None else {}
    definition = strategies.definition_of(live) if live is not None else starter(visit.house.catalogue, name)
    groups = definition.control or CampaignDefinition.model_validate(campaign.definition).holdback
    return visit.show(
        "strategy.html",
        names=names,
        campaign=name,
        live=live,
        strategy=definition,
        matrix=matrix(definition),
        versions=versions,
        budget=budget,
        day=day if day is not None and day.made_at > now - timedelta(days=2) else None,
        shares=[(*cell.split(":"), of) for cell, of in sorted(shares.items())],
        groups=groups,
        broken=errors(found),
        open=[row for row in versions if row.state in strategies.OPEN],
        currency=visit.house.catalogue.currency,
    )


async def draft(visit: Visit) -> Response:
    """A new draft: what holds now, or with `measure` the same with the recommended control groups."""
    name, house = visit.said("campaign", limit=40), visit.house

    async def work(tx: Tx) -> int:
        if await campaigns.get(tx, name) is None:
            raise HTTPException(404)
        live = await strategies.live(tx, name)
        wanted = strategies.definition_of(live) if live is not None else starter(house.catalogue, name)
        note = None
        if visit.said("measure", limit=3):
            control = {"never_contacted": 10, "asked_no_offer": 20}
            wanted = StrategyDefinition.model_validate(wanted.model_dump() | {"control": control})
            note = "start measuring"
        row_id = await strategies.create(tx, wanted, visit.staff.email, visit.now, note)
        row = await strategies.get(tx, row_id)
        return int(row.version) if row is not None else 0

    return visit.go(f"/console/strategy/{name}/{await house.database.transact(work)}")


async def version(visit: Visit) -> Response:
    """One version: a form while it is a draft, checked, compared with the live one and tried on the last month."""
    row = await find(visit)
    fields = strategy_form.fields_of(strategies.definition_of(row))
    return await page(visit, row, fields)


async def page(
    visit: Visit, row: Record, fields: Mapping[str, str], *, wrong: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """The page of a version, its form filled with these fields; `wrong` says what is, by field."""
    definition, context = strategies.definition_of(row), visit.house.context
    async with visit.house.database.read() as tx:
        live = await strategies.live(tx, row.campaign)
        findings = await planning.review(tx, context, definition)
        saved = sorted((await planning.known(tx, context)).segments)
        tried = await planning.preview(tx, context, definition, visit.now) if visit.asked("preview") else None
        wants_two = definition.two_person or await strategies.wants_two(tx, row.campaign)
    base = strategies.definition_of(live) if live is not None else starter(visit.house.catalogue, row.campaign)
    catalogue = visit.house.catalogue
    return visit.show(
        "strategy_version.html",
        status=status,
        row=row,
        strategy=definition,
        matrix=matrix(definition),
        fields=fields,
        wrong=wrong or {},
        findings=findings,
        blocked=bool(errors(findings)),
        live=live,
        changed=differences(base, definition) if row.state in strategies.OPEN else (),
        report=tried,
        barriers_asked=strategy_form.ASKED,
        row_count=lambda barrier: strategy_form.rows_of(fields, barrier),
        place_count=lambda barrier, number: strategy_form.places_of(fields, barrier, number),
        segments=[ANYBODY, *LEARNING_SEGMENTS, *saved],
        offers_for={
            barrier: [offer.id for offer in catalogue.offers if barrier in offer.removes]
            for barrier in strategy_form.ASKED
        },
        currency=catalogue.currency,
        own=wants_two and row.submitted_by == visit.staff.email,
        seen=strategies.face_of(row),
        path_here=f"/console/strategy/{row.campaign}/{row.version}",
    )


async def find(visit: Visit) -> Record:
    """The version that the address names; a page that is not there for any other."""
    number = visit.path("version")
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise HTTPException(404)
    async with visit.house.database.read() as tx:
        row = await strategies.by_version(tx, visit.path("campaign"), int(number))
    if row is None:
        raise HTTPException(404)
    return row


async def _budget(tx: Tx, visit: Visit, live: Record) -> dict[str, Any] | None:
    budget = strategies.definition_of(live).budget
    if budget is None:
        return None
    limit = Limit(live.id, live.campaign, budget, shop_zone(visit.house.context))
    standing = await spending(tx, limit, visit.now)
    left = days_left(budget, live.live_at, visit.now, limit.zone)
    used = committed(budget, standing)
    return {
        "budget": budget,
        "spent": standing.spent,
        "live": standing.live,
        "used": used,
        "share": float(used / budget.amount),
        "days_left": left,
        "allowed": allowance(budget, standing, left),
    }


def matrix(strategy: StrategyDefinition) -> dict[str, Any]:
    """The strategy as a table: columns of segments, and for each barrier the offers of its rows by segment."""
    named = {row.segment for row in strategy.rows}
    saved = [row.segment for row in strategy.rows if row.segment not in (ANYBODY, *LEARNING_SEGMENTS)]
    columns = [*dict.fromkeys(saved), *(one for one in LEARNING_SEGMENTS if one in named)]
    columns += [ANYBODY] if ANYBODY in named else []
    lines = [
        (barrier, {row.segment: row.offers for row in reversed(strategy.rows_for(barrier))})
        for barrier in strategy_form.ASKED
    ]
    return {"columns": columns, "lines": lines}
