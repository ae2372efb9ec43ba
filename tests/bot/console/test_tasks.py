"""Tasks: what a promise leads to, who does it, and that nothing is done twice."""

from datetime import UTC, datetime, timedelta

from fastapi import FastAPI

from bot.house import House
from flows.calendar import next_working_day
from storage import prospects, tasks
from storage.database import Tx
from storage.reads import record
from storage.tables import audit as audit_table
from storage.tasks import Sought
from tests.bot.console.asking import FORM, csrf_of, send, sign_in
from tests.bot.console.sample import Street

TASKS = "/console/tasks"


def test_a_working_day_is_no_saturday_and_no_sunday_where_the_shop_is() -> None:
    friday = datetime(2026, 3, 13, 15, tzinfo=UTC)
    assert next_working_day(friday, "Europe/Paris") == datetime(2026, 3, 16, 15, tzinfo=UTC)
    assert next_working_day(friday + timedelta(days=1), "Europe/Paris") == datetime(2026, 3, 16, 15, tzinfo=UTC)
    late = datetime(2026, 3, 12, 16, tzinfo=UTC)
    assert next_working_day(late, "Asia/Tokyo") == datetime(2026, 3, 15, 16, tzinfo=UTC), "Monday there"
    over = datetime(2026, 3, 27, 9, tzinfo=UTC)
    assert next_working_day(over, "Europe/Paris") == datetime(2026, 3, 30, 8, tzinfo=UTC), "the same hour by the clock"


async def open_tasks(house: House, state: str = "open") -> list[str]:
    async with house.database.read() as tx:
        return [row.kind for row in (await tasks.page(tx, Sought(state=state), cursor=None, limit=9)).rows]


async def prospect_of(house: House, email: str) -> str:
    async with house.database.read() as tx:
        found = await prospects.find(tx, {"email": email})
        return await record.public_id(tx, found[0])


async def wants_a_demonstration(street: Street) -> str:
    """Somebody who was offered an appointment, the guarantee being taken out; returns their address."""
    email = await street.cart(0)
    await street.wander(timedelta(hours=2))
    await street.act(email, "fit")
    await street.act(email, "size")
    return email


async def test_a_promised_call_stands_in_the_list_until_it_is_done(house: House, app: FastAPI, street: Street) -> None:
    email = await wants_a_demonstration(street)
    assert await open_tasks(house) == ["callback"], "a sample is sent by a person"
    await street.act(email, None, "+33 6 12 34 56 78, le soir")
    async with sign_in(house, app, "agent") as client:
        page = await client.get(TASKS)
        assert "Call back" in page.text and "Camille Laurent" in page.text and "Nobody yet" in page.text
        assert "+33612345678" in page.text and "le soir" in page.text, "how they want to be reached"
        path = TASKS + page.text.split(f'action="{TASKS}')[2].split('"')[0]
        assert (await send(client, path, TASKS, do="take")).status_code == 303
        assert "agent@nordlys.example" in (await client.get(f"{TASKS}?whose=mine")).text
        done = await send(client, path, TASKS, do="done", result="Sample sent to Lyon")
        assert done.status_code == 303
        again = await client.post(path, data={"csrf_token": csrf_of(page), "do": "cancel"}, headers=FORM)
        assert again.status_code == 409 and "Somebody else has done" in again.text
        async with house.database.read() as tx:
            noted = [row.action for row in (await tx.execute(audit_table.select())).all()]
        assert [one for one in noted if one.startswith("task: ")] == ["task: take", "task: done"], "what was done"
        assert "Sample sent to Lyon" in (await client.get(f"{TASKS}?state=done")).text
        beside = await client.get(f"/console/conversations/{await street.uid(email)}")
        assert "Nothing is to be done." in beside.text


async def test_a_task_is_added_beside_a_conversation_once_and_a_purchase_calls_it_off(
    house: House, app: FastAPI, street: Street
) -> None:
    email = await street.cart(0)
    await street.wander(timedelta(hours=2))
    uid = await street.uid(email)
    desk = f"/console/conversations/{uid}"
    async with sign_in(house, app, "agent") as client:
        fields = {
            "form": "f" * 22, "conversation": uid, "kind": "appointment", "note": "Show <b>both</b> lamps",
            "contact": "=1+1", "due": "2026-03-13T11:00", "back": f"{desk}?open=side",
            "assignee": "agent@nordlys.example",
        }  # fmt: skip
        for _ in range(2):
            assert (await send(client, f"{TASKS}/add", desk, **fields)).headers["location"] == f"{desk}?open=side"
        page = await client.get(TASKS)
        assert "Show &lt;b&gt;both&lt;/b&gt; lamps" in page.text and page.text.count('class="card') == 1
        assert "11:00" in page.text, "in the shop's zone"
        file = await client.get(f"{TASKS}.csv")
        assert "'=1+1" in file.text and "2026-03-13T10:00:00Z" in file.text
        for never in ("tomorrow", "0001-01-01T00:00"):
            odd = await send(client, f"{TASKS}/add", desk, **fields | {"due": never})
            assert odd.status_code == 422
        person = f"/console/people/{await prospect_of(house, email)}"
        by_person = {"prospect": person.rsplit("/", 1)[1], "form": "h" * 22, "kind": "other", "back": person}
        assert (await send(client, f"{TASKS}/add", person, **by_person)).headers["location"] == person
        assert await open_tasks(house) == ["other", "appointment"]
        foreign = await send(
            client, f"{TASKS}/add", desk, **fields | {"assignee": "eve@other.example", "form": "g" * 22}
        )
        assert foreign.status_code == 422
    await street.report("purchase", email, order_id="o-1", amount="89.00", currency="EUR")
    assert await open_tasks(house) == []
    assert sorted(await open_tasks(house, "cancelled")) == ["appointment", "other"]


async def test_a_name_stands_in_the_order_of_its_language(house: House, app: FastAPI) -> None:
    people = (("Réka", "Szabó", "hu"), ("美咲", "佐藤", "ja"), ("Tom", "Baker", "en"))

    async def work(tx: Tx) -> None:
        for number, (first, last, language) in enumerate(people):
            person = await prospects.create(tx, house.clock.now(), first_name=first, last_name=last, language=language)
            await tasks.open_once(
                tx, prospect_id=person, conversation_id=None, kind="other", due_at=None, note=None,
                dedupe_key=str(number), by="test", now=house.clock.now(),
            )  # fmt: skip

    await house.database.transact(work)
    async with sign_in(house, app, "agent") as client:
        for page in (TASKS, "/console/people"):
            seen = (await client.get(page)).text
            assert "Szabó Réka" in seen and "佐藤 美咲" in seen and "Tom Baker" in seen
