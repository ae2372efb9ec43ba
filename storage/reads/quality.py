"""How good the asking was, of conversations that began in a window."""

from collections.abc import Sequence
from statistics import median

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select, union_all

from flows.evidence.quality import Quality, Question
from storage.database import Tx
from storage.dialects import asked_step, epoch
from storage.reads.common import Window, within
from storage.tables import answers, conversations, journal, outbox

NEWEST = 2_000
"""The time it took is the median of so many of the newest answers: enough for any reader, and quick."""

DID_SOMETHING = ("Opened", "Tapped", "Said", "Commanded")
"""Events of the journal that only the prospect causes."""


async def read(tx: Tx, campaign: str, window: Window, *, steps: Sequence[str], optional: Sequence[str]) -> Quality:
    """The quality of a campaign's asking.

    `steps` is the order of the flow's questions (those of earlier versions come last), `optional` those that may stay
    unanswered.
    """
    mine = and_(conversations.c.campaign == campaign, within(conversations.c.created_at, window))
    answered = exists().where(answers.c.conversation_id == conversations.c.id, answers.c.superseded_at.is_(None))
    seen = exists().where(
        journal.c.conversation_id == conversations.c.id,
        journal.c.event.in_(DID_SOMETHING),
        journal.c.actor.is_(None),
    )
    row = (
        await tx.execute(
            select(
                func.count(case((conversations.c.arm != "never", 1))),
                func.count(case((conversations.c.arm == "never", 1))),
                func.count(conversations.c.first_contact_at),
                func.count(case((seen, 1))),
                func.count(case((answered, 1))),
            ).where(mine)
        )
    ).one()
    counts, left = await _asked(tx, mine, optional)
    first = select(func.min(answers.c.answered_at)).where(answers.c.conversation_id == conversations.c.id)
    enrolled, left_alone, reached, opened, replied = (int(number) for number in row)
    return Quality(
        enrolled=enrolled,
        left_alone=left_alone,
        reached=reached,
        seen=opened,
        answered=replied,
        completed=replied - left,
        median_seconds=await _first_answer(tx, mine, first.scalar_subquery()),
        questions=await _questions(tx, mine, counts, steps, optional),
    )


Asked = dict[str, tuple[int, int]]
"""Step -> how many were asked it, and how many of them answered it."""


async def _asked(tx: Tx, mine: ColumnElement[bool], optional: Sequence[str]) -> tuple[Asked, int]:
    """What was asked of how many, and how many answered something but not every question that is not optional."""
    asked = _questions_sent(mine).subquery()
    standing = and_(answers.c.conversation_id == asked.c.conversation_id, answers.c.superseded_at.is_(None))
    replied = case((exists().where(standing, answers.c.step == asked.c.step), 1), else_=0).label("replied")
    each = select(asked.c.conversation_id, asked.c.step, replied).cte("each")
    missing = and_(each.c.replied == 0, each.c.step.not_in(list(optional)))
    something = exists().where(answers.c.conversation_id == each.c.conversation_id, answers.c.superseded_at.is_(None))
    steps = select(each.c.step, func.count(), func.sum(each.c.replied)).group_by(each.c.step)
    left = select(literal(None), func.count(each.c.conversation_id.distinct()), literal(0)).where(missing, something)
    rows = (await tx.execute(union_all(steps, left))).all()
    counts = {str(step): (int(number), int(answered)) for step, number, answered in rows if step is not None}
    return counts, next(int(number) for step, number, _ in rows if step is None)


def _questions_sent(mine: ColumnElement[bool]) -> Select[tuple[int, str]]:
    """Every question that went out: conversation and step, once each. A confirmation of ours is no question."""
    step = asked_step(outbox.c.message).label("step")
    return (
        select(outbox.c.conversation_id, step)
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(mine, outbox.c.visit.is_not(None), outbox.c.state == "sent", ~step.startswith("!"))
        .distinct()
    )


async def _first_answer(tx: Tx, mine: ColumnElement[bool], first: ColumnElement[object]) -> float | None:
    rows = await tx.execute(
        select(epoch(first) - epoch(conversations.c.first_contact_at))
        .where(mine, conversations.c.first_contact_at.is_not(None), first.is_not(None))
        .order_by(conversations.c.id.desc())
        .limit(NEWEST)
    )
    values = [max(0.0, float(value)) for value in rows.scalars()]
    return median(values) if values else None


async def _questions(
    tx: Tx, mine: ColumnElement[bool], counts: Asked, steps: Sequence[str], optional: Sequence[str]
) -> tuple[Question, ...]:
    times: dict[str, list[float]] = {}
    took = await tx.execute(
        select(answers.c.step, epoch(answers.c.answered_at) - epoch(answers.c.asked_at))
        .join(conversations, conversations.c.id == answers.c.conversation_id)
        .where(mine, answers.c.superseded_at.is_(None))
        .order_by(answers.c.id.desc())
        .limit(NEWEST)
    )
    for step, seconds in took:
        times.setdefault(step, []).append(max(0.0, float(seconds)))
    order = {step: number for number, step in enumerate(steps)}
    found = [
        Question(step, number, replied, median(times[step]) if step in times else None, step in optional)
        for step, (number, replied) in counts.items()
    ]
    return tuple(sorted(found, key=lambda one: (order.get(one.step, len(order)), one.step)))
