"""`holdback segments`: counts of a file, the saved ones, and why somebody is in one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from flows.offers.strategy import StrategyDefinition
from storage import prospects, shop_events, strategies
from storage.database import Database, Tx
from tests.bot.cli.shell import Shell

FILE = """
segments:
  - name: family
    label: From here
    where: {country: [HU, CZ]}
  - name: rest
    where:
      not: {country: [HU, CZ]}
"""


def test_segments_of_a_file_are_counted_and_somebody_is_explained(holdback: Shell, tmp_path: Path) -> None:
    people = "external_id,country,cart_value,currency\nc-1,HU,120,EUR\nc-2,FR,20,EUR\nc-3,,,\n"
    (tmp_path / "people.csv").write_text(people)
    (tmp_path / "segments.yaml").write_text(FILE)
    holdback("prospects", "import", "people.csv")
    counted = holdback("segments", "count", "segments.yaml", "--json").json
    assert [(one["name"], one["label"], one["count"]) for one in counted["segments"]] == [
        ("family", "From here", 1),
        ("rest", "Rest", 2),
    ]
    listed = {one["name"]: one for one in holdback("segments", "list", "--json").json["segments"]}
    assert (
        listed["big_carts"]["count"] == 1 and listed["big_carts"]["who"] == "cart value is at least 100 and no orders"
    )
    assert "cart_value: {at_least: 100}" in holdback("segments", "show", "big_carts").out
    why = holdback("segments", "explain", "big_carts", "c-2").out
    assert "not in 'Big carts, not bought yet', because" in why and "cart value 20 is not at least 100" in why
    gone = holdback("segments", "show", "nobody")
    assert gone.code == 2 and "there are: big_carts" in gone.err.replace("silent, ", "")


def test_a_file_that_is_wrong_is_one_line_with_its_place(holdback: Shell, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- name: a\n  where: {city: {above: 3}}\n")
    said = holdback("segments", "count", "bad.yaml")
    assert said.code == 1 and said.err.startswith("error: bad.yaml:1, segment a, city > above: city is text")
    (tmp_path / "never.yaml").write_text("name: a\nwhere: {all: [{country: HU}, {country: CZ}]}\n")
    assert "it can never match anybody" in holdback("segments", "count", "never.yaml").err
    (tmp_path / "broken.yaml").write_text("name: [")
    assert holdback("segments", "count", "broken.yaml").code == 1
    (tmp_path / "twice.yaml").write_text("- {name: a, where: {tag: x}}\n- {name: a, where: {tag: x}}\n")
    assert "stands in it twice" in holdback("segments", "count", "twice.yaml").err
    (tmp_path / "all.yaml").write_text("name: a\nwhere: {}\n")
    assert "matches everybody" in holdback("segments", "count", "all.yaml").err
    assert holdback("segments", "count", "missing.yaml").code == 1


def within(url: str, work: Callable[[Tx], Awaitable[object]]) -> None:
    """Something that happens in the database beside the command."""

    async def happen() -> None:
        database = Database(url)
        await database.transact(work)
        await database.close()

    asyncio.run(happen())


def test_who_is_due_is_judged_before_anybody_is_counted(holdback: Shell, sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("external_id,country\nc-1,HU\n")
    (tmp_path / "leads.yaml").write_text("name: leads\nwhere: {stage: lead}\n")
    holdback("prospects", "import", "people.csv")
    assert holdback("segments", "count", "leads.yaml", "--json").json["segments"][0]["count"] == 0

    async def come(tx: Tx) -> None:
        (person,) = await prospects.find(tx, {"external": "c-1"})
        await shop_events.note(tx, person, "cart_abandoned", datetime.now(UTC), {})

    within(sqlite_url, come)
    counted = holdback("segments", "count", "leads.yaml", "--json")
    assert counted.json["segments"][0]["count"] == 1 and not counted.err


def test_a_segment_gets_another_name_and_is_deleted_unless_a_strategy_names_it(
    holdback: Shell, sqlite_url: str
) -> None:
    assert "is called dear now" in holdback("segments", "rename", "big_carts", "dear").out
    assert holdback("segments", "rename", "dear", "hot_leads").err.startswith("error: there is another segment called")
    assert "is not a name" in holdback("segments", "rename", "dear", "Dear carts").err
    rows = [{"barrier": "price", "segment": "dear", "offers": ["nothing"]}]
    draft = StrategyDefinition.model_validate({"campaign": "barriers", "rows": rows})
    within(sqlite_url, lambda tx: strategies.create(tx, draft, "anna", datetime.now(UTC)))
    for refused in (holdback("segments", "remove", "dear"), holdback("segments", "rename", "dear", "big_carts")):
        assert refused.code == 1
        assert refused.err.startswith(
            "error: the segment 'dear' is used by the strategy of barriers, version 1 (draft); name another segment"
        )
    assert holdback("segments", "remove", "hot_leads").out == "hot_leads is deleted\n"
    assert holdback("segments", "remove", "hot_leads").code == 2
