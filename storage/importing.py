"""Prospects taken over from a file or the API: many at once, matched by any identity, and only changes written.

Taking the same rows over again changes nothing: facts are compared, identities that bounced stay closed, and a yes
never undoes a later no.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy import insert as plain_insert

from flows.audience.attributes import Written
from flows.audience.profile import FactSource
from storage import joining, profiles, prospect_facts, suppressions
from storage.cards import COLUMNS, Card, Word
from storage.consents import FOLLOW_UP
from storage.database import Tx
from storage.dialects import insert
from storage.errors import TakenMeanwhile
from storage.failpoints import failpoint
from storage.ids import new_uid
from storage.prospects import normalise
from storage.tables import consents, conversations, identities, prospects

Result = Literal["created", "updated", "unchanged"]

SOURCES: Mapping[str, FactSource] = {"api": "api", "staff": "staff"}
"""Whose word a fact is, by the way it came in; all else comes from files."""


@dataclass(frozen=True, slots=True)
class ConsentSaid:
    """A yes or no to one channel. `at` is when it was said, or None when the source does not know."""

    channel: str
    granted: bool
    at: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A prospect as a source describes them: identities by kind, facts by column, and what they agreed to.

    Facts that are not given stay as they are; `company` and `attributes` are merged key by key. `via` says where this
    comes from (`import`, `api`), `proof` where exactly (file and line). `declared` are attributes that are declared,
    and `at` is when all this was true: now, unless the source knows better.
    """

    identities: Mapping[str, str]
    facts: Mapping[str, Any]
    consents: tuple[ConsentSaid, ...] = ()
    via: str = "import"
    proof: str | None = None
    declared: Mapping[str, Written] = field(default_factory=dict)
    at: datetime | None = None

    def word(self, now: datetime) -> Word:
        """Whose word this is."""
        return Word(SOURCES.get(self.via, "csv"), min(self.at or now, now), self.proof)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one incoming prospect. `contactable`: somebody may write to them, and knows where to."""

    prospect_id: int
    uid: str
    result: Result
    contactable: bool


async def take_over(tx: Tx, incoming: Sequence[Incoming], *, now: datetime, key: bytes) -> list[Imported]:
    """Take over a batch (some hundreds) in the caller's transaction. Each must have an identity; results in order.

    An incoming prospect whose identities belong to two stored ones joins them (storage/joining). New prospects are
    marked as awaiting a campaign. `key` is the secret that suppressed addresses are hashed with.
    """
    batch = _Batch(tx, now, key)
    wanted = [{(kind, normalise(kind, value)) for kind, value in one.identities.items() if value} for one in incoming]
    await batch.load(set().union(*wanted))
    taken = [await batch.take(one, known) for one, known in zip(incoming, wanted, strict=True)]
    await batch.write()
    failpoint("import.before_commit")
    return [batch.outcome(uid, result) for uid, result in taken]


class _Batch:
    def __init__(self, tx: Tx, now: datetime, key: bytes) -> None:
        self._tx, self._now, self._key = tx, now, key
        self._by_identity: dict[tuple[str, str], Card] = {}
        self._cards: dict[str, Card] = {}
        self._joined: dict[str, str] = {}
        self._suppressed: set[tuple[str, str]] = set()

    async def load(self, known: set[tuple[str, str]]) -> None:
        """Everything stored about the owners of these identities."""
        self._suppressed |= await suppressions.find(self._tx, self._key, sorted(known))
        owners: set[int] = set()
        for kind in sorted({kind for kind, _ in known}):
            values = [value for one, value in known if one == kind]
            rows = await self._tx.execute(
                select(identities.c.prospect_id).where(identities.c.kind == kind, identities.c.value.in_(values))
            )
            owners.update(row.prospect_id for row in rows)
        if owners:
            await self._load_cards(sorted(owners))

    async def _load_cards(self, owners: list[int]) -> None:
        cards: dict[int, Card] = {}
        for row in await self._tx.execute(select(prospects).where(prospects.c.id.in_(owners))):
            cards[row.id] = Card(row.uid, row.id, {name: getattr(row, name) for name in COLUMNS})
            self._cards[row.uid] = cards[row.id]
        for row in await self._tx.execute(select(identities).where(identities.c.prospect_id.in_(owners))):
            cards[row.prospect_id].known[row.kind, row.value] = row.closed_at is None
            self._by_identity[row.kind, row.value] = cards[row.prospect_id]
        statements = select(consents).where(consents.c.prospect_id.in_(owners)).order_by(consents.c.id)
        for row in await self._tx.execute(statements):
            cards[row.prospect_id].agreed[row.channel] = (row.granted, row.at)
            cards[row.prospect_id].proofs.add((row.channel, _source_of(row.proof)))
        for owner, declared in (await prospect_facts.of(self._tx, owners)).items():
            cards[owner].declared = {name: (row.text, row.at) for name, row in declared.items()}
        talking = select(conversations.c.prospect_id).where(conversations.c.prospect_id.in_(owners)).distinct()
        for row in await self._tx.execute(talking):
            cards[row.prospect_id].has_conversation = True

    def outcome(self, uid: str, result: Result) -> Imported:
        """What became of the prospect with this uid, who may have been joined with another one later in the batch."""
        while uid in self._joined:
            uid = self._joined[uid]
        card = self._cards[uid]
        assert card.id is not None  # noqa: S101 - `write` has given every card its row
        return Imported(card.id, card.uid, result, card.contactable())

    async def take(self, one: Incoming, known: set[tuple[str, str]]) -> tuple[str, Result]:
        """Match one incoming prospect and note what is new about them. Returns their uid."""
        owners = {card.uid: card for identity in sorted(known) if (card := self._by_identity.get(identity))}
        result: Result = "unchanged"
        if len(owners) > 1:
            card, result = await self._join(list(owners.values())), "updated"
        elif owners:
            card = next(iter(owners.values()))
        else:
            card = Card(new_uid(), None, {"tags": [], "company": {}, "attributes": {}, "provenance": {}})
            result = "created"
            self._cards[card.uid] = card
        changes = [
            self._identities(card, known, one.via),
            card.take_facts(one.facts, one.word(self._now)),
            card.take_declared(one.declared, one.word(self._now)),
            self._consents(card, one, known),
        ]
        return card.uid, "updated" if result == "unchanged" and any(changes) else result

    async def _join(self, cards: list[Card]) -> Card:
        """Fold cards into the oldest one. What was noted so far is written first, so that the rows are all there."""
        await self.write()
        uids = {card.id: card.uid for card in cards if card.id is not None}
        stays, *others = sorted(uids)
        for other in others:
            await joining.join(self._tx, stays, other, self._now)
            self._joined[uids[other]] = uids[stays]
            del self._cards[uids[other]]
        await self._load_cards([stays])
        return self._cards[uids[stays]]

    def _identities(self, card: Card, known: set[tuple[str, str]], via: str) -> bool:
        new = sorted(known - card.known.keys())
        for kind, value in new:
            closed = (kind, value) in self._suppressed
            card.known[kind, value] = not closed
            row = {"kind": kind, "value": value, "created_at": self._now, "via": via}
            reason = suppressions.SUPPRESSED if closed else None
            card.new_identities.append(row | {"closed_at": self._now if closed else None, "closed_reason": reason})
            self._by_identity[kind, value] = card
        return bool(new)

    def _consents(self, card: Card, one: Incoming, known: set[tuple[str, str]]) -> bool:
        suppressed = bool(known & self._suppressed)
        new = [
            said for said in one.consents if not (said.granted and suppressed) and self._counts(card, said, one.proof)
        ]
        for said in new:
            at = said.at or self._now
            card.agreed[said.channel] = (said.granted, at)
            card.proofs.add((said.channel, _source_of(one.proof)))
            row = {"channel": said.channel, "purpose": FOLLOW_UP, "granted": said.granted, "at": at}
            card.new_consents.append(row | {"way": one.via, "text": said.text, "proof": one.proof})
        return bool(new)

    def _counts(self, card: Card, said: ConsentSaid, proof: str | None) -> bool:
        """Whether this says something new: the first word does, a later one does, an undated one only if it is a no."""
        current = card.agreed.get(said.channel)
        if current is None:
            return True
        if current[0] == said.granted:
            return False
        if said.at is not None:
            return said.at > current[1]
        return not said.granted and (said.channel, _source_of(proof)) not in card.proofs

    async def write(self) -> None:
        """Write what has been noted, one statement per table."""
        cards = list(self._cards.values())
        due = [card for card in cards if card.is_new_to_us()]
        await self._insert([card for card in cards if card.id is None])
        changed = [card for card in cards if card.changed]
        if changed:
            rows = [{"row": card.id, **{f"new_{name}": card.facts.get(name) for name in COLUMNS}} for card in changed]
            await self._tx.execute(_UPDATE, [{**row, "new_updated_at": self._now} for row in rows])
        new_identities = [{"prospect_id": card.id, **row} for card in cards for row in card.new_identities]
        if new_identities:
            statement = insert(self._tx, identities).on_conflict_do_nothing().returning(identities.c.id)
            if len((await self._tx.execute(statement, new_identities)).all()) < len(new_identities):
                raise TakenMeanwhile
        new_consents = [{"prospect_id": card.id, **row} for card in cards for row in card.new_consents]
        if new_consents:
            await self._tx.execute(plain_insert(consents), new_consents)
        await prospect_facts.write(self._tx, [fact for card in cards for fact in card.rows_of_declared()], self._now)
        await profiles.mark_due(self._tx, [card.id for card in due if card.id is not None], self._now)
        await self._let_campaigns_look_again(cards)
        for card in cards:
            card.written()

    async def _let_campaigns_look_again(self, cards: list[Card]) -> None:
        """Who could not be written to before may be now: a campaign that runs looks at them again."""
        gained = [
            card.id
            for card in cards
            if not card.has_conversation and (card.new_identities or any(said["granted"] for said in card.new_consents))
        ]
        if gained:
            await self._tx.execute(update(prospects).where(prospects.c.id.in_(gained)).values(awaiting=True))

    async def _insert(self, cards: list[Card]) -> None:
        if not cards:
            return
        rows = [
            {
                "uid": card.uid,
                "created_at": self._now,
                "updated_at": self._now,
                "awaiting": True,
                **{name: card.facts.get(name) for name in COLUMNS},
            }
            for card in cards
        ]
        made = await self._tx.execute(plain_insert(prospects).returning(prospects.c.id, prospects.c.uid), rows)
        ids = {row.uid: row.id for row in made}
        for card in cards:
            card.id, card.changed = ids[card.uid], False


def _source_of(proof: str | None) -> str:
    """The file of a proof such as `file <sha256> line 7`: reading a file again is not a new statement."""
    return (proof or "").partition(" line ")[0]


_UPDATE = (
    update(prospects)
    .where(prospects.c.id == bindparam("row"))
    .values({name: bindparam(f"new_{name}") for name in (*COLUMNS, "updated_at")})
)
