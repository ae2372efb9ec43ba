"""Segments: the database gives the verdict that a condition gives by itself, on both databases; kept, renamed, used."""

import asyncio
import re
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import insert

from flows.audience.conditions import evaluate, parse_condition
from flows.audience.profile import Profile
from flows.audience.segments import Segment, check_segment
from flows.offers.strategy import StrategyDefinition
from storage import campaigns, profiles, prospects, segments, strategies, walk_ins
from storage.database import Database, Tx
from storage.errors import SegmentInUse, SegmentNameTaken
from storage.tables import answers
from storage.walk_ins import Said
from tests.storage.crowd import DECLARED, NOW, documents, settle
from tests.storage.world import LIBRARY, open_conversations, shipped_flow


class Crowd:
    """A crowd in a database, opened in a loop of its own."""

    def __init__(self, url: str, size: int) -> None:
        self.runner, self.size = asyncio.Runner(), size
        self.database = Database(url)
        self.known: dict[int, Profile] = self.runner.run(self._settle())

    async def _settle(self) -> dict[int, Profile]:
        await self.database.transact(lambda tx: settle(tx, self.size))
        async with self.database.read() as tx:
            return await profiles.load(tx, range(1, self.size + 1), NOW, "EUR")

    def agree(self, document: dict[str, Any]) -> None:
        """Both ways to judge come to the same people."""
        condition = parse_condition(document, "here", DECLARED)
        by_value = {person for person, profile in self.known.items() if evaluate(condition, profile, NOW).holds}
        by_query, number = self.runner.run(self._ask(document))
        assert by_query == by_value and number == len(by_value)

    async def _ask(self, document: dict[str, Any]) -> tuple[set[int], int]:
        condition = parse_condition(document, "here", DECLARED)
        async with self.database.read() as tx:
            rows = await segments.members(tx, condition, NOW, limit=self.size)
            return {row.id for row in rows}, await segments.count(tx, condition, NOW)

    def close(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()


ALWAYS: Final[tuple[dict[str, Any], ...]] = (
    *({"latest_barrier": barrier} for barrier in ("price", "shipping", "fit")),
    *({"engagement_level": level} for level in (1, 2, 3)),
    *({"reach": channel} for channel in ("email", "telegram")),
    {"barrier": "fit"},
)
"""Asked of every crowd: what two tables, or two moments, say together."""


def agree_on(url: str, size: int, examples: int) -> None:
    crowd = Crowd(url, size)

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(documents())
    def check(document: dict[str, Any]) -> None:
        crowd.agree(document)

    try:
        for document in ALWAYS:
            crowd.agree(document)
        check()
    finally:
        crowd.close()


def test_the_database_and_the_condition_itself_come_to_the_same_people(database_url: str) -> None:
    agree_on(database_url, 60, 80 if "sqlite" in database_url else 25)


@pytest.mark.slow
def test_the_database_and_the_condition_itself_come_to_the_same_people_at_length(database_url: str) -> None:
    agree_on(database_url, 200, 1500 if "sqlite" in database_url else 500)


FAMILY = Segment("family", "Family", parse_condition({"country": "HU"}, "here"))


async def test_a_segment_is_kept_changed_renamed_and_forgotten(database: Database) -> None:
    async def work(tx: Tx) -> None:
        assert await segments.save(tx, FAMILY, by="anna", now=NOW)
        other = check_segment({"name": "family", "label": "Kin", "where": {"tag": "kin"}}, "here").segment
        assert not await segments.save(tx, other, by="anna", now=NOW)
        assert await segments.load_all(tx) == [other]
        await segments.rename(tx, "family", "kin", NOW)
        assert await segments.get(tx, "family") is None and (await segments.get(tx, "kin")) is not None
        assert await segments.remove(tx, "kin") and not await segments.remove(tx, "kin")

    await database.transact(work)


async def test_what_a_campaign_or_an_open_strategy_names_stays_under_its_name(database: Database) -> None:
    definition = LIBRARY.campaigns()["barriers"]
    asking = definition.audience.model_copy(update={"segment": "family"})
    rows = [{"barrier": "price", "segment": name, "offers": ["nothing"]} for name in ("family", "b2b", "any")]
    strategy = StrategyDefinition.model_validate({"campaign": "barriers", "rows": rows})

    async def work(tx: Tx) -> None:
        await segments.save(tx, FAMILY, by="anna", now=NOW)
        await segments.save(tx, replace(FAMILY, name="kin"), by="anna", now=NOW)
        await campaigns.put(tx, definition.model_copy(update={"audience": asking}), NOW)
        draft = await strategies.create(tx, strategy, "anna", NOW)
        campaign, version = "the campaign barriers", "the strategy of barriers, version 1 (draft)"
        assert await segments.used_by(tx) == {"family": [campaign, version]}
        for change in (lambda: segments.remove(tx, "family"), lambda: segments.rename(tx, "family", "x", NOW)):
            with pytest.raises(SegmentInUse, match=re.escape(f"used by {campaign} and by {version}; name another")):
                await change()
        await campaigns.put(tx, definition, NOW)
        with pytest.raises(SegmentInUse):
            await segments.remove(tx, "family")
        await strategies.retire(tx, draft, NOW)
        with pytest.raises(SegmentNameTaken, match="another segment called 'kin'"):
            await segments.rename(tx, "family", "kin", NOW)
        assert await segments.remove(tx, "family")

    await database.transact(work)


async def test_members_come_page_by_page_and_one_can_be_asked_for(database: Database) -> None:
    async def work(tx: Tx) -> None:
        people = [await prospects.create(tx, NOW, country=country) for country in ("HU", "CZ", "hu", "HU")]
        await segments.save(tx, FAMILY, by="anna", now=NOW)
        first = await segments.members(tx, FAMILY.condition, NOW, limit=2)
        rest = await segments.members(tx, FAMILY.condition, NOW, after=first[-1].id, limit=2)
        assert [people.index(row.id) for row in (*first, *rest)] == [0, 2, 3]
        assert await segments.count(tx, FAMILY.condition, NOW, most=2) == 2
        assert await segments.members_among(tx, "family", people[:2], NOW) == {people[0]}
        assert await segments.members_among(tx, "nobody", people, NOW) == set()

    await database.transact(work)


async def test_of_the_very_same_moment_an_answer_is_newer_than_what_was_said_in_the_shop(database: Database) -> None:
    ((ann, talk),) = await open_conversations(database, 1, shipped_flow())
    answer = {
        "campaign": "barriers", "flow": "barriers", "flow_version": 1, "step": "why", "visit": 0, "value": "fit",
        "verbatim": "x", "language": "en", "barriers": ["fit"], "channel": "web", "asked_at": NOW, "answered_at": NOW,
    }  # fmt: skip

    async def work(tx: Tx) -> None:
        await tx.execute(insert(answers).values(prospect_id=ann, conversation_id=talk, **answer))
        await walk_ins.note(tx, Said("price", "anna", ann), NOW)
        told = (await profiles.load(tx, [ann], NOW, "EUR"))[ann]
        assert told.barriers == ("fit", "price")
        for barrier, number in (("fit", 1), ("price", 0)):
            condition = parse_condition({"latest_barrier": barrier}, "here")
            assert await segments.count(tx, condition, NOW) == number == evaluate(condition, told, NOW).holds

    await database.transact(work)
