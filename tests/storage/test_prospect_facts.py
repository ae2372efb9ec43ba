"""Facts are kept with who said so and when: the newer word holds, and what was taken back is not known any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from flows.audience.attributes import Written
from flows.audience.profile import FactSource
from storage import prospect_facts, prospects
from storage.database import Database, Tx
from storage.importing import Incoming, take_over
from storage.prospect_facts import NewFact, proof_of_answer
from storage.tables import profiles
from tests.storage.world import NOW

HOUR = timedelta(hours=1)


def fact(
    who: int, name: str, text: str, at: datetime = NOW, source: FactSource = "api", proof: str | None = None
) -> NewFact:
    number = Decimal(text) if text.isdigit() else None
    return NewFact(who, name, Written(text, number), source, at, proof)


async def known(tx: Tx, who: int) -> dict[str, tuple[str, str]]:
    return {name: (row.text, row.source) for name, row in (await prospect_facts.of(tx, [who]))[who].items()}


async def test_the_newer_word_about_a_fact_holds_whatever_comes_first(database: Database) -> None:
    async def work(tx: Tx) -> tuple[dict[str, tuple[str, str]], Sequence[int]]:
        who = await prospects.create(tx, NOW)
        await prospect_facts.put(tx, [fact(who, "use_case", "camping"), fact(who, "referrals", "2")], NOW)
        await prospect_facts.put(tx, [fact(who, "use_case", "office", NOW - HOUR, "csv")], NOW)
        await prospect_facts.put(tx, [fact(who, "referrals", "3", NOW + HOUR, "staff")], NOW)
        due = (await tx.execute(select(profiles.c.prospect_id).where(profiles.c.due_at == NOW))).scalars().all()
        assert list(due) == [who]
        return await known(tx, who), due

    found, _ = await database.transact(work)
    assert found == {"use_case": ("camping", "api"), "referrals": ("3", "staff")}


async def test_an_answer_taken_back_takes_its_facts_along_and_no_others(database: Database) -> None:
    async def work(tx: Tx) -> dict[str, tuple[str, str]]:
        who = await prospects.create(tx, NOW)
        facts = [
            fact(who, "role", "user", source="flow", proof=proof_of_answer(7, 2)),
            fact(who, "use_case", "camping", source="flow", proof=proof_of_answer(7, 12)),
            fact(who, "referrals", "1", source="flow", proof=proof_of_answer(70, 12)),
            fact(who, "audience_size", "0-99", source="staff"),
        ]
        await prospect_facts.put(tx, facts, NOW)
        await prospect_facts.take_back(tx, who, 7, 10, NOW)
        assert await prospect_facts.forget(tx, who, "audience_size", NOW)
        assert not await prospect_facts.forget(tx, who, "audience_size", NOW)
        return await known(tx, who)

    assert set(await database.transact(work)) == {"role", "referrals"}


async def test_what_staff_say_about_a_column_stands_against_an_older_file(database: Database) -> None:
    async def imported(tx: Tx, country: str, at: datetime) -> str:
        row = {"country": country, "company": {"size": country}}
        one = Incoming({"external": "c-1"}, row, proof="file 1 line 2", at=at)
        return (await take_over(tx, [one], now=NOW + HOUR, key=b"k"))[0].result

    async def work(tx: Tx) -> dict[str, object]:
        assert await imported(tx, "HU", NOW - HOUR) == "created"
        who = (await prospects.find(tx, {"external": "c-1"}))[0]
        await prospects.change(tx, who, NOW, said_by="staff", country="CZ")
        assert await imported(tx, "HU", NOW - HOUR) == "unchanged"
        await prospects.change(tx, who, NOW, said_at=NOW - HOUR, country="FR", city="Brno")
        row = await prospects.get(tx, who)
        assert row is not None and (row.country, row.city) == ("CZ", "Brno")
        assert await imported(tx, "SK", NOW + HOUR) == "updated"
        row = await prospects.get(tx, who)
        assert row is not None and (row.country, row.company) == ("SK", {"size": "SK"})
        return dict(row.provenance)

    provenance = await database.transact(work)
    assert provenance["country"] == ["csv", (NOW + HOUR).isoformat()] == provenance["company.size"]
    assert provenance["city"] == ["shop", (NOW - HOUR).isoformat()]


@pytest.mark.parametrize(
    ("at", "text", "result"), [(-1, "office", "unchanged"), (1, "office", "updated"), (1, "camping", "unchanged")]
)
async def test_a_file_says_something_new_about_an_attribute_only_when_it_is_newer(
    database: Database, at: int, text: str, result: str
) -> None:
    async def imported(tx: Tx, text: str, when: datetime) -> str:
        one = Incoming({"external": "c-1"}, {}, declared={"use_case": Written(text)}, at=when)
        return (await take_over(tx, [one], now=NOW + HOUR, key=b"k"))[0].result

    async def work(tx: Tx) -> None:
        await imported(tx, "camping", NOW)
        assert await imported(tx, text, NOW + at * HOUR) == result
        who = (await prospects.find(tx, {"external": "c-1"}))[0]
        assert (await known(tx, who))["use_case"] == ("office" if result == "updated" else "camping", "csv")

    await database.transact(work)
