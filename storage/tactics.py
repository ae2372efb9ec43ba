"""The live strategy as a turn needs it: which version is live, today's shares, and what it says of each person.

A version that was live never changes and a day's shares are frozen, so both are read once in a process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, select

from flows.audience.attributes import Attributes
from flows.calendar import zone_of
from flows.offers.budget import Spending
from flows.offers.catalogue import Catalogue
from flows.offers.eligibility import Circumstances
from flows.offers.policy import draw_of
from flows.offers.strategy import StrategyDefinition
from flows.offers.weighing import Subject, weigh_all
from flows.scene import Granted, Person, Shop, Tactics
from storage import memberships, profiles, share_days, strategies
from storage.database import Tx
from storage.spending import Limit, spending
from storage.tables import campaigns
from storage.tables import strategies as strategy_table

UNKNOWN = "new_other"
"""The learning segment of somebody of whom nothing was computed yet."""

LIVE: ScalarSelect[int | None] = (
    select(strategy_table.c.id)
    .where(strategy_table.c.campaign == campaigns.c.name, strategy_table.c.state == "live")
    .limit(1)
    .scalar_subquery()
)
"""The row id of the campaign's live version, beside a row of `campaigns`; null without one."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version that is or was live."""

    id: int
    number: int
    definition: StrategyDefinition


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person that a live strategy is asked about, with what was granted to them."""

    prospect_id: int
    uid: str
    person: Person
    granted: tuple[Granted, ...]


class StrategyShelf:
    """Live strategies of one process, by row id, and the shares of today."""

    def __init__(self, attributes: Attributes | None = None) -> None:
        """Empty. `attributes` say what is sensitive, and so decides no offer."""
        self._attributes = attributes or Attributes()
        self._versions: dict[int, Version] = {}
        self._shares: dict[tuple[str, str], Mapping[str, Mapping[str, Decimal]]] = {}

    async def version(self, tx: Tx, row_id: int) -> Version:
        """This version. Raises LookupError for one that is not there."""
        if row_id not in self._versions:
            row = await strategies.get(tx, row_id)
            if row is None:
                raise LookupError(f"strategy {row_id} is not there")
            self._versions[row_id] = Version(row_id, row.version, strategies.definition_of(row))
        return self._versions[row_id]

    async def limit(self, tx: Tx, row_id: int, shop: Shop) -> Limit | None:
        """The budget of this version; None when it has none."""
        definition = (await self.version(tx, row_id)).definition
        if definition.budget is None:
            return None
        return Limit(row_id, definition.campaign, definition.budget, _zone(shop))

    async def tactics(
        self, tx: Tx, row_id: int, people: Sequence[Somebody], *, shop: Shop, catalogue: Catalogue, now: datetime
    ) -> dict[int, Tactics]:
        """What this version says of each of these people, by prospect."""
        version = await self.version(tx, row_id)
        definition, day = version.definition, now.astimezone(_zone(shop)).date().isoformat()
        limit = await self.limit(tx, row_id, shop)
        standing = await spending(tx, limit, now) if limit is not None else Spending()
        shares = await self._shares_of(tx, definition, day)
        ids = [one.prospect_id for one in people]
        learned = await profiles.learning_segments(tx, ids)
        saved = await memberships.saved_segments(tx, definition, ids, catalogue.currency, now, self._attributes)
        found = {}
        for one in people:
            segment = learned.get(one.prospect_id, UNKNOWN)
            who = Circumstances(one.person, one.granted, catalogue.currency, now)
            mine = {cell.partition(":")[0]: of for cell, of in shares.items() if cell.partition(":")[2] == segment}
            subject = Subject(who, segment, saved.get(one.prospect_id, frozenset()), standing, mine)
            weighed = weigh_all(definition, catalogue, subject)
            draw = draw_of(definition.campaign, day, one.uid)
            found[one.prospect_id] = Tactics(version.number, segment, draw, weighed)
        return found

    async def _shares_of(self, tx: Tx, definition: StrategyDefinition, day: str) -> Mapping[str, Mapping[str, Decimal]]:
        if not definition.learning.on:
            return {}
        key = (definition.campaign, day)
        if key not in self._shares:
            found = await share_days.shares_of(tx, definition.campaign, day)
            if not found:
                return {}
            self._shares = {other: kept for other, kept in self._shares.items() if other[1] == day} | {key: found}
        return self._shares[key]


def _zone(shop: Shop) -> ZoneInfo:
    return zone_of(shop.timezone) or ZoneInfo("UTC")
