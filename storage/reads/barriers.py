"""What holds people back: by barrier, and by product, language, source or channel within a span of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, func, select

from storage.database import Tx
from storage.reads.common import COUNTS, MAIN_BARRIER, Window, within
from storage.tables import answers

By = Literal["product", "language", "source", "channel"]
"""What answers can be told apart by."""

BYS: Final[tuple[By, ...]] = get_args(By)

GROUPS: Final = 12
"""So many groups are shown, the largest first; the others are counted together."""


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


def _where(asked: Asked) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [COUNTS, within(answers.c.answered_at, asked.window)]
    for name in BYS:
        wanted = getattr(asked, name)
        if wanted:
            clauses.append(answers.c[name] == wanted)
    return clauses


async def total(tx: Tx, asked: Asked) -> Group:
    """Everybody who answered, as one group."""
    where = _where(asked)
    rows = await tx.execute(select(MAIN_BARRIER, _PEOPLE).where(*where).group_by(MAIN_BARRIER))
    people = await tx.execute(select(_PEOPLE).where(*where))
    return Group("", int(people.scalar_one()), {str(barrier): int(number) for barrier, number in rows})


async def by(tx: Tx, asked: Asked, what: By) -> Groups:
    """Everybody who answered, told apart."""
    column, where = answers.c[what], _where(asked)
    sizes = (
        await tx.execute(select(column, _PEOPLE).where(*where).group_by(column).order_by(_PEOPLE.desc(), column))
    ).all()
    largest = [name for name, _ in sizes[:GROUPS]]
    found: dict[str | None, dict[str, int]] = {}
    named = await tx.execute(
        select(column, MAIN_BARRIER, _PEOPLE).where(*where, _among(column, largest)).group_by(column, MAIN_BARRIER)
    )
    for name, barrier, number in named:
        found.setdefault(name, {})[str(barrier)] = int(number)
    rest = sizes[GROUPS:]
    groups = [Group(name, int(people), found.get(name, {})) for name, people in sizes[:GROUPS]]
    return Groups(groups, len(rest), sum(int(people) for _, people in rest))


def _among(column: ColumnElement[str | None], names: Sequence[str | None]) -> ColumnElement[bool]:
    known = column.in_([name for name in names if name is not None])
    return known | column.is_(None) if None in names else known


async def sub_codes(tx: Tx, asked: Asked) -> dict[str, int]:
    """Finer reasons inside a barrier, such as a problem at the checkout: how many people gave each."""
    where = [*_where(asked), answers.c.sub_code.is_not(None)]
    rows = await tx.execute(select(answers.c.sub_code, _PEOPLE).where(*where).group_by(answers.c.sub_code))
    return {code: int(number) for code, number in rows}


async def choices(tx: Tx, what: By, window: Window) -> list[str]:
    """What occurs in the window, for a list to choose from: the most frequent first."""
    column = answers.c[what]
    rows = await tx.execute(
        select(column)
        .where(within(answers.c.answered_at, window), column.is_not(None))
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(50)
    )
    return list(rows.scalars())
