"""The playbook: beside the conversation, in the prospect's language, the shop's own words first, and what it led to."""

from datetime import timedelta

import pytest
from fastapi import FastAPI

from bot.console import playbook as pages
from bot.house import House
from bot.library import Library
from flows.playbook import PARTS, fill
from flows.words import BARRIERS, LANGUAGES
from storage import playbook
from tests.bot.console.asking import send, sign_in
from tests.bot.console.sample import Street

BOOK = Library(None).playbook()
DESK, PLAYBOOK = "/console/conversations", "/console/playbook"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_barrier_has_a_guide_and_replies_in_every_language(language: str) -> None:
    values = {"shop": "Nordlys", "product": None, "name": None}
    for barrier in BARRIERS:
        entry = BOOK.entry(barrier, language, values)
        assert all(entry.guide[part] for part in PARTS)
        assert 2 <= len(entry.replies) <= 4
        assert all("{" not in reply.text and len(reply.text) < 300 for reply in entry.replies)
    assert BOOK.entry("a barrier of tomorrow", language, values).barrier == "other"


def test_a_shops_own_words_stand_first_and_only_known_braces_are_filled_in() -> None:
    values = {"shop": "Nordlys", "product": "Lamp", "name": None}
    own = [
        {
            "language": "hu",
            "means": "",
            "replies": [{"id": "own:1", "text": "{product} @ {shop} {0.__class__} {price}"}],
        },
        {"language": "en", "means": "Ask Anna first.", "replies": [{"id": "own:2", "text": "English"}]},
    ]
    entry = BOOK.entry("price", "hu", values, own)
    assert (
        entry.guide["means"] == "Ask Anna first."
        and entry.guide["ask"] == BOOK.entry("price", "hu", values).guide["ask"]
    )
    assert [reply.id for reply in entry.replies][:2] == ["own:1", "price-right"]
    assert entry.replies[0].text == "Lamp @ Nordlys {0.__class__} {price}"
    assert fill("Dear {name}, welcome", {"name": None}) == "Dear, welcome"


async def test_a_ready_reply_is_put_in_sent_and_counted(
    house: House, app: FastAPI, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = await street.cart(0)
    await street.wander(timedelta(hours=2))
    await street.act(email, "price")
    await street.act(email, None, "I would like to talk to a person please")
    path = f"{DESK}/{await street.uid(email)}"
    async with sign_in(house, app, "agent") as client:
        await send(client, f"{path}/take", path)
        page = await client.get(f"{path}?reply=price-right")
        assert "compared with another shop" in page.text, "the guide stands beside it"
        assert "Merci de votre franchise" in page.text.split("<textarea")[1].split("</textarea>")[0]
        assert "Dites" not in (await client.get(f"{path}?reply=nonsense")).text.split("<textarea")[1][:80]
        said = await send(client, f"{path}/say", path, text="Merci !", reply="price-right", form="f" * 22)
        assert said.status_code == 303
        await send(client, f"{path}/say", path, text="Encore", reply="<script>", form="g" * 22)
        await street.report("purchase", email, order_id="o-1", amount="89.00", currency="EUR")
        async with house.database.read() as tx:
            now, week = house.clock.now(), timedelta(days=7)
            led = await playbook.worked(tx, now - timedelta(days=1), week, now + week)
        assert led == {"price-right": playbook.Worked(used=1, ended=1, solved=1, over=1, bought=1)}
        told = (await client.get(PLAYBOOK)).text.replace("&#160;", " ")
        assert "n = 1 · solved 1 of 1, too early to say · bought 0 of 0" in told, "they may still buy"
        monkeypatch.setattr(pages, "FEW", 1)
        told = (await client.get(PLAYBOOK)).text.replace("&#160;", " ")
        assert "solved 1 of 1 = 100% (21%–100%) · bought 0 of 0<" in told, "enough of them: a share and its bounds"


@pytest.mark.slow
async def test_the_shop_writes_its_own_over_ours_and_takes_it_away_again(house: House, app: FastAPI) -> None:
    edit = f"{PLAYBOOK}/edit?barrier=fit&language=fr&product=Oak+shelf"
    key = {"barrier": "fit", "language": "fr", "product": "Oak shelf"}
    async with sign_in(house, app, "agent") as client:
        saved = await send(
            client, f"{PLAYBOOK}/edit", edit, **key, say="Measure <twice>.", reply0="Mesurez {product} !"
        )
        assert saved.headers["location"].endswith("#fit")
        page = await client.get(edit)
        assert "Measure &lt;twice&gt;." in page.text and "Mesurez {product} !" in page.text
        assert "Oak shelf · French" in (await client.get(PLAYBOOK)).text
        long = await send(client, f"{PLAYBOOK}/edit", edit, **key, say="x" * 1001)
        assert long.status_code == 422 and "x" * 1001 in long.text
        assert (await client.get(f"{PLAYBOOK}/edit?barrier=none")).status_code == 404
        assert (await send(client, f"{PLAYBOOK}/edit", edit, **key)).status_code == 303
        assert "ours counts everywhere" in (await client.get(PLAYBOOK)).text
