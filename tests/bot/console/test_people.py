"""People and segments in the console: found, filtered, explained, built without JavaScript, saved, renamed, deleted."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from hypothesis import given, settings

from bot.console.builder import document_of, form_of, read_form
from bot.house import House
from flows.audience.conditions import evaluate, parse_condition
from flows.audience.profile import Profile
from flows.offers.strategy import StrategyDefinition
from storage import consents, pauses, prospects, segments, strategies
from storage.database import Tx
from tests.bot.console.asking import csrf_of, send, sign_in
from tests.storage.crowd import DECLARED, NOW, documents

BUILD = "/console/people/segments/build"


async def crowd(house: House) -> list[str]:
    """Three people, known to the shop; their public ids."""

    async def work(tx: Tx) -> list[str]:
        found = []
        for name, country, cart in (("Anna", "HU", 120), ("Béla", "HU", 20), ("<b>Zoë</b>", "FR", None)):
            person = await prospects.create(
                tx, house.clock.now(), first_name=name, country=country, cart_value=cart, currency="EUR", source="=cmd"
            )
            await prospects.bind(tx, person, "email", f"p{person}@example.com", via="test", now=house.clock.now())
            await consents.record(tx, person, "email", granted=True, way="import", now=house.clock.now())
            row = await prospects.get(tx, person)
            assert row is not None
            found.append(row.uid)
        return found

    found = await house.database.transact(work)
    await house.keeper.keep_up()
    return found


async def pause(tx: Tx, uid: str, house: House) -> None:
    row = await prospects.resolve(tx, uid)
    assert row is not None
    await pauses.pause(tx, row, house.clock.now() + timedelta(days=7))


async def test_people_are_found_filtered_and_told_in_a_file(house: House, app: FastAPI) -> None:
    await crowd(house)
    async with sign_in(house, app, "agent") as client:
        page = (await client.get("/console/people")).text
        assert "3 people" in page and "&lt;b&gt;Zoë&lt;/b&gt;" in page
        assert "One person" in (await client.get("/console/people?q=béla")).text
        assert "One person" in (await client.get("/console/people?segment=big_carts")).text
        assert "Nobody matches" in (await client.get("/console/people?stage=customer&grade=Z&level=%00")).text
        assert "3 people" in (await client.get("/console/people?segment=nonsense&before=x&grade=%27")).text
        table = list(csv.DictReader(io.StringIO((await client.get("/console/people.csv?segment=big_carts")).text)))
    assert [row["first_name"] for row in table] == ["Anna"] and table[0]["source"].startswith("'=")
    assert {one.column for one in house.attributes.declared.values()} < set(table[0]), (
        "every declared fact has a column"
    )
    assert table[0]["email"] == "p1@example.com" and table[0]["stage"] and table[0]["engagement_level"]


async def test_days_are_days_of_the_shop_and_an_address_is_found_however_it_is_written(
    house: House, app: FastAPI
) -> None:
    assert house.settings.timezone == "Europe/Paris"

    async def work(tx: Tx) -> None:
        person = await prospects.create(tx, datetime(2026, 3, 1, 23, 30, tzinfo=UTC), first_name="Anna")
        await prospects.bind(tx, person, "phone", "+36 30 123 4567", via="test", now=house.clock.now())
        await prospects.create(tx, datetime(2026, 3, 2, 23, 30, tzinfo=UTC), first_name="Béla")

    await house.database.transact(work)
    async with sign_in(house, app, "agent") as client:
        page = (await client.get("/console/people?since=2026-03-02&until=2026-03-02")).text
        found = (await client.get("/console/people?q=%2B36301234567")).text
        spaced = (await client.get("/console/people?q=%2B36+30+123+4567")).text
    assert "One person" in page and "Anna" in page and "Béla" not in page
    assert "Anna" in found and "Anna" in spaced


async def test_a_person_shows_facts_scores_and_segments_with_their_reasons(house: House, app: FastAPI) -> None:
    anna, bela, _ = await crowd(house)
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get(f"/console/people/{anna}")).text
        assert "cart value 120 is at least 100" in page and "p1@example.com" not in page and "p•••@example.com" in page
        assert "cart value 20 is not at least 100" in (await client.get(f"/console/people/{bela}")).text
        assert "They have asked not to be written to first before" not in page
        await house.database.transact(lambda tx: pause(tx, anna, house))
        assert "They have asked not to be written to first before" in (await client.get(f"/console/people/{anna}")).text
        assert (await client.get("/console/people/nobody")).status_code == 404
        assert (await client.get("/console/people.csv")).status_code == 403
    assert not re.search(r">\s*None\s*<", page)


async def test_a_segment_is_built_row_by_row_saved_renamed_and_deleted(house: House, app: FastAPI) -> None:
    await crowd(house)
    async with sign_in(house, app, "agent") as client:
        added = (await client.get(f"{BUILD}?g0.match=all&g0.new=cart_value&do=add")).text
        assert 'name="g0.r0.v"' in added and 'value="at_least"' in added
        rows = (
            "g0.match=all&g0.r0.f=cart_value&g0.r0.o=at_least&g0.r0.v=100&g0.r1.f=country&g0.r1.o=one_of&g0.r1.v=HU,CZ"
        )
        built = (await client.get(f"{BUILD}?{rows}")).text
        assert "One person matches now" in built and "cart_value: {at_least: 100}" in built
        dropped = (await client.get(f"{BUILD}?{rows}&do=drop:0:0")).text
        assert "2 people match now" in dropped
        never = (await client.get(f"{BUILD}?{rows}&g0.r2.f=country&g0.r2.o=is&g0.r2.v=FR")).text
        assert "exclude each other" in never
        where = "all:\n  - cart_value: {at_least: 100}\n  - country: [HU, CZ]\n"
        saved = await send(client, "/console/people/segments/save", BUILD, label="Dear carts", where=where, do="save")
        assert saved.status_code == 303
        assert "dear_carts" in (await client.get("/console/people/segments")).text
        taken = {"label": "Dear", "name": "hot_leads", "old": "dear_carts", "where": where, "do": "save"}
        refused = await send(client, "/console/people/segments/save", BUILD, **taken)
        assert refused.status_code == 409 and "There is another segment called &#39;hot_leads&#39;" in refused.text
        renamed = await send(client, "/console/people/segments/save", BUILD, **{**taken, "name": "dear"})
        assert renamed.status_code == 303
        page = await client.get("/console/people/segments")
        assert "dear_carts" not in page.text and "Dear" in page.text
        form = {"csrf_token": csrf_of(page), "name": "dear"}
        await client.post("/console/people/segments/remove", data=form, headers={"sec-fetch-site": "same-origin"})
        assert ">dear<" not in (await client.get("/console/people/segments")).text
        assert (await client.get("/console/people/segments/hot_leads/count")).text.strip() == "0"


async def test_a_segment_that_a_strategy_names_is_neither_renamed_nor_deleted(house: House, app: FastAPI) -> None:
    rows = [{"barrier": "price", "segment": "big_carts", "offers": ["nothing"]}]
    draft = StrategyDefinition.model_validate({"campaign": "barriers", "rows": rows})
    await house.database.transact(lambda tx: strategies.create(tx, draft, "anna", house.clock.now()))
    names = "is used by the strategy of barriers, version 1 (draft); name another segment there"
    async with sign_in(house, app, "agent") as client:
        page = await client.get("/console/people/segments")
        assert "Used by the strategy of barriers, version 1 (draft)" in re.sub("[\u2068\u2069]", "", page.text)
        form = {"csrf_token": csrf_of(page), "name": "big_carts"}
        refused = await client.post(
            "/console/people/segments/remove", data=form, headers={"sec-fetch-site": "same-origin"}
        )
        assert refused.status_code == 409 and names in refused.text
        renaming = {"label": "Dear", "name": "dear", "old": "big_carts", "where": "tag: vip", "do": "save"}
        refused = await send(client, "/console/people/segments/save", BUILD, **renaming)
        assert refused.status_code == 409 and names in refused.text and "tag: vip" in refused.text
    async with house.database.read() as tx:
        assert await segments.get(tx, "big_carts") is not None and await segments.get(tx, "dear") is None


async def test_a_segment_that_two_people_approve_is_not_changed_by_one(house: House, app: FastAPI) -> None:
    rows = [{"barrier": "price", "segment": "big_carts", "offers": ["nothing"]}]
    draft = StrategyDefinition.model_validate({"campaign": "barriers", "rows": rows, "two_person": True})
    version = await house.database.transact(lambda tx: strategies.create(tx, draft, "anna", house.clock.now()))
    changed = {"label": "Dear", "name": "big_carts", "old": "big_carts", "where": "tag: vip", "do": "save"}
    async with sign_in(house, app, "agent") as client:
        renamed = changed | {"where": "cart_value: {at_least: 150}"}
        assert (await send(client, "/console/people/segments/save", BUILD, **renamed)).status_code == 303
        await house.database.transact(lambda tx: strategies.submit(tx, version, "anna", house.clock.now()))
        refused = await send(client, "/console/people/segments/save", BUILD, **changed)
        assert refused.status_code == 409 and "is part of what two people approve in the strategy" in refused.text
        assert (await send(client, "/console/people/segments/save", BUILD, **renamed)).status_code == 303, "its label"
    async with house.database.read() as tx:
        kept = await segments.get(tx, "big_carts")
    assert kept is not None and kept.condition == parse_condition({"cart_value": {"at_least": 150}}, "")


async def test_what_cannot_be_saved_is_told_and_nothing_is_lost(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent") as client:
        for where in ("", "city: {above: 3}", "- x", "name: [", "country: HU\ncountry: CZ"):
            refused = await send(client, "/console/people/segments/save", BUILD, label="Mine", where=where, do="save")
            assert refused.status_code == 422 and "This cannot be used yet" in refused.text and "Mine" in refused.text
        assert (await client.get("/console/people/segments")).text.count("Mine") == 0


async def test_who_only_looks_saves_nothing(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "viewer") as client:
        page = (await client.get(f"{BUILD}?name=big_carts")).text
        assert "no orders" in page and 'value="save"' not in page


@settings(max_examples=40, deadline=None, database=None, derandomize=True)
@given(documents())
def test_what_the_builder_shows_is_what_it_says(document: dict[str, object]) -> None:
    condition = parse_condition(document, "here", DECLARED)
    form = form_of(condition)
    if form is None:
        return
    asked = {"match": form.match}
    for number, group in enumerate(form.groups):
        asked[f"g{number}.match"] = group.match
        for at, row in enumerate(group.rows):
            start = f"g{number}.r{at}"
            asked |= {f"{start}.f": row.field, f"{start}.o": row.op, f"{start}.v": row.value, f"{start}.w": row.within}
    again = read_form(lambda name: asked.get(name, ""), DECLARED)
    assert again == form
    if all(row.value or row.op in ("known", "unknown", "yes", "no") for group in form.groups for row in group.rows):
        read = parse_condition(document_of(form, DECLARED), "there", DECLARED)
        if any(group.rows for group in form.groups):
            assert evaluate(read, Profile(), NOW).holds == evaluate(condition, Profile(), NOW).holds
