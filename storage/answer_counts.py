"""How many people named what, kept up in the very transaction that records, supersedes or erases an answer.

A page over a million answers then reads a few hundred rows. What is kept is exact: `recounting` gives the same. Who
names something on two days is counted on both, the second time with the `former` day: a span of days then counts
those whose former day is before it, and so nobody twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, delete, func, literal, or_, select, union_all

from storage.database import Tx
from storage.dialects import Insert, utc_day
from storage.many import many
from storage.reads.common import COUNTS, MAIN_BARRIER
from storage.reads.counted import APART
from storage.tables import answer_counts, answers
from storage.turns import Taken

Key = tuple[str, str, str, str, str]
"""(by, day, name, barrier, former), in the order in which rows are changed: two turns never wait for each other."""

SUB_CODE: Final = "sub_code"
KEPT_BY: Final = (*APART, SUB_CODE)


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


def changes(taken: Sequence[Taken]) -> Counter[Key]:
    """What these turns changed. Most turns change no answer that names a barrier, and cost nothing here."""
    change: Counter[Key] = Counter()
    for item in taken:
        if item.turn.state.answers is not item.loaded.state.answers:
            change.update(_keys(_standing(item, item.turn.state.answers)))
            change.subtract(_keys(_standing(item, item.loaded.state.answers)))
    return change


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
    await add(tx, change)


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
    """What the standing answers of one conversation count for."""
    named: defaultdict[tuple[str, str], defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in standing:
        day = one.answered_at.astimezone(UTC).date().isoformat()
        for by in APART:
            named[by, getattr(one, by) or ""][one.barrier].add(day)
        if one.sub_code is not None:
            named[SUB_CODE, one.sub_code][""].add(day)
    found: Counter[Key] = Counter()
    for (by, name), barriers in named.items():
        for barrier, days in barriers.items():
            found.update(_days(by, name, barrier, days))
        if len(barriers) > 1:
            # Two barriers, one person: what the barriers come to together, less this, is how many people it was.
            found.update(_days(by, name, "", set().union(*barriers.values())))
            for days in barriers.values():
                found.subtract(_days(by, name, "", days))
    return found


def _days(by: str, name: str, barrier: str, days: set[str]) -> list[Key]:
    ordered = sorted(days)
    return [(by, day, name, barrier, former) for former, day in zip(("", *ordered), ordered, strict=False)]


async def add(tx: Tx, change: Counter[Key]) -> None:
    """Write what has changed: its rows in one order, whatever order it came in."""
    rows: list[dict[str, Any]] = [
        dict(zip(_KEY, key, strict=True)) | {"n": n} for key, n in sorted(change.items()) if n
    ]
    if not rows:
        return
    await _ADD(tx, rows)
    days = sorted({one["day"] for one in rows if one["n"] < 0})
    if days:
        kept = answer_counts.c
        # Only a correction may be less than nothing: no name stays behind whose count is gone.
        gone = or_(kept.n == 0, and_(kept.n < 0, or_(kept.barrier != "", kept.by == SUB_CODE)))
        await tx.execute(delete(answer_counts).where(kept.by.in_(KEPT_BY), kept.day.in_(days), gone))


_KEY: Final = ("by", "day", "name", "barrier", "former")


def _add(insert: Insert) -> Any:
    row = insert(answer_counts)
    added = {"n": answer_counts.c.n + row.excluded.n}
    return row.on_conflict_do_update(index_elements=list(answer_counts.primary_key), set_=added)


_ADD = many(_add)


def afresh() -> list[Select[Any]]:
    """What counts everything from the answers themselves: each has the columns of the table, in their order."""
    found: list[Select[Any]] = []
    for by in APART:
        name, barrier = func.coalesce(answers.c[by], ""), MAIN_BARRIER
        named = _afresh(by, name, barrier, COUNTS)
        anything = _afresh(by, name, literal(""), COUNTS).subquery()
        less = _afresh(by, name, barrier, COUNTS).subquery()
        together = union_all(
            select(anything.c.day, anything.c.name, anything.c.former, anything.c.n),
            select(less.c.day, less.c.name, less.c.former, -less.c.n),
        ).subquery()
        of = (together.c.day, together.c.name, together.c.former)
        number = func.sum(together.c.n)
        whole = select(literal(by), of[0], of[1], literal(""), of[2], cast(number, Integer)).group_by(*of)
        found += [named, whole.having(number != 0)]
    return [*found, _afresh(SUB_CODE, answers.c.sub_code, literal(""), COUNTS, answers.c.sub_code.is_not(None))]


def _afresh(by: str, name: Any, barrier: Any, *where: ColumnElement[bool]) -> Select[Any]:
    """Every day on which a conversation named something, by the day it had done so last before."""
    day = utc_day(answers.c.answered_at)
    columns = (answers.c.conversation_id, name.label("name"), barrier.label("barrier"), day.label("day"))
    days = select(*columns).where(*where).distinct().subquery()
    former = func.lag(days.c.day).over(
        partition_by=(days.c.conversation_id, days.c.name, days.c.barrier), order_by=days.c.day
    )
    once = select(days.c.day, days.c.name, days.c.barrier, func.coalesce(former, "").label("former")).subquery()
    of = (once.c.day, once.c.name, once.c.barrier, once.c.former)
    return select(literal(by).label("by"), *of, func.count().label("n")).group_by(*of)
