"""What holds people back: by barrier, and by product, language, source or channel within a span of time.

Read from the sums that turns keep where these are told apart so, else counted from the answers: the same figures.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, func, select

from storage.database import Database, Tx
from storage.reads import counted
from storage.reads.common import COUNTS, MAIN_BARRIER, Window, within
from storage.tables import answers

By = Literal["product", "language", "source", "channel"]
"""What answers can be told apart by."""

BYS: Final[tuple[By, ...]] = get_args(By)

GROUPS: Final = 12
"""So many groups are shown, the largest first; the others are counted together."""

LISTED: Final = 50
"""So many names stand in a list to choose from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which answers are asked for. Empty texts ask for all."""

    window: Window
    product: str = ""
    language: str = ""
    source: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its name (None for unknown), how many people are in it, and how many of them named each barrier."""

    name: str | None
    people: int
    by_barrier: dict[str, int]


@dataclass(frozen=True, slots=True)
class Groups:
    """The largest groups, and how many smaller ones with how many people are left out."""

    shown: Sequence[Group]
    others: int
    people_in_others: int


_PEOPLE = func.count(answers.c.conversation_id.distinct())


def chosen(asked: Asked) -> dict[By, str]:
    """What of this is asked for, without what asks for all."""
    return {name: value for name in BYS if (value := getattr(asked, name))}


def standing(asked: Asked) -> list[ColumnElement[bool]]:
    """What answers must fulfil to be among those asked for."""
    narrowed = [answers.c[name] == wanted for name, wanted in chosen(asked).items()]
    return [COUNTS, within(answers.c.answered_at, asked.window), *narrowed]


async def looked_up(database: Database, asked: Asked) -> Group:
    """`total`, without the cost of a transaction where the sums answer it in one statement."""
    if len(chosen(asked)) <= 1:
        return await database.look(lambda tx: total(tx, asked))
    async with database.read() as tx:
        return await total(tx, asked)


async def total(tx: Tx, asked: Asked) -> Group:
    """Everybody who answered, as one group."""
    wanted = chosen(asked)
    if len(wanted) <= 1:
        what, name = next(iter(wanted.items()), ("campaign", ""))
        return _together("", await counted.rows(tx, asked.window, what, name, apart=False))
    where = standing(asked)
    rows = await tx.execute(select(MAIN_BARRIER, _PEOPLE).where(*where).group_by(MAIN_BARRIER))
    people = await tx.execute(select(_PEOPLE).where(*where))
    return Group("", int(people.scalar_one()), {str(barrier): int(number) for barrier, number in rows})


async def by(tx: Tx, asked: Asked, what: By) -> Groups:
    """Everybody who answered, told apart."""
    ordered = await _groups(tx, asked, what)
    rest = ordered[GROUPS:]
    return Groups(ordered[:GROUPS], len(rest), sum(group.people for group in rest))


async def _groups(tx: Tx, asked: Asked, what: By) -> list[Group]:
    wanted = chosen(asked)
    if set(wanted) <= {what}:
        kept: dict[str | None, counted.Counted] = {}
        for (name, barrier), number in (await counted.rows(tx, asked.window, what, wanted.get(what, ""))).items():
            kept.setdefault(name, {})[name, barrier] = number
        groups = [_together(name, mine) for name, mine in kept.items()]
        return _ordered([group for group in groups if group.people])
    column, where = answers.c[what], standing(asked)
    sizes = (await tx.execute(select(column, _PEOPLE).where(*where).group_by(column))).all()
    found: dict[str | None, dict[str, int]] = {}
    named = await tx.execute(select(column, MAIN_BARRIER, _PEOPLE).where(*where).group_by(column, MAIN_BARRIER))
    for name, barrier, number in named:
        found.setdefault(name, {})[str(barrier)] = int(number)
    return _ordered([Group(name, int(people), found.get(name, {})) for name, people in sizes])


def _together(name: str | None, kept: counted.Counted) -> Group:
    numbers: Counter[str] = Counter()
    for (_, barrier), number in kept.items():
        numbers[barrier] += number
    return Group(name, numbers.total(), {barrier: number for barrier, number in numbers.items() if barrier and number})


def _ordered(groups: Sequence[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-group.people, group.name or ""))


async def sub_codes(tx: Tx, asked: Asked) -> dict[str, int]:
    """Finer reasons inside a barrier, such as a problem at the checkout: how many people gave each."""
    if not chosen(asked):
        kept = await counted.rows(tx, asked.window, "sub_code")
        return {str(code): number for (code, _), number in kept.items() if number}
    where = [*standing(asked), answers.c.sub_code.is_not(None)]
    rows = await tx.execute(select(answers.c.sub_code, _PEOPLE).where(*where).group_by(answers.c.sub_code))
    return {code: int(number) for code, number in rows}


async def choices(tx: Tx, what: By, window: Window) -> list[str]:
    """What occurs in the window, for a list to choose from: the most frequent first."""
    groups = await _groups(tx, Asked(window), what)
    return [group.name for group in groups if group.name is not None][:LISTED]
