"""What happened at each step of a flow, of the conversations that began in a window, in whatever version."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select

from storage.database import Tx
from storage.dialects import standing_step
from storage.reads.common import Window, within
from storage.tables import answers, choices, conversations


@dataclass(frozen=True, slots=True)
class StepFigures:
    """People at one step. `answered`: who answered it; `left`: whose conversation ended there without an answer.

    `here`: who stand there now; `options`: how many chose each answer. `reached` counts who answered, left or stand.
    """

    reached: int = 0
    answered: int = 0
    left: int = 0
    here: int = 0
    options: Counter[str] = field(default_factory=Counter)


async def figures(tx: Tx, flow: str, window: Window, questions: Collection[str]) -> dict[str, StepFigures]:
    """The figures of each step that anybody reached or stands at. `questions` are the steps that ask."""
    mine = and_(conversations.c.flow == flow, within(conversations.c.created_at, window))
    answered, options = await _answered(tx, mine)
    standing: Counter[tuple[str, bool, bool]] = Counter()
    for step, over, replied, number in await tx.execute(_standing(mine)):
        if step is not None:
            standing[str(step), bool(over), bool(replied)] += int(number)
    found: dict[str, StepFigures] = {}
    for step in {*answered, *(step for step, _, _ in standing)}:
        here, left = (standing[step, over, False] for over in (False, True))
        both = standing[step, False, True] + standing[step, True, True]
        asks = step in questions
        reached = answered[step] + here + left if asks else here + left + both
        found[step] = StepFigures(
            reached,
            answered[step],
            left if asks else 0,
            here + standing[step, False, True],
            options.get(step, Counter()),
        )
    return found


async def offered(tx: Tx, flow: str, window: Window) -> int:
    """How many of these conversations came to where an offer is chosen, whether or not one could be given."""
    query = (
        select(func.count(choices.c.conversation_id.distinct()))
        .join(conversations, conversations.c.id == choices.c.conversation_id)
        .where(conversations.c.flow == flow, within(conversations.c.created_at, window))
    )
    return int((await tx.execute(query)).scalar_one())


async def living(tx: Tx, flow: str) -> dict[int, int]:
    """How many conversations of a flow are under way, by version."""
    query = (
        select(conversations.c.flow_version, func.count())
        .where(conversations.c.flow == flow, conversations.c.ended_at.is_(None))
        .group_by(conversations.c.flow_version)
    )
    return {int(version): int(number) for version, number in await tx.execute(query)}


async def _answered(tx: Tx, mine: ColumnElement[bool]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    people = func.count(answers.c.conversation_id.distinct())
    base = (
        select(answers.c.step, people)
        .join(conversations, conversations.c.id == answers.c.conversation_id)
        .where(mine, answers.c.superseded_at.is_(None))
    )
    number: Counter[str] = Counter()
    for step, count in await tx.execute(base.group_by(answers.c.step)):
        number[str(step)] = int(count)
    options: dict[str, Counter[str]] = {}
    chosen = base.add_columns(answers.c.value).where(answers.c.value.is_not(None))
    for step, count, value in await tx.execute(chosen.group_by(answers.c.step, answers.c.value)):
        # Several answers to one question stand beside each other.
        for option in str(value).split(" "):
            options.setdefault(str(step), Counter())[option] += int(count)
    return number, options


def _standing(mine: ColumnElement[bool]) -> Select[Any]:
    step = standing_step(conversations.c.state)
    replied = exists().where(
        answers.c.conversation_id == conversations.c.id, answers.c.step == step, answers.c.superseded_at.is_(None)
    )
    each = (
        select(
            step.label("step"),
            case((conversations.c.ended_at.is_not(None), 1), else_=0).label("over"),
            case((replied, 1), else_=0).label("replied"),
        )
        .where(mine)
        .subquery()
    )
    return select(each.c.step, each.c.over, each.c.replied, func.count()).group_by(
        each.c.step, each.c.over, each.c.replied
    )
