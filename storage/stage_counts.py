"""How many people reached which stage, kept up in the very transaction that notes, joins or forgets them.

Each person counts once: in the cohort of the day on which they became known, and on the day they first reached a stage.
What is kept is exact: `recounting` gives the same from the history.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, delete, func, literal, select

from storage.database import Tx
from storage.dialects import insert, utc_day
from storage.tables import stage_changes, stage_counts

APART: Final = ("segment", "source", "product")
"""What cohorts are kept apart by, as it was when somebody became known. Each is also the whole."""

MOVED: Final = "moved"
"""Counted by the day a stage was reached, whenever somebody became known."""

Key = tuple[str, str, str, str]
"""(by, day, name, stage), in the order in which rows are changed: two transactions never wait for each other."""

_KEY: Final = ("by", "day", "name", "stage")


async def note(tx: Tx, changes: Sequence[Mapping[str, Any]]) -> None:
    """Stages are about to be added to the history: rows of `stage_changes` without their ids."""
    if not changes:
        return
    ids = sorted({row["prospect_id"] for row in changes})
    before = await _histories(tx, ids)
    after = {one: list(rows) for one, rows in before.items()}
    for row in changes:
        after.setdefault(row["prospect_id"], []).append(row)
    change: Counter[Key] = Counter()
    for rows in after.values():
        change.update(_keys(rows))
    for rows in before.values():
        change.subtract(_keys(rows))
    await _apply(tx, change)


async def forget(tx: Tx, prospect_ids: Sequence[int]) -> None:
    """The history of these people is about to go, or to be joined with another's: it counts no longer."""
    change: Counter[Key] = Counter()
    for rows in (await _histories(tx, prospect_ids)).values():
        change.subtract(_keys(rows))
    await _apply(tx, change)


async def remember(tx: Tx, prospect_id: int) -> None:
    """The history of this person, as it stands now, counts again."""
    change: Counter[Key] = Counter()
    for rows in (await _histories(tx, [prospect_id])).values():
        change.update(_keys(rows))
    await _apply(tx, change)


async def _histories(tx: Tx, ids: Sequence[int]) -> dict[int, list[Mapping[str, Any]]]:
    columns = [stage_changes.c[name] for name in ("prospect_id", "stage", "at", *APART)]
    query = select(*columns).where(stage_changes.c.prospect_id.in_(ids)).order_by(stage_changes.c.id)
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in await tx.execute(query):
        found.setdefault(row.prospect_id, []).append(row._asdict())
    return found


def _keys(rows: Iterable[Mapping[str, Any]]) -> Counter[Key]:
    """What one person's history, in the order in which it was noted, counts for."""
    first: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row["stage"] not in first or row["at"] < first[row["stage"]]["at"]:
            first[row["stage"]] = row
    found = Counter((MOVED, _day(row["at"]), "", stage) for stage, row in first.items())
    known = first.get("informed")
    if known is not None:
        for by in APART:
            found.update((by, _day(known["at"]), known.get(by) or "", stage) for stage in first)
    return found


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


async def _apply(tx: Tx, change: Counter[Key]) -> None:
    rows: list[dict[str, Any]] = [
        dict(zip(_KEY, key, strict=True)) | {"n": n} for key, n in sorted(change.items()) if n
    ]
    if not rows:
        return
    row = insert(tx, stage_counts)
    added = {"n": stage_counts.c.n + row.excluded.n}
    await tx.execute(row.on_conflict_do_update(index_elements=list(stage_counts.primary_key), set_=added), rows)
    days = sorted({one["day"] for one in rows if one["n"] < 0})
    if days:
        kept = stage_counts.c
        await tx.execute(delete(stage_counts).where(kept.by.in_((*APART, MOVED)), kept.day.in_(days), kept.n <= 0))


def afresh() -> list[Select[Any]]:
    """What counts everything from the history itself: each has the columns of the table, in their order."""
    reached = (
        select(stage_changes.c.prospect_id, stage_changes.c.stage, func.min(stage_changes.c.at).label("at"))
        .group_by(stage_changes.c.prospect_id, stage_changes.c.stage)
        .subquery()
    )
    day = utc_day(reached.c.at)
    moved = select(literal(MOVED), day, literal(""), reached.c.stage, func.count())
    found: list[Select[Any]] = [moved.group_by(day, reached.c.stage)]
    known = first_known().subquery()
    for by in APART:
        day, name = utc_day(known.c.at), func.coalesce(known.c[by], "")
        counted = select(literal(by), day, name, reached.c.stage, func.count())
        joined = counted.join_from(known, reached, reached.c.prospect_id == known.c.prospect_id)
        found.append(joined.group_by(day, name, reached.c.stage))
    return found


def first_known() -> Select[Any]:
    """A row for everybody: when they became known, and as whom. Joined people have two: the first one counts."""
    place = func.row_number().over(
        partition_by=stage_changes.c.prospect_id, order_by=(stage_changes.c.at, stage_changes.c.id)
    )
    columns = [stage_changes.c[name] for name in ("prospect_id", "at", *APART)]
    known = select(*columns, place.label("place")).where(stage_changes.c.stage == "informed").subquery()
    return select(known).where(known.c.place == 1)
