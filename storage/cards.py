"""Prospects while a batch of an import is at work: what is stored about each, and what the batch adds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.audience.attributes import Written
from flows.audience.profile import FactSource
from storage import prospect_facts

FACTS = (
    "language", "timezone", "first_name", "last_name", "country", "city", "source", "medium", "campaign",
    "product_id", "product_name", "product_url", "price", "cart_value", "currency", "interest", "tags",
    "company", "attributes",
)  # fmt: skip
"""The columns of a prospect that an import may fill."""

COLUMNS = (*FACTS, "provenance")
"""What an import writes of a prospect's row."""


@dataclass(frozen=True, slots=True)
class Word:
    """Whose word it is, when it was true, and where exactly it stands."""

    source: FactSource
    at: datetime
    proof: str | None = None


@dataclass(slots=True)
class Card:
    """A prospect while a batch is at work: what is stored, and what this batch adds.

    `declared` are the declared attributes that are known: text and when it was true; `new_declared` those to write.
    """

    uid: str
    id: int | None
    facts: dict[str, Any]
    known: dict[tuple[str, str], bool] = field(default_factory=dict)
    agreed: dict[str, tuple[bool, datetime]] = field(default_factory=dict)
    proofs: set[tuple[str, str]] = field(default_factory=set)
    declared: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    has_conversation: bool = False
    changed: bool = False
    new_identities: list[dict[str, Any]] = field(default_factory=list)
    new_consents: list[dict[str, Any]] = field(default_factory=list)
    new_declared: dict[str, tuple[Written, Word]] = field(default_factory=dict)

    def contactable(self) -> bool:
        """Whether there is an open address on a channel that was agreed to."""
        return any(self.agreed.get(kind, (False,))[0] for (kind, _), is_open in self.known.items() if is_open)

    def is_new_to_us(self) -> bool:
        """Whether the batch adds anything about this prospect."""
        return self.id is None or self.changed or bool(self.new_identities or self.new_consents or self.new_declared)

    def written(self) -> None:
        """Everything noted so far stands in the database."""
        self.changed, self.new_identities, self.new_consents, self.new_declared = False, [], [], {}

    def take_facts(self, facts: Mapping[str, Any], word: Word) -> bool:
        """Note new facts of the prospect's own row; True when something changes."""
        wanted = {name: value for name, value in facts.items() if value not in (None, "", [], {})}
        if self.has_conversation:
            # They may have chosen another language in the chat; that is their word against an old file's.
            wanted.pop("language", None)
        known = self.facts.get("provenance") or {}
        wanted = {
            name: value for name, value in wanted.items() if prospect_facts.may_say(known, name, word.source, word.at)
        }
        company = self._company(wanted.get("company", {}), word)
        for name in ("company", "attributes"):
            if name in wanted:
                wanted[name] = {**self.facts[name], **(company if name == "company" else wanted[name])}
        changes = {name: value for name, value in wanted.items() if self.facts.get(name) != value}
        if not changes:
            return False
        names = [name for name in changes if name not in ("company", "attributes")]
        names += [f"company.{key}" for key, value in company.items() if self.facts["company"].get(key) != value]
        self.facts |= changes
        self.facts["provenance"] = prospect_facts.said(known, names, word.source, word.at)
        self.changed = True
        return True

    def _company(self, company: Mapping[str, Any], word: Word) -> dict[str, Any]:
        known = self.facts.get("provenance") or {}
        return {
            key: value
            for key, value in company.items()
            if prospect_facts.may_say(known, f"company.{key}", word.source, word.at)
        }

    def take_declared(self, declared: Mapping[str, Written], word: Word) -> bool:
        """Note declared attributes: the newer word holds, and the same value again is nothing new."""
        before = len(self.new_declared)
        for name, value in declared.items():
            known = self.declared.get(name)
            if known is not None and (known[0] == value.text or known[1] > word.at):
                continue
            self.declared[name] = (value.text, word.at)
            self.new_declared[name] = (value, word)
        return len(self.new_declared) > before

    def rows_of_declared(self) -> list[prospect_facts.NewFact]:
        """The declared attributes to be written, once the prospect has its row."""
        assert self.id is not None  # noqa: S101 - new cards have been written before
        return [
            prospect_facts.NewFact(self.id, name, value, word.source, word.at, word.proof)
            for name, (value, word) in self.new_declared.items()
        ]
