"""A prospect's choices: stopping at once, also by one click from a mail program, a copy of everything, and erasure."""

import json
from datetime import timedelta
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

from babel.dates import format_date

from flows.audience.attributes import Written
from flows.words import LANGUAGES
from storage import prospect_facts, prospects
from storage.prospect_facts import NewFact
from tests.bot.channels.web.place import SHOP, Place

TICKED = '<input type="checkbox" name="channel" value="email" checked>'
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def asked_by_mail(place: Place) -> tuple[int, str]:
    """Somebody who has answered once; returns the row id and the path of the choices."""
    prospect = await place.somebody()
    await place.answer(await place.path(prospect), option="price")
    return prospect, await place.path(prospect, "preferences")


async def consented(place: Place) -> bool:
    rows = [row for row in await place.rows("consents") if row.channel == "email"]
    return bool(rows[-1].granted)


async def test_a_mail_program_unsubscribes_with_one_post(place: Place) -> None:
    _, path = await asked_by_mail(place)
    place.client.cookies.clear()
    answer = await place.client.post(path, data=ONE_CLICK, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.history, dict(answer.cookies)) == (200, [], {})
    assert not await consented(place)
    assert [row.outcome for row in await place.rows("conversations")] == ["stopped"]
    again = await place.client.post(path, files={"List-Unsubscribe": (None, "One-Click")})
    assert again.status_code == 200


async def test_one_click_works_for_somebody_who_was_never_asked(place: Place) -> None:
    path = await place.path(await place.somebody(), "preferences")
    assert (await place.client.post(path, data=ONE_CLICK)).status_code == 200
    assert not await consented(place)


async def test_one_tap_stops_all_messages_and_the_page_says_so(place: Place) -> None:
    _, path = await asked_by_mail(place)
    page = await place.client.get(path)
    assert TICKED in page.text and "Stop all messages" in page.text and "Telegram" not in page.text
    done = await place.answer(path, do="stop")
    assert done.status_code == 303
    page = await place.client.get(done.headers["location"])
    assert TICKED not in page.text and "By email" in page.text and "You will receive no more messages." in page.text
    assert "Stop all messages" not in page.text and not await consented(place)


async def test_the_language_is_kept(place: Place) -> None:
    _, path = await asked_by_mail(place)
    await place.answer(path, do="language", language="cs")
    page = await place.client.get(path)
    assert '<html lang="cs"' in page.text
    await place.answer(path, do="language", language="../../etc")
    assert [row.language for row in await place.rows("prospects")] == ["cs"]


async def test_everything_we_know_is_a_download_and_that_it_was_given_out_is_noted(place: Place) -> None:
    prospect, path = await asked_by_mail(place)
    file = await place.answer(path, do="export")
    assert file.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(file.text)
    assert data["prospects"][0]["first_name"] == "Camille" and data["answers"][0]["verbatim"] == "The price"
    assert data["identities"][0]["value"] == f"camille{prospect}@example.com"
    assert [(row.actor, row.action) for row in await place.rows("audit")] == [("prospect", "export")]


async def test_deleting_is_asked_once_more_and_then_done(place: Place) -> None:
    _, path = await asked_by_mail(place)
    question = await place.client.get(f"{path}/delete")
    assert "This cannot be undone." in question.text and "Yes, delete it" in question.text
    last = await place.answer(path, do="forget")
    assert last.status_code == 200 and "Your data is being deleted." in last.text
    assert [row.outcome for row in await place.rows("conversations")] == ["erased"]
    assert [row.name for row in await place.rows("timers")] == ["erase"]


async def test_what_is_no_choice_changes_nothing(place: Place) -> None:
    _, path = await asked_by_mail(place)
    before = await place.everything()
    for fields in (
        {},
        {"do": "explode"},
        {"do": "language"},
        {"do": "pause", "length": "9"},
        {"List-Unsubscribe": "Two-Clicks"},
    ):
        assert (await place.client.post(path, data=fields)).status_code == 303
    foreign = await place.client.post(path, data={"do": "stop"}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert await place.everything() == before


async def test_what_is_stored_and_why_is_told_in_every_language(place: Place) -> None:
    for language in LANGUAGES:
        page = await place.client.get(f"/privacy?lang={language}")
        assert f'<html lang="{language}"' in page.text and SHOP in page.text and "Storgata 1" in page.text
        by_browser = await place.client.get("/privacy", headers={"accept-language": f"{language}-XX,en;q=0.1"})
        assert by_browser.text == page.text
        assert "set-cookie" not in page.headers


async def test_people_read_what_is_known_about_them_and_why_in_their_language(place: Place) -> None:
    prospect_id = await place.somebody(
        language="hu", price=Decimal("89.5"), currency="EUR", attributes={"hat": "<6>"}, country="HU"
    )
    now = place.house.clock.now()
    facts = [
        NewFact(prospect_id, "role", Written("payer"), "flow", now),
        NewFact(prospect_id, "referrals", Written("1200", Decimal(1200)), "csv", now),
    ]
    await place.house.database.transact(lambda tx: prospect_facts.put(tx, facts, now))
    page = (await place.client.get(await place.path(prospect_id, "preferences"))).text
    assert "Amit Önről tudunk (9)" in page and "89,50" in page and "1\xa0200" in page
    assert "Szerepe a döntésben:</strong> <bdi>Fizet</bdi>" in page and "Ön mondta el nekünk." in page
    assert "Hogy tudjuk, szállítunk-e Önhöz" in page and "&lt;6&gt;" in page
    told = (await place.client.get("/privacy?lang=hu")).text
    assert "Vásárláshoz vezető ajánlások" in told and "Közönség" not in told and "Ország" in told


async def test_who_is_hardly_known_is_told_so(place: Place) -> None:
    prospect_id = await place.somebody(language=None, first_name=None, product_name=None)
    page = (await place.client.get(await place.path(prospect_id, "preferences"))).text
    assert "We know nothing about you yet but how to reach you." in page


async def test_a_pause_is_told_in_every_language_with_its_day(place: Place) -> None:
    until = place.house.clock.now() + timedelta(days=30)
    for language in LANGUAGES:
        prospect_id = await place.somebody(language=language, timezone="Asia/Tokyo")
        path = await place.path(prospect_id, "preferences")
        assert 'value="quarter"' in (await place.client.get(path)).text
        await place.answer(path, do="pause", length="month")
        page = (await place.client.get(path)).text
        local = (place.house.clock.now() + timedelta(days=30)).astimezone(ZoneInfo("Asia/Tokyo"))
        assert format_date(local, "long", locale=language) in unescape(page) and 'value="quarter"' not in page
    assert all(abs(row.paused_until - until) < timedelta(minutes=1) for row in await place.rows("prospects"))


async def test_an_address_that_does_not_take_mail_cannot_be_chosen(place: Place) -> None:
    prospect_id = await place.somebody()
    now, address = place.house.clock.now(), f"camille{prospect_id}@example.com"
    await place.house.database.transact(lambda tx: prospects.close(tx, "email", address, reason="bounced", now=now))
    path = await place.path(prospect_id, "preferences")
    page = await place.client.get(path)
    assert "By email: Our messages do not arrive there at the moment." in page.text and "checkbox" not in page.text
    await place.answer(path, do="channels", channel="email")
    assert not await consented(place), "nothing is left where we may write, so it is a stop"
