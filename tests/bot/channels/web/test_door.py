"""Posters in the shop: looking makes nobody, the first answer makes one person, known by where they came from."""

from typing import Any

import pytest

from bot.channels.telegram.keeping import raw_input
from bot.channels.web import door as door_page
from storage import campaigns, places
from storage.database import Tx
from tests.bot.channels.telegram.world import written
from tests.bot.channels.web.place import ADDRESS, Place, pages_of
from tests.bot.web.asking import asking

FORM = {"form": f"{'v' * 22}.tap", "visit": "1"}


async def hang(place: Place, name: str = "Shop window", **fields: Any) -> str:
    """A poster; returns what stands on it."""
    facts = {"source": "window", "product_name": "Birch desk lamp", "language": "hu"} | fields

    async def work(tx: Tx) -> str | None:
        await campaigns.set_state(tx, "barriers", "running", place.house.clock.now())
        return await places.create(tx, name=name, by="anna", now=place.house.clock.now(), **facts)

    uid = await place.house.database.transact(work)
    assert uid is not None
    return uid


async def start(place: Place, token: str, number: int) -> None:
    await place.house.intake.put_many([raw_input(written(f"/start {token}") | {"update_id": number})])
    await place.house.settle()


async def test_looking_makes_nobody_and_the_first_answer_one_person(place: Place) -> None:
    door = f"/d/{await hang(place)}"
    before = await place.everything()
    for _ in range(3):
        page = await place.client.get(door)
        assert page.status_code == 200 and 'lang="hu"' in page.text and 'value="price"' in page.text
        assert (await place.client.head(door)).status_code == 200
    assert "Birch desk lamp" in (await place.client.get(f"{door.upper().replace('/D/', '/d/')}?lang=en")).text
    assert await place.everything() == before
    first = await place.client.post(door + "?lang=en", data=FORM | {"option": "price"})
    assert first.headers["location"].startswith("/s/")
    again = await place.client.post(door + "?lang=en", data=FORM | {"option": "price"})
    assert again.headers["location"] == first.headers["location"], "sent twice, it is one person"
    (somebody,) = await place.rows("prospects")
    assert (somebody.source, somebody.medium, somebody.product_name) == ("window", "qr", "Birch desk lamp")
    assert somebody.language == "en" and await place.rows("consents") == []
    assert [row.value for row in await place.rows("answers")] == ["price"]
    assert [row.came for row in await place.rows("places")] == [1]
    own = await place.client.get(first.headers["location"].removesuffix("#now"))
    assert own.status_code == 200 and 'value="up_to_10"' in own.text
    assert (await place.client.get(f"{door}?v={'v' * 22}")).headers["location"] == first.headers["location"]


@pytest.mark.slow
async def test_own_words_count_and_what_is_no_answer_is_said_back(place: Place) -> None:
    door = f"/d/{await hang(place)}?lang=en"
    assert (await place.client.post(door, data=FORM | {"option": "not one of them"})).status_code == 303
    empty = await place.client.post(door, data=FORM | {"text": "  "})
    assert empty.status_code == 422 and 'role="alert"' in empty.text
    long = await place.client.post(door, data=FORM | {"text": "long " * 1000})
    assert long.status_code == 422 and "long long" in long.text, "nothing is lost"
    foreign = await place.client.post(door, data=FORM, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert await place.rows("prospects") == []
    said = await place.client.post(door, data=FORM | {"text": "The delivery takes too long"})
    assert said.headers["location"].startswith("/s/")
    assert [row.barriers for row in await place.rows("answers")] == [["shipping"]]


async def test_a_closed_or_unknown_poster_is_refused_kindly(place: Place) -> None:
    uid = await hang(place)
    assert await place.house.database.transact(lambda tx: places.close(tx, uid, place.house.clock.now()))
    for door in (f"/d/{uid}", "/d/" + "x" * 22, "/d/%00", "/d/" + "x" * 5000):
        for answer in (await place.client.get(door), await place.client.post(door, data=FORM | {"option": "price"})):
            assert answer.status_code == 404 and "This link does not work" in answer.text
    assert await place.rows("prospects") == []


@pytest.mark.slow
async def test_newcomers_from_one_address_are_let_in_at_a_pace(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_page, "NEW_PEOPLE", 1)
    door = f"/d/{await hang(place)}"
    async with asking(pages_of(place.house), ADDRESS) as client:
        for number, status in ((1, 303), (2, 429)):
            answer = await client.post(door, data={"form": f"{number:022}.tap", "visit": "1", "option": "price"})
            assert answer.status_code == status
    assert len(await place.rows("prospects")) == 1


async def test_a_poster_starts_the_bot_and_scanning_it_twice_is_the_same_person(place: Place) -> None:
    uid = await hang(place)
    for number in (1, 2):
        await start(place, uid, number)
    (somebody,) = await place.rows("prospects")
    assert (somebody.source, somebody.medium, somebody.first_name) == ("window", "qr", "Test")
    (talk,) = await place.rows("conversations")
    assert talk.status == "asking" and talk.product == "Birch desk lamp"
    agreed = await place.rows("consents")
    assert {(row.channel, row.granted, row.way) for row in agreed} == {("telegram", True, "qr")}
    assert [row.came for row in await place.rows("places")] == [1]
