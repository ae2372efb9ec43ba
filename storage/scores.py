"""What is judged about prospects, written down: scores with reasons, and the funnel's history, only ever added to.

Recomputing the same judgement changes nothing. Joined people keep both histories; a stage they have reached before is
not noted again, and nobody is moved back: a refund leaves the history as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, literal, select, update
from sqlalchemy import insert as plain_insert

from flows.audience.engagement import engagement_log
from flows.audience.funnel import Reached
from flows.audience.judgement import Judgement
from flows.audience.profile import STAGES, Profile, Stage
from storage import stage_counts
from storage.database import Record, Tx
from storage.dialects import insert
from storage.tables import profile_reasons, profiles, prospects, stage_changes

COLUMNS: Final = (
    "due_at", "computed_at", "kind", "fit", "grade", "engagement", "engaged_at", "engagement_log",
    "level_1_until", "level_2_until", "orders_total", "orders_year", "revenue_year", "last_bought_at", "recency",
    "frequency", "monetary", "rfm", "by_frequency", "by_volume", "by_influence", "by_profile", "stage", "stage_at",
    "qualification", "next_action", "barrier", "learning_segment",
)  # fmt: skip

_UPDATE: Final = (
    update(profiles)
    .where(profiles.c.prospect_id == bindparam("row"))
    .values({name: bindparam(f"new_{name}") for name in COLUMNS})
)


async def has_due(tx: Tx, now: datetime) -> bool:
    """Whether anybody is to be judged again: a look that locks nothing."""
    query = select(profiles.c.prospect_id).where(profiles.c.due_at <= now).limit(1)
    return (await tx.execute(query)).scalar_one_or_none() is not None


async def due(tx: Tx, now: datetime, limit: int) -> list[int]:
    """Who is to be judged again, the longest due first, locked until the transaction ends."""
    query = select(profiles.c.prospect_id).where(profiles.c.due_at <= now).order_by(profiles.c.due_at)
    return list((await tx.execute(query.limit(limit).with_for_update(skip_locked=True))).scalars())


async def mark_from(tx: Tx, after: int, step: int, now: datetime) -> int | None:
    """Everybody with a row id in the next `step` ids behind `after` is to be judged again.

    Returns where to go on, or None when there is nobody further.
    """
    last = (await tx.execute(select(func.max(prospects.c.id)))).scalar_one()
    if last is None or last <= after:
        return None
    some = select(prospects.c.id, literal(now, profiles.c.due_at.type)).where(
        prospects.c.id > after, prospects.c.id <= after + step
    )
    row = insert(tx, profiles).from_select(["prospect_id", "due_at"], some.order_by(prospects.c.id))
    await tx.execute(row.on_conflict_do_update(index_elements=["prospect_id"], set_={"due_at": now}))
    return after + step


async def reached(tx: Tx, ids: Sequence[int]) -> dict[int, dict[Stage, datetime]]:
    """The stages that these prospects have reached so far, with the first time each was."""
    query = select(stage_changes.c.prospect_id, stage_changes.c.stage, stage_changes.c.at)
    found: defaultdict[int, dict[Stage, datetime]] = defaultdict(dict)
    for row in await tx.execute(query.where(stage_changes.c.prospect_id.in_(ids)).order_by(stage_changes.c.id)):
        first = found[row.prospect_id].get(row.stage)
        found[row.prospect_id][row.stage] = row.at if first is None else min(first, row.at)
    return dict(found)


def furthest(stages: Iterable[Stage]) -> Stage:
    """The furthest of these stages."""
    return max(stages, key=STAGES.index, default="informed")


async def save(
    tx: Tx,
    judged: Mapping[int, Judgement],
    known: Mapping[int, Profile],
    before: Mapping[int, Mapping[Stage, datetime]],
    now: datetime,
) -> dict[int, list[Stage]]:
    """Write what was judged of these prospects, whose rows are there and locked. Returns the stages newly reached."""
    if not judged:
        return {}
    await tx.execute(_UPDATE, [_columns(row, one, now) for row, one in judged.items()])
    reasons = insert(tx, profile_reasons)
    keep = reasons.on_conflict_do_update(index_elements=["prospect_id"], set_={"reasons": reasons.excluded.reasons})
    why = [
        {"prospect_id": row, "reasons": {name: list(lines) for name, lines in one.reasons.items()}}
        for row, one in judged.items()
    ]
    await tx.execute(keep, why)
    changes = [
        _change(row, step, one, known[row], now)
        for row, one in judged.items()
        for step in one.stages
        if step.stage not in before.get(row, {})
    ]
    if changes:
        await stage_counts.note(tx, changes)
        await tx.execute(plain_insert(stage_changes), changes)
    new: defaultdict[int, list[Stage]] = defaultdict(list)
    for change in changes:
        new[change["prospect_id"]].append(change["stage"])
    return dict(new)


async def history(tx: Tx, prospect_id: int) -> list[Record]:
    """The funnel's history of one prospect: stage, at, recorded_at, because."""
    columns = (stage_changes.c.stage, stage_changes.c.at, stage_changes.c.recorded_at, stage_changes.c.because)
    query = select(*columns).where(stage_changes.c.prospect_id == prospect_id)
    return list((await tx.execute(query.order_by(stage_changes.c.at, stage_changes.c.id))).all())


def _columns(row: int, one: Judgement, now: datetime) -> dict[str, Any]:
    scores = one.scores
    values = {
        "due_at": one.fresh_until,
        "computed_at": now,
        "kind": one.kind,
        "engagement_log": engagement_log(scores.engagement, scores.engaged_at),
        "orders_total": one.buying.orders_total,
        "orders_year": one.buying.orders_year,
        "revenue_year": one.buying.revenue_year,
        "last_bought_at": one.buying.last,
        "recency": one.rfm.recency,
        "frequency": one.rfm.frequency,
        "monetary": one.rfm.monetary,
        "next_action": one.action,
        "barrier": one.barrier,
    }
    values |= {f"by_{name}": band for name, band in scores.lead_types.items()}
    values |= {name: getattr(scores, name) for name in COLUMNS if name not in values}
    return {"row": row, **{f"new_{name}": values[name] for name in COLUMNS}}


def _change(row: int, step: Reached, one: Judgement, profile: Profile, now: datetime) -> dict[str, Any]:
    source, product = profile.facts.get("source"), profile.facts.get("product_name")
    return {
        "prospect_id": row,
        "stage": step.stage,
        "at": step.at,
        "recorded_at": now,
        "because": step.because,
        "segment": one.scores.learning_segment,
        "source": str(source.value) if source else None,
        "product": str(product.value) if product else None,
    }
