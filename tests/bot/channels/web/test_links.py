"""Links: only the right token opens a page, looking changes nothing, and what leads nowhere is a kind page."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from storage import erasure
from storage.database import Tx
from storage.tables import links
from tests.bot.channels.web.place import SHOP, Place

WRONG = "This link does not work"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


async def test_every_changed_cut_or_lengthened_token_leads_to_the_kind_page(place: Place) -> None:
    path = await place.path(await place.somebody())
    token = path.removeprefix("/s/")
    changed = [
        token[:at] + ALPHABET[(ALPHABET.index(sign) + 1) % 64] + token[at + 1 :] for at, sign in enumerate(token)
    ]
    before = await place.everything()
    for wrong in [*changed, token[:-1], token + "A", token[:19], "A" * 500, "x", "%00" * 32, "..%2f..%2fetc"]:
        page = await place.client.get(f"/s/{wrong}")
        assert page.status_code == 404, wrong
        assert WRONG in page.text or "Nothing is here" in page.text
        assert (await place.answer(f"/s/{wrong}", option="price")).status_code == 404
    assert await place.everything() == before


async def test_a_token_opens_only_what_it_was_made_for(place: Place) -> None:
    place.house.bot_name = "nordlys_bot"
    found = await place.house.links(await place.somebody())
    tokens = {
        "survey": found["survey"].rpartition("/")[2],
        "preferences": found["preferences"].rpartition("/")[2],
        "start": found["telegram"].rpartition("=")[2],
    }
    opens = {
        (purpose, page): (await place.client.get(f"/{page}/{token}")).status_code
        for purpose, token in tokens.items()
        for page in ("s", "u")
    }
    assert [key for key, status in opens.items() if status == 200] == [("survey", "s"), ("preferences", "u")]


async def spoil(tx: Tx, prospect: int, change: dict[str, datetime] | None, now: datetime) -> None:
    """Change every link, or erase the prospect."""
    if change is None:
        await erasure.erase(tx, prospect, now, b"k" * 32)
    else:
        await tx.execute(links.update().values(change))


async def test_expired_revoked_and_erased_links_lead_to_the_same_page(place: Place) -> None:
    now = place.house.clock.now()
    pages = set()
    for change in ({"expires_at": now - timedelta(seconds=1)}, {"revoked_at": now}, None):
        prospect = await place.somebody()
        path = await place.path(prospect)
        await place.house.database.transact(partial(spoil, prospect=prospect, change=change, now=now))
        page = await place.client.get(path)
        assert page.status_code == 404
        assert (await place.answer(path, option="price")).status_code == 404
        pages.add(page.text)
    assert len(pages) == 1 and WRONG in pages.pop()
    assert not await place.rows("inbox")


async def test_the_kind_page_speaks_the_visitors_language(place: Place) -> None:
    page = await place.client.get(f"/s/{'A' * 32}", headers={"accept-language": "sw, ar-EG;q=0.8, en;q=0.5"})
    assert '<html lang="ar" dir="rtl">' in page.text and "هذا الرابط لا يعمل" in page.text


async def test_punctuation_behind_a_link_in_a_sentence_does_no_harm(place: Place) -> None:
    path = await place.path(await place.somebody())
    for tail in (".", ",", ")", "!", "»", '"', ">."):
        assert (await place.client.get(path + tail)).status_code == 200


@pytest.mark.parametrize("purpose", ["survey", "preferences"])
async def test_looking_changes_nothing_however_often_and_by_whom(place: Place, purpose: str) -> None:
    prospect = await place.somebody()
    survey = await place.path(prospect)
    await place.answer(survey, option="price")
    path = await place.path(prospect, purpose)
    before = await place.everything()
    prefetch = {"sec-purpose": "prefetch;prerender", "purpose": "prefetch", "x-moz": "prefetch"}
    for _ in range(2):
        for query in ("", "?a=price&v=1", "?a=!stop&v=2", "?done=stop", "?do=stop", "?List-Unsubscribe=One-Click"):
            looked = await place.client.get(path + query, headers=prefetch)
            headed = await place.client.head(path + query)
            assert (looked.status_code, headed.status_code, headed.content) == (200, 200, b"")
        assert (await place.client.options(path)).status_code == 405
        await place.client.get(f"{path}/delete")
        await place.client.get(f"{path}/news")
    assert await place.everything() == before


async def test_a_page_keeps_to_itself_what_it_shows(place: Place) -> None:
    prospect = await place.somebody(last_name="Canary-Laurent", city="Canaryville", attributes={"note": "Canary"})
    path = await place.path(prospect)
    page = await place.client.get(path)
    headers = page.headers
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"].startswith("noindex") and "script-src 'self'" in headers["content-security-policy"]
    assert f"<title>A question from {SHOP}</title>" in page.text
    for secret in ("Canary", "camille", "@example.com", "Camille"):
        assert secret not in page.text


async def test_a_form_from_another_site_is_refused(place: Place) -> None:
    path = await place.path(await place.somebody())
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9"},
    ):
        sent = await place.client.post(path, data={"option": "price", "visit": "1"}, headers=headers)
        assert sent.status_code == 403
    assert not await place.rows("inbox")
    for headers in ({"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": "http://127.0.0.1:8000"}):
        sent = await place.client.post(path, data={"text": ""}, headers=headers)
        assert sent.status_code == 422


async def test_floods_are_braked_per_link_and_guesses_per_address(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place.house.clock, "monotonic", lambda: 0.0)
    path, other = await place.path(await place.somebody()), await place.path(await place.somebody())
    posts = [(await place.answer(path, text="")).status_code for _ in range(35)]
    assert posts.count(422) == 30 and posts[-1] == 429
    assert (await place.answer(other, text="")).status_code == 422
    guesses = [(await place.client.get(f"/s/{number:032}")).status_code for number in range(130)]
    assert guesses.count(404) == 120 and guesses[-1] == 429
    assert (await place.client.get(other)).status_code == 200
