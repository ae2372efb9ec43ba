"""The rules page: who would move is shown before anything is saved, and what is wrong stands beside its field."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from bot.console import rules_form
from bot.house import House
from bot.runtime import trial
from bot.runtime.clock import VirtualClock
from storage import rulebook
from storage.tables import audit as audit_table
from tests.bot.console.asking import FORM, csrf_of, send, sign_in
from tests.bot.console.sample import Street
from tests.bot.console.test_figures import answered

RULES = "/console/rules"


async def test_an_admin_sees_who_would_move_then_saves_and_everybody_is_judged_anew(
    house: House, app: FastAPI, street: Street
) -> None:
    for number in range(3):
        await answered(street, number, "price")
    await house.keeper.keep_up()
    async with sign_in(house, app, "admin") as client:
        page = await client.get(RULES)
        form = {**filled(house), "person-countries": "FR", "csrf_token": csrf_of(page)}
        seen = await client.post(RULES, data=form | {"do": "preview"}, headers=FORM)
        assert seen.status_code == 200
        assert "2 of 3 would move" in seen.text and "EG is not among the countries" in seen.text
        assert "Camille" not in seen.text.split("Who would move")[1].split("</table>")[0], "she fits as before"
        async with house.database.read() as tx:
            assert await rulebook.newest(tx, rulebook.SCORING) is None, "a preview saves nothing"
        saved = await client.post(RULES, data=form | {"do": "save"}, headers=FORM, follow_redirects=True)
        assert "Everybody is judged again now" in saved.text and "admin@nordlys.example" in saved.text
        older = await client.get(f"{RULES}?version=1")
        assert "This is version 1" in older.text
        assert (await client.get(f"{RULES}?version=7")).status_code == 404
    assert await house.keeper.keep_up() == 3
    async with house.database.read() as tx:
        grades = sorted(one.scores.grade or "" for _, one in (await house.keeper.look(tx, [1, 2, 3])).values())
        what = [row.action for row in (await tx.execute(audit_table.select())).all()]
    assert grades == ["A", "C", "C"]
    assert "rules saved" in what


async def test_in_a_large_shop_a_sample_is_looked_at_and_the_page_says_how_sure_it_is(
    house: House, app: FastAPI, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "MOST", 2)
    monkeypatch.setattr(trial, "AT_A_TIME", 2)
    for number in range(3):
        await street.cart(number)
    async with sign_in(house, app, "admin") as client:
        page = await client.get(RULES)
        form = {**filled(house), "person-countries": "XX", "csrf_token": csrf_of(page)}
        seen = (await client.post(RULES, data=form | {"do": "preview"}, headers=FORM)).text
    assert "2 of 2 would move" in seen and "looked at: 2 of 3 people, drawn by lot" in seen
    assert "between 2 and 3 of all 3 people would move" in seen


async def test_a_mistake_is_told_beside_its_field_and_nothing_that_was_written_is_lost(
    house: House, app: FastAPI
) -> None:
    async with sign_in(house, app, "admin") as client:
        page = await client.get(RULES)
        form = {**filled(house), "csrf_token": csrf_of(page)}
        wrong = {
            "grades-A": "20",
            "person-price-at_least": "9",
            "person-price-at_most": "3",
            "person-countries": "Narnia",
        }
        told = await client.post(RULES, data=form | wrong, headers=FORM)
        assert told.status_code == 422
        assert "A must need more than B" in told.text and "nothing can lie in it" in told.text
        assert 'value="Narnia"' in told.text
        told = await client.post(RULES, data=form | wrong | {"person-countries": "Nar\x00nia"}, headers=FORM)
        assert 'value="Narnia"' in told.text, "a sign that no database keeps"
        odd = {"engagement-often": "many", "qualification-wait": "later", "person-price-at_most": "cheap"}
        told = await client.post(RULES, data=form | odd, headers=FORM)
        assert "write a whole number" in told.text and "timing.later 60" in told.text and "19.90" in told.text


async def test_who_is_no_admin_looks_and_changes_nothing(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent") as client:
        page = await client.get(RULES)
        assert "Only admins can change the rules" in page.text
        assert (await send(client, RULES, do="save")).status_code == 403


async def test_the_order_is_checked_by_who_bought_after_they_were_judged(
    house: House, app: FastAPI, street: Street, clock: VirtualClock
) -> None:
    async with sign_in(house, app, "viewer") as client:
        assert "Nothing to check yet" in (await client.get(RULES)).text
    for number in range(4):
        email = await answered(street, number, "price")
        clock.advance(timedelta(days=1))
        if number in (0, 3):
            await street.report("purchase", email, order_id=f"A{number}", amount="30", currency="EUR")
    clock.advance(timedelta(days=2))
    check = await trial.check_order(house.database, clock, house.keeper)
    assert check is not None and (check.days, check.people) == (3, 4)
    assert sum(bought for _, bought in check.cells.values()) == 1, "who bought before that moment is no proof"
    async with sign_in(house, app, "agent") as client:
        assert "Too early to say" in (await client.get(RULES)).text
        assert (await client.get("/console/rules.csv")).text.startswith("grade,level,people,bought,days")


def filled(house: House) -> dict[str, Any]:
    """The form as the shipped rules fill it in, which no box of is ticked but those of the barriers."""
    return {name: value for name, value in rules_form.filled(house.library.scoring()).items() if value is not False}
