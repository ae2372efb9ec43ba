"""Facts about prospects with who said so and when: declared attributes row by row, and whose word a column holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select

from flows.audience.attributes import Written
from flows.audience.profile import FactSource
from storage import profiles
from storage.database import Record, Tx
from storage.dialects import insert
from storage.tables import prospect_facts

Provenance = Mapping[str, Sequence[str]]
"""Of each column of a prospect: who said so, and when (ISO 8601)."""

PICTURE: Final = "product_picture"
"""The declared attribute that holds the address of a product's picture (flows/library/audience/attributes.yaml)."""

OWN_WORD: Final = frozenset({"flow", "staff"})
"""What the prospect or a person of the shop said: an older file does not undo it."""


@dataclass(frozen=True, slots=True)
class NewFact:
    """A declared attribute as somebody gives it. `at` is when it was true; `proof` says where exactly it comes from."""

    prospect_id: int
    name: str
    value: Written
    source: FactSource
    at: datetime
    proof: str | None = None


async def put(tx: Tx, facts: Sequence[NewFact], now: datetime) -> None:
    """Keep these facts; where something newer is known already, that stays.

    The prospects' profiles are marked to be computed again.
    """
    await write(tx, facts, now)
    await profiles.mark_due(tx, [fact.prospect_id for fact in facts], now)


async def write(tx: Tx, facts: Sequence[NewFact], now: datetime) -> None:
    """Keep these facts, one statement for all, for a caller who marks the profiles together with what else is new."""
    if not facts:
        return
    statement = insert(tx, prospect_facts)
    given = statement.excluded
    values = {name: given[name] for name in ("text", "number", "source", "proof", "at", "recorded_at")}
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["prospect_id", "name"], set_=values, where=prospect_facts.c.at <= given["at"]
        ),
        [_row(fact, now) for fact in facts],
    )


def _row(fact: NewFact, now: datetime) -> dict[str, Any]:
    number = fact.value.number
    return {
        "prospect_id": fact.prospect_id,
        "name": fact.name,
        "text": fact.value.text,
        "number": float(number) if number is not None else None,
        "source": fact.source,
        "proof": fact.proof,
        "at": fact.at,
        "recorded_at": now,
    }


async def of(tx: Tx, prospect_ids: Iterable[int]) -> dict[int, dict[str, Record]]:
    """The declared attributes of these prospects: id -> name -> row (text, number, source, proof, at)."""
    wanted = list(prospect_ids)
    found: dict[int, dict[str, Record]] = {one: {} for one in wanted}
    query = select(prospect_facts).where(prospect_facts.c.prospect_id.in_(wanted)).order_by(prospect_facts.c.name)
    for row in await tx.execute(query):
        found[row.prospect_id][row.name] = row
    return found


async def forget(tx: Tx, prospect_id: int, name: str, now: datetime) -> bool:
    """Take a fact away. False when there was none."""
    gone = await tx.execute(
        delete(prospect_facts)
        .where(prospect_facts.c.prospect_id == prospect_id, prospect_facts.c.name == name)
        .returning(prospect_facts.c.id)
    )
    if gone.first() is None:
        return False
    await profiles.mark_due(tx, [prospect_id], now)
    return True


def proof_of_answer(conversation_id: int, visit: int) -> str:
    """Where a fact from a conversation comes from: `conversation 7 question 3`."""
    return f"conversation {conversation_id} question {visit}"


async def take_back(tx: Tx, prospect_id: int, conversation_id: int, visit: int, now: datetime) -> None:
    """Facts that came from answers from this visit on: the prospect changed their mind, so nobody knows any more."""
    start = proof_of_answer(conversation_id, 0).removesuffix("0")
    rows = await tx.execute(
        select(prospect_facts.c.id, prospect_facts.c.proof).where(
            prospect_facts.c.prospect_id == prospect_id,
            prospect_facts.c.source == "flow",
            prospect_facts.c.proof.startswith(start, autoescape=True),
        )
    )
    gone = [row.id for row in rows if int(row.proof.removeprefix(start)) >= visit]
    if gone:
        await tx.execute(delete(prospect_facts).where(prospect_facts.c.id.in_(gone)))
        await profiles.mark_due(tx, [prospect_id], now)


def may_say(known: Provenance, name: str, source: FactSource, at: datetime) -> bool:
    """Whether this source may change a column: what the prospect or staff said later stays."""
    before = known.get(name)
    if not before or before[0] not in OWN_WORD or source in OWN_WORD:
        return True
    return datetime.fromisoformat(before[1]) <= at


def said(known: Provenance, names: Iterable[str], source: FactSource, at: datetime) -> dict[str, Sequence[str]]:
    """The provenance after this source has filled these columns."""
    stamp = (source, at.isoformat())
    return {**known, **dict.fromkeys(names, stamp)}
