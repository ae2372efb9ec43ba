"""How many answers named what, kept up in the very transaction that records, supersedes or erases an answer.

A page over a million answers then reads a few hundred rows. What is kept is exact: `recount` gives the same.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, literal, select, update
from sqlalchemy import insert as plain_insert

from storage.database import Tx
from storage.dialects import insert, utc_day
from storage.reads.common import COUNTS, MAIN_BARRIER
from storage.reads.counted import APART
from storage.tables import answer_counts, answers
from storage.turns import Taken

Key = tuple[str, str, str, str]
"""(by, day, name, barrier), in the order in which rows are changed: two turns at once never wait for each other."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """An answer that stands and names a barrier, as far as it is counted."""

    campaign: str
    product: str | None
    language: str
    source: str | None
    channel: str
    barrier: str
    sub_code: str | None
    answered_at: datetime


async def note(tx: Tx, taken: Sequence[Taken]) -> None:
    """Count what these turns changed. Most turns change no answer that names a barrier, and cost nothing here."""
    change: Counter[Key] = Counter()
    for item in taken:
        if item.turn.state.answers is not item.loaded.state.answers:
            change.update(_keys(_standing(item, item.turn.state.answers)))
            change.subtract(_keys(_standing(item, item.loaded.state.answers)))
    await _apply(tx, change)


async def forget(tx: Tx, prospect_id: int) -> None:
    """The answers of this prospect are about to be deleted: they count no longer."""
    rows = await tx.execute(
        select(
            *(answers.c[name] for name in APART),
            MAIN_BARRIER.label("barrier"),
            answers.c.sub_code,
            answers.c.answered_at,
            answers.c.conversation_id,
        )
        .where(answers.c.prospect_id == prospect_id, COUNTS)
        .order_by(answers.c.conversation_id, answers.c.visit, answers.c.id)
    )
    talks: dict[int, list[_Standing]] = {}
    for *known, conversation in rows:
        talks.setdefault(conversation, []).append(_Standing(*known))
    change: Counter[Key] = Counter()
    for standing in talks.values():
        change.subtract(_keys(standing))
    await _apply(tx, change)


def _standing(item: Taken, said: Iterable[Any]) -> list[_Standing]:
    loaded = item.loaded
    return [
        _Standing(
            loaded.campaign, loaded.product, one.language, loaded.source, one.channel, one.barriers[0], one.sub_code,
            one.answered_at,
        )
        for one in said
        if one.barriers
    ]  # fmt: skip


def _keys(standing: Sequence[_Standing]) -> Counter[Key]:
    """What the standing answers of one conversation, in their order, count for."""
    found: Counter[Key] = Counter()
    for place, one in enumerate(standing):
        day = one.answered_at.astimezone(UTC).date().isoformat()
        for by in APART:
            found[by, day, getattr(one, by) or "", one.barrier] += 1
        if one.sub_code is not None:
            found["sub_code", day, one.sub_code, ""] += 1
        if place:
            found["again", day, "", ""] += 1
    return found


_LESS = (
    update(answer_counts)
    .where(*(answer_counts.c[name] == bindparam(f"of_{name}") for name in ("by", "day", "name", "barrier")))
    .values(n=answer_counts.c.n - bindparam("less", type_=Integer))
)


async def _apply(tx: Tx, change: Counter[Key]) -> None:
    more = [_row(key, n) for key, n in sorted(change.items()) if n > 0]
    less = [key for key, n in sorted(change.items()) if n < 0]
    if less:
        of = [dict(zip(("of_by", "of_day", "of_name", "of_barrier"), key, strict=True)) for key in less]
        await tx.execute(_LESS, [row | {"less": -change[key]} for row, key in zip(of, less, strict=True)])
        days = sorted({key[1] for key in less})
        await tx.execute(delete(answer_counts).where(answer_counts.c.day.in_(days), answer_counts.c.n <= 0))
    if more:
        row = insert(tx, answer_counts)
        added = {"n": answer_counts.c.n + row.excluded.n}
        await tx.execute(row.on_conflict_do_update(index_elements=list(answer_counts.primary_key), set_=added), more)


def _row(key: Key, n: int) -> dict[str, Any]:
    by, day, name, barrier = key
    return {"by": by, "day": day, "name": name, "barrier": barrier, "n": n}


async def recount(tx: Tx) -> None:
    """Count everything afresh from the answers themselves: for repairs, and to compare."""
    await tx.execute(delete(answer_counts))
    place = func.row_number().over(partition_by=answers.c.conversation_id, order_by=(answers.c.visit, answers.c.id))
    standing = (
        select(
            utc_day(answers.c.answered_at).label("day"),
            MAIN_BARRIER.label("barrier"),
            place.label("place"),
            answers.c.sub_code,
            *(func.coalesce(answers.c[by], "").label(by) for by in APART),
        )
        .where(COUNTS)
        .subquery()
    )
    for by in APART:
        name, barrier = standing.c[by], standing.c.barrier
        counted = select(literal(by), standing.c.day, name, barrier, func.count())
        await _fill(tx, counted.group_by(standing.c.day, name, barrier))
    finer = select(literal("sub_code"), standing.c.day, standing.c.sub_code, literal(""), func.count())
    await _fill(tx, finer.where(standing.c.sub_code.is_not(None)).group_by(standing.c.day, standing.c.sub_code))
    again = select(literal("again"), standing.c.day, literal(""), literal(""), func.count())
    await _fill(tx, again.where(standing.c.place > 1).group_by(standing.c.day))


async def _fill(tx: Tx, counted: Any) -> None:
    await tx.execute(plain_insert(answer_counts).from_select(["by", "day", "name", "barrier", "n"], counted))
