"""In the shop: posters to print in every language, and what people say at the counter, counted apart."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI

from bot.house import House
from flows.words import LANGUAGES
from storage.tables import metadata
from tests.bot.console.asking import send, sign_in
from tests.bot.console.sample import Street

PLACES, WALK_IN = "/console/places", "/console/walk-in"


async def rows(house: House, table: str) -> Sequence[Any]:
    async with house.database.read() as tx:
        return (await tx.execute(metadata.tables[table].select())).all()


async def test_a_place_is_made_its_poster_printed_and_the_place_closed(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent") as client:
        assert "No posters yet" in (await client.get(PLACES)).text
        fields = {"name": "Window <1>", "product_name": "Lampe « Été »", "price": "89,00", "language": "ar"}
        assert (await send(client, PLACES, **fields)).status_code == 303
        twice = await send(client, PLACES, **fields | {"source": "window"})
        assert twice.status_code == 409 and 'value="window"' in twice.text, "nothing typed is lost"
        for wrong in ({"name": ""}, {"price": "cheap"}, {"product_url": "javascript:alert(1)"}, {"language": "tlh"}):
            assert (await send(client, PLACES, **fields | {"name": "Another"} | wrong)).status_code == 422
        (place,) = await rows(house, "places")
        assert (place.source, str(place.price), place.currency) == ("window-1", "89.00", "EUR")
        poster = f"{PLACES}/{place.uid}/poster"
        for language in LANGUAGES:
            page = await client.get(f"{poster}?language={language}&size=a6")
            assert page.status_code == 200 and f'lang="{language}"' in page.text and "poster-a6" in page.text
            assert f"127.0.0.1:8000/d/{place.uid}" in page.text and "<svg" in page.text
        assert 'dir="rtl"' in (await client.get(poster)).text, "in its own language"
        page = await client.get(PLACES)
        assert "Window &lt;1&gt;" in page.text
        assert (await send(client, f"{PLACES}/{place.uid}/close", PLACES, do="close")).status_code == 303
        assert (await client.get(f"/d/{place.uid}")).status_code == 404
        assert (await send(client, f"{PLACES}/{place.uid}/close", PLACES, do="reopen")).status_code == 303
        assert (await client.get(f"/d/{place.uid}")).status_code == 200


async def test_what_is_said_at_the_counter_is_counted_apart_and_can_be_undone(house: House, app: FastAPI) -> None:
    async with sign_in(house, app, "agent") as client:
        noted = await send(
            client, WALK_IN, barrier="price", product_other="Oak shelf", said="<i>24 € more</i> than there"
        )
        assert noted.status_code == 303
        page = await client.get(noted.headers["location"])
        assert "Noted: Price" in page.text and "&lt;i&gt;24 € more" in page.text
        assert 'value="Oak shelf" checked' in page.text, "the product stays for the next one"
        assert await rows(house, "prospects") == [], "nobody who did not want to be known"
        figures = await client.get("/console/barriers")
        assert "In the shop" in figures.text and "No answers here" in figures.text, "never mixed with those asked"
        (row,) = await rows(house, "walk_ins")
        assert (await send(client, f"{WALK_IN}/{row.uid}/undo", WALK_IN)).status_code == 303
        assert "Nobody noted anything" in (await client.get("/console/barriers")).text
        assert (await send(client, f"{WALK_IN}/{row.uid}/undo", WALK_IN)).status_code == 404
        assert [one.action for one in await rows(house, "audit") if "undone" in one.action] == ["walk-in undone"]


async def test_somebody_who_gives_an_address_and_a_yes_becomes_a_prospect(
    house: House, app: FastAPI, street: Street
) -> None:
    known = await street.cart(0)
    fields = {"barrier": "fit", "email": "Zoe@Example.com", "first_name": "Zoe", "consent": "yes", "language": "hu"}
    async with sign_in(house, app, "agent") as client:
        noted = await send(client, WALK_IN, **fields)
        assert "and Zoe is kept" in (await client.get(noted.headers["location"])).text
        zoe = (await rows(house, "prospects"))[-1]
        assert (zoe.source, zoe.medium, zoe.language) == ("shop", "walk-in", "hu")
        yes = (await rows(house, "consents"))[-1]
        assert (yes.prospect_id, yes.channel, yes.granted, yes.way) == (zoe.id, "email", True, "staff")
        assert "e-mailben" in yes.text, "in the words that were read to her"
        (row,) = await rows(house, "walk_ins")
        assert (await send(client, f"{WALK_IN}/{row.uid}/undo", WALK_IN)).status_code == 303
        assert [one.first_name for one in await rows(house, "prospects")] == ["Camille"]
        again = await send(client, WALK_IN, barrier="price", email=known, first_name="Someone Else")
        assert again.status_code == 303
        (camille,) = await rows(house, "prospects")
        assert camille.first_name == "Camille" and camille.medium == "web", "what was known stays"
        for wrong in ({"barrier": "nothing"}, {"email": "no address"}, {"email": "", "phone": "12"}, {"email": ""}):
            page = await send(client, WALK_IN, **fields | wrong)
            assert page.status_code == 422 and 'value="Zoe"' in page.text, wrong
