"""What staff put right: the answer's row as it stands now, and in the journal who named what instead of what.

Sums of answers follow in the same transaction, as with every turn that changes an answer (storage/saving.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update

from flows.effects import Correct, Effect
from storage.database import Tx
from storage.tables import answers, journal

EVENT: Final = "StaffCorrected"
"""The event of the turns that put something right."""

PUT_RIGHT: Final = "put right"
"""What such a turn is called when it did change something."""


@dataclass(frozen=True, slots=True)
class Righted:
    """One correction: the answer of `visit` named `former` (and `former_sub_code`), and names `barriers` since."""

    conversation_id: int
    visit: int
    at: datetime
    staff: str
    former: tuple[str, ...]
    former_sub_code: str | None
    barriers: tuple[str, ...]
    sub_code: str | None


async def write(tx: Tx, conversation_id: int, effect: Correct) -> None:
    """The standing answer names something else from now on."""
    mine = (answers.c.conversation_id == conversation_id, answers.c.visit == effect.answer.visit)
    named = {"barriers": list(effect.answer.barriers), "sub_code": effect.answer.sub_code}
    await tx.execute(update(answers).where(*mine, answers.c.superseded_at.is_(None)).values(named))


def told(effects: Sequence[Effect]) -> dict[str, Any]:
    """What the journal keeps of a correction among these effects; nothing when there is none."""
    effect = next((one for one in effects if isinstance(one, Correct)), None)
    if effect is None:
        return {}
    return {
        "visit": effect.answer.visit,
        "former": list(effect.former.barriers),
        "former_sub_code": effect.former.sub_code,
        "barriers": list(effect.answer.barriers),
        "sub_code": effect.answer.sub_code,
    }


async def history(tx: Tx, conversation_ids: Sequence[int]) -> dict[tuple[int, int], list[Righted]]:
    """Every correction in these conversations by conversation and visit, the oldest first."""
    if not conversation_ids:
        return {}
    mine = journal.c.conversation_id.in_(conversation_ids)
    query = select(journal).where(mine, journal.c.event == EVENT, journal.c.note == PUT_RIGHT).order_by(journal.c.id)
    found: dict[tuple[int, int], list[Righted]] = {}
    for row in await tx.execute(query):
        found.setdefault((row.conversation_id, row.data["visit"]), []).append(_righted(row))
    return found


def _righted(row: Any) -> Righted:
    data = row.data
    return Righted(
        conversation_id=row.conversation_id,
        visit=data["visit"],
        at=row.at,
        staff=row.actor or "",
        former=tuple(data["former"]),
        former_sub_code=data["former_sub_code"],
        barriers=tuple(data["barriers"]),
        sub_code=data["sub_code"],
    )
