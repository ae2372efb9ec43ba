"""Saved segments, and who is in one: asked of the database for many people, of a profile for one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from flows.audience.attributes import Attributes, sensitive_names
from flows.audience.conditions import Condition, dump_condition, parse_condition
from flows.audience.profile import LEARNING_SEGMENTS
from flows.audience.segments import Segment
from flows.offers.looking import attributes_of
from flows.offers.strategy import ANYBODY, StrategyDefinition
from storage.database import Record, Tx
from storage.dialects import insert
from storage.errors import SegmentApproved, SegmentInUse, SegmentNameTaken, SegmentSensitive
from storage.segment_sql import compiled, everybody_of
from storage.tables import campaigns, prospects, segments, strategies


def _segment(row: Record) -> Segment:
    return Segment(row.name, row.label, parse_condition(row.definition, f"segment {row.name}"))


async def load_all(tx: Tx) -> list[Segment]:
    """Every saved segment, by label."""
    rows = await tx.execute(select(segments).order_by(func.lower(segments.c.label), segments.c.name))
    return [_segment(row) for row in rows]


async def get(tx: Tx, name: str) -> Segment | None:
    """One segment."""
    row = (await tx.execute(select(segments).where(segments.c.name == name))).one_or_none()
    return _segment(row) if row is not None else None


async def save(tx: Tx, segment: Segment, *, by: str, now: datetime) -> bool:
    """Keep a segment; True when there was none of this name. `by` is who did it."""
    document = {"label": segment.label, "definition": dump_condition(segment.condition), "updated_at": now}
    new = (await tx.execute(select(segments.c.name).where(segments.c.name == segment.name))).one_or_none() is None
    row = insert(tx, segments).values(name=segment.name, created_by=by, created_at=now, **document)
    await tx.execute(row.on_conflict_do_update(index_elements=["name"], set_=document))
    return new


async def rename(tx: Tx, name: str, other: str, now: datetime) -> None:
    """Give a segment another name. Raises SegmentNameTaken, and SegmentInUse while something names it."""
    if await get(tx, other) is not None:
        raise SegmentNameTaken(other)
    await _free(tx, name)
    await tx.execute(update(segments).where(segments.c.name == name).values(name=other, updated_at=now))


async def remove(tx: Tx, name: str) -> bool:
    """Forget a segment; nobody in it is touched. False when there is none of this name.

    Raises SegmentInUse while something names it.
    """
    await _free(tx, name)
    return (await tx.execute(delete(segments).where(segments.c.name == name))).rowcount == 1


async def _free(tx: Tx, name: str) -> None:
    users = (await used_by(tx)).get(name)
    if users:
        raise SegmentInUse(name, users)


async def used_by(tx: Tx) -> dict[str, list[str]]:
    """What names each segment, in words: audiences of campaigns, versions of strategies that are live or may become so.

    Segments that nothing names are left out.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in await tx.execute(select(campaigns.c.name, campaigns.c.definition).order_by(campaigns.c.name)):
        name = (row.definition.get("audience") or {}).get("segment")
        if name:
            found[name].append(f"the campaign {row.name}")
    for name, versions in (await _in_strategies(tx)).items():
        found[name] += versions
    return dict(found)


async def _in_strategies(tx: Tx, *, approved_by_two: bool = False) -> dict[str, list[str]]:
    """Which versions name each segment, in words; or only those that two people look at, or have looked at."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    standing = select(strategies).where(strategies.c.state != "retired")
    for row in await tx.execute(standing.order_by(strategies.c.campaign, strategies.c.version)):
        definition = StrategyDefinition.model_validate(row.definition)
        if approved_by_two and not (definition.two_person and row.state in ("submitted", "live")):
            continue
        words = f"the strategy of {row.campaign}, version {row.version} ({row.state})"
        for name in sorted({one.segment for one in definition.rows} - {ANYBODY, *LEARNING_SEGMENTS}):
            found[name].append(words)
    return found


async def check_use(tx: Tx, segment: Segment, attributes: Attributes) -> None:
    """Whether it may be saved so: what is sensitive decides no offer, also not by changing a segment afterwards.

    And what two people have approved is not changed by one. Raises SegmentSensitive, SegmentApproved.
    """
    kept = await get(tx, segment.name)
    if kept is not None and kept.condition != segment.condition:
        approved = (await _in_strategies(tx, approved_by_two=True)).get(segment.name)
        if approved:
            raise SegmentApproved(segment.name, approved)
    named = attributes_of(segment.condition)
    sensitive = sorted(named & sensitive_names(attributes, named))
    users = (await _in_strategies(tx)).get(segment.name) if sensitive else None
    if users:
        raise SegmentSensitive(segment.name, sensitive[0], users)


def where(condition: Condition, now: datetime, *, few: bool = False) -> ColumnElement[bool]:
    """The condition over `prospects` at `now`, for a query of one's own: the same verdict as `evaluate`.

    `few` is for a page of a list: with it, the database stops as soon as the page is full.
    """
    return compiled(condition, now, few=few)


async def count(tx: Tx, condition: Condition, now: datetime, *, most: int | None = None) -> int:
    """How many prospects match now; counting stops at `most` when that is given."""
    if most is None:
        rows = everybody_of(condition, now).subquery()
    else:
        rows = select(prospects.c.id).where(where(condition, now)).limit(most).subquery()
    query = select(func.count()).select_from(rows)
    return int((await tx.execute(query)).scalar_one())


async def members(tx: Tx, condition: Condition, now: datetime, *, after: int = 0, limit: int = 100) -> Sequence[Record]:
    """The next prospects that match (row `id`, `uid`), in the order they became known, behind row id `after`."""
    query = select(prospects.c.id, prospects.c.uid).where(prospects.c.id > after, where(condition, now, few=True))
    return (await tx.execute(query.order_by(prospects.c.id).limit(limit))).all()


async def members_among(tx: Tx, name: str, prospect_ids: Sequence[int], now: datetime) -> set[int]:
    """Those of these prospects who are in the segment of this name now; nobody when there is no such segment."""
    segment = await get(tx, name)
    if segment is None:
        return set()
    query = select(prospects.c.id).where(prospects.c.id.in_(prospect_ids), where(segment.condition, now, few=True))
    return set((await tx.execute(query)).scalars())
