"""How many have answered, kept up in the very transaction that records, supersedes or erases an answer.

A quota then needs a few rows and no scan, however many answers there are. A conversation counts once for each question
that it has a standing answer to, and once for its campaign. What is kept is exact: `recounting` gives the same
(a row may stay with nothing left to count).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, func, literal, select

from flows.state import State
from storage.database import Record, Tx
from storage.dialects import Insert
from storage.many import many
from storage.tables import answers, step_counts
from storage.turns import Taken

Key = tuple[str, str, str]
"""(campaign, flow, step), in the order in which rows are changed; flow and step are empty for the campaign itself."""

_KEY: Final = ("campaign", "flow", "step")


async def changes(tx: Tx, taken: Sequence[Taken]) -> Counter[Key]:
    """What these turns changed, once it is written. Most turns change no answer, and cost nothing here."""
    changed = [item for item in taken if item.turn.state.answers is not item.loaded.state.answers]
    change: Counter[Key] = Counter()
    taken_back = [item for item in changed if _visits(item.loaded.state) - _visits(item.turn.state)]
    rows = await _kept(tx, [item.loaded.conversation_id for item in taken_back])
    for item in changed:
        campaign, before, after = item.loaded.campaign, item.loaded.state, item.turn.state
        mine = rows.get(item.loaded.conversation_id)
        if mine is not None:
            change.update(_keys(campaign, [(row.flow, row.step) for row in mine if row.superseded_at is None]))
            change.subtract(_keys(campaign, [(row.flow, row.step) for row in mine if row.visit in _visits(before)]))
        else:
            change.update(_keys(campaign, [(after.flow, one.step) for one in after.answers]))
            change.subtract(_keys(campaign, [(before.flow, one.step) for one in before.answers]))
    return change


def _visits(state: State) -> set[int]:
    return {answer.visit for answer in state.answers}


async def _kept(tx: Tx, conversation_ids: Sequence[int]) -> dict[int, list[Record]]:
    """The answers of these conversations as they were kept: an edit of the flow may have renamed steps since."""
    found: dict[int, list[Record]] = {one: [] for one in conversation_ids}
    if found:
        names = ("conversation_id", "flow", "step", "visit", "superseded_at")
        mine = answers.c.conversation_id.in_(conversation_ids)
        for row in await tx.execute(select(*(answers.c[name] for name in names)).where(mine)):
            found[row.conversation_id].append(row)
    return found


async def forget(tx: Tx, prospect_id: int) -> None:
    """The answers of this prospect are about to be deleted: they count no longer."""
    mine = answers.c.prospect_id == prospect_id
    change: Counter[Key] = Counter()
    for counted in (_by_step(mine), _by_campaign(mine)):
        for *key, n in await tx.execute(counted):
            change[(key[0], key[1], key[2])] -= n
    await add(tx, change)


async def answered(tx: Tx, names: Collection[str]) -> dict[Key, int]:
    """How many have answered in these campaigns: by question, and with empty flow and step in all. Zeros are left out.

    One statement that reads a row for each question of these campaigns.
    """
    if not names:
        return {}
    rows = await tx.execute(_ANSWERED, {"names": sorted(names)})
    return {(campaign, flow, step): n for campaign, flow, step, n in rows if n}


_ANSWERED = select(*(step_counts.c[name] for name in (*_KEY, "n"))).where(
    step_counts.c.campaign.in_(bindparam("names", expanding=True))
)


def afresh() -> list[Any]:
    """What counts everything from the answers themselves: each has the columns of the table, in their order."""
    return [_by_step(), _by_campaign()]


def _keys(campaign: str, asked: Iterable[tuple[str, str]]) -> set[Key]:
    """What one conversation counts for that has standing answers to these questions (flow, step)."""
    found = {(campaign, flow, step) for flow, step in asked}
    return found | {(campaign, "", "")} if found else found


def _by_step(*where: Any) -> Any:
    of = (answers.c.campaign, answers.c.flow, answers.c.step)
    return _talks(*of).where(*where).group_by(*of)


def _by_campaign(*where: Any) -> Any:
    return _talks(answers.c.campaign, literal(""), literal("")).where(*where).group_by(answers.c.campaign)


def _talks(*columns: Any) -> Any:
    """These columns, and how many conversations have a standing answer."""
    number = func.count(answers.c.conversation_id.distinct())
    return select(*columns, number).where(answers.c.superseded_at.is_(None))


async def add(tx: Tx, change: Counter[Key]) -> None:
    """Write what has changed: its rows in one order, whatever order it came in."""
    rows: list[dict[str, Any]] = [
        dict(zip(_KEY, key, strict=True)) | {"n": n} for key, n in sorted(change.items()) if n
    ]
    if not rows:
        return
    await _ADD(tx, rows)


def _add(insert: Insert) -> Any:
    row = insert(step_counts)
    added = {"n": step_counts.c.n + row.excluded.n}
    return row.on_conflict_do_update(index_elements=list(step_counts.primary_key), set_=added)


_ADD = many(_add)
