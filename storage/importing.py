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

from storage import joining, suppressions
from storage.consents import FOLLOW_UP
from storage.database import Tx
from storage.dialects import insert
from storage.errors import TakenMeanwhile
from storage.ids import new_uid
from storage.prospects import normalise
from storage.tables import consents, conversations, identities, prospects

Result = Literal["created", "updated", "unchanged"]

FACTS = (
    "language", "timezone", "first_name", "last_name", "country", "city", "source", "medium", "campaign",
    "product_id", "product_name", "product_url", "price", "cart_value", "currency", "interest", "tags",
    "company", "attributes",
)  # fmt: skip
"""The columns of a prospect that an import may fill."""


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
    comes from (`import`, `api`), `proof` where exactly (file and line).
    """

    identities: Mapping[str, str]
    facts: Mapping[str, Any]
    consents: tuple[ConsentSaid, ...] = ()
    via: str = "import"
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one incoming prospect. `contactable`: somebody may write to them, and knows where to."""

    prospect_id: int
    uid: str
    result: Result
    contactable: bool


@dataclass(slots=True)
class _Card:
    """A prospect while a batch is at work: what is stored, and what this batch adds."""

    uid: str
    id: int | None
    facts: dict[str, Any]
    known: dict[tuple[str, str], bool] = field(default_factory=dict)
    agreed: dict[str, tuple[bool, datetime]] = field(default_factory=dict)
    proofs: set[tuple[str, str]] = field(default_factory=set)
    has_conversation: bool = False
    changed: bool = False
    new_identities: list[dict[str, Any]] = field(default_factory=list)
    new_consents: list[dict[str, Any]] = field(default_factory=list)

    def contactable(self) -> bool:
        """Whether there is an open address on a channel that was agreed to."""
        return any(self.agreed.get(kind, (False,))[0] for (kind, _), is_open in self.known.items() if is_open)


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
    return [batch.outcome(uid, result) for uid, result in taken]


class _Batch:
    def __init__(self, tx: Tx, now: datetime, key: bytes) -> None:
        self._tx, self._now, self._key = tx, now, key
        self._by_identity: dict[tuple[str, str], _Card] = {}
        self._cards: dict[str, _Card] = {}
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
        cards: dict[int, _Card] = {}
        for row in await self._tx.execute(select(prospects).where(prospects.c.id.in_(owners))):
            cards[row.id] = _Card(row.uid, row.id, {name: getattr(row, name) for name in FACTS})
            self._cards[row.uid] = cards[row.id]
        for row in await self._tx.execute(select(identities).where(identities.c.prospect_id.in_(owners))):
            cards[row.prospect_id].known[row.kind, row.value] = row.closed_at is None
            self._by_identity[row.kind, row.value] = cards[row.prospect_id]
        statements = select(consents).where(consents.c.prospect_id.in_(owners)).order_by(consents.c.id)
        for row in await self._tx.execute(statements):
            cards[row.prospect_id].agreed[row.channel] = (row.granted, row.at)
            cards[row.prospect_id].proofs.add((row.channel, _source_of(row.proof)))
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
            card, result = _Card(new_uid(), None, {"tags": [], "company": {}, "attributes": {}}), "created"
            self._cards[card.uid] = card
        changes = [
            self._identities(card, known, one.via),
            self._facts(card, one.facts),
            self._consents(card, one, known),
        ]
        return card.uid, "updated" if result == "unchanged" and any(changes) else result

    async def _join(self, cards: list[_Card]) -> _Card:
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

    def _identities(self, card: _Card, known: set[tuple[str, str]], via: str) -> bool:
        new = sorted(known - card.known.keys())
        for kind, value in new:
            card.known[kind, value] = True
            card.new_identities.append({"kind": kind, "value": value, "created_at": self._now, "via": via})
            self._by_identity[kind, value] = card
        return bool(new)

    def _facts(self, card: _Card, facts: Mapping[str, Any]) -> bool:
        wanted = {name: value for name, value in facts.items() if value not in (None, "", [], {})}
        if card.has_conversation:
            # They may have chosen another language in the chat; that is their word against an old file's.
            wanted.pop("language", None)
        for name in ("company", "attributes"):
            if name in wanted:
                wanted[name] = {**card.facts[name], **wanted[name]}
        changes = {name: value for name, value in wanted.items() if card.facts.get(name) != value}
        card.facts |= changes
        card.changed |= bool(changes)
        return bool(changes)

    def _consents(self, card: _Card, one: Incoming, known: set[tuple[str, str]]) -> bool:
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

    def _counts(self, card: _Card, said: ConsentSaid, proof: str | None) -> bool:
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
        await self._insert([card for card in cards if card.id is None])
        changed = [card for card in cards if card.changed]
        if changed:
            rows = [{"row": card.id, **{f"new_{name}": card.facts.get(name) for name in FACTS}} for card in changed]
            await self._tx.execute(_UPDATE, [{**row, "new_updated_at": self._now} for row in rows])
        new_identities = [{"prospect_id": card.id, **row} for card in cards for row in card.new_identities]
        if new_identities:
            statement = insert(self._tx, identities).on_conflict_do_nothing().returning(identities.c.id)
            if len((await self._tx.execute(statement, new_identities)).all()) < len(new_identities):
                raise TakenMeanwhile
        new_consents = [{"prospect_id": card.id, **row} for card in cards for row in card.new_consents]
        if new_consents:
            await self._tx.execute(plain_insert(consents), new_consents)
        await self._let_campaigns_look_again(cards)
        for card in cards:
            card.changed, card.new_identities, card.new_consents = False, [], []

    async def _let_campaigns_look_again(self, cards: list[_Card]) -> None:
        """Who could not be written to before may be now: a campaign that runs looks at them again."""
        gained = [
            card.id
            for card in cards
            if not card.has_conversation and (card.new_identities or any(said["granted"] for said in card.new_consents))
        ]
        if gained:
            await self._tx.execute(update(prospects).where(prospects.c.id.in_(gained)).values(awaiting=True))

    async def _insert(self, cards: list[_Card]) -> None:
        if not cards:
            return
        rows = [
            {
                "uid": card.uid,
                "created_at": self._now,
                "updated_at": self._now,
                "awaiting": True,
                **{name: card.facts.get(name) for name in FACTS},
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
    .values({name: bindparam(f"new_{name}") for name in (*FACTS, "updated_at")})
)
