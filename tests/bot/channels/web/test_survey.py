"""The survey page: the conversation is shown, answers are recorded by POST only, and each once."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.runtime import envelopes
from storage import links
from storage.inbox import RawInput
from tests.bot.channels.web.place import Place, open_place


def form_ids(page: str) -> list[str]:
    return re.findall(r'name="form" value="([^"]+)"', page)


def visit_of(page: str) -> str:
    return str(re.findall(r'name="visit" value="(\d+)"', page)[0])


async def staff(place: Place, action: str, text: str | None = None) -> None:
    conversation = (await place.rows("conversations"))[0].uid
    payload = envelopes.staff_action(conversation, action, "anna@nordlys.example", text)  # type: ignore[arg-type]
    rows = await place.house.intake.put_many(
        [RawInput("staff", f"{action}:{text}", f"conversation:{conversation}", payload)]
    )
    assert await place.house.intake.settled(rows[0])


async def test_the_page_says_how_far_the_conversation_is(sqlite_url: str, tmp_path: Path) -> None:
    async with open_place(tmp_path, sqlite_url) as place:
        path = await place.path(await place.somebody())
        first = await place.client.get(path)
        assert "Question 1 of at most 3" in first.text
        chosen = await place.client.get(f"{path}?a=price")
        assert "Send this answer" in chosen.text and "Question 1" not in chosen.text
        await place.answer(path, option="price", form=form_ids(first.text)[1])
        assert "Question 2 of at most 3" in (await place.client.get(path)).text
        await staff(place, "take")
        assert "Question 2" not in (await place.client.get(path)).text, "a person asks what they like"


async def test_a_whole_conversation_on_the_page_leads_to_one_offer_with_its_code(
    sampled_database_url: str, tmp_path: Path
) -> None:
    async with open_place(tmp_path, sampled_database_url) as place:
        path = await place.path(await place.somebody())
        first = await place.client.get(path)
        assert first.status_code == 200 and "Birch desk lamp" in first.text and "What held you back?" in first.text
        assert not await place.rows("conversations")
        answered = await place.answer(path, option="price", form=form_ids(first.text)[1])
        assert (answered.status_code, answered.headers["location"]) == (303, f"{path}#now")
        second = await place.client.get(path)
        assert "What price would feel right to you?" in second.text and visit_of(second.text) == "2"
        await place.answer(path, text="about twelve percent less", visit="2")
        offered = await place.client.get(path)
        (grant,) = await place.rows("grants")
        assert grant.code and f"data-code>{grant.code}</span>" in offered.text
        await place.answer(path, option="yes", visit=visit_of(offered.text))
        over = await place.client.get(path)
        assert "This conversation is over" in over.text and grant.code in over.text and "/u/" in over.text
        assert 'name="option"' not in over.text and "<textarea" not in over.text
        answers = await place.rows("answers")
        assert [(row.value, row.verbatim, row.channel) for row in answers] == [
            ("price", "The price", "web"),
            (answers[1].value, "about twelve percent less", "web"),
            ("yes", "Yes, thank you", "web"),
        ]


async def test_an_answer_link_shows_the_answer_and_records_it_only_when_it_is_sent(place: Place) -> None:
    path = await place.path(await place.somebody())
    before = await place.everything()
    chosen = await place.client.get(f"{path}?a=price&v=1")
    assert "You chose:" in chosen.text and '<p class="choice-made">The price</p>' in chosen.text
    assert chosen.text.count('name="option"') == 1 and 'name="c" value="email"' in chosen.text
    assert await place.everything() == before
    await place.answer(path, option="price", c="email")
    assert [(row.value, row.channel) for row in await place.rows("answers")] == [("price", "email")]


@pytest.mark.parametrize("query", ["?a=nonsense&v=1", "?a=price&v=x", "?a=&v=", "?a=%00%FF&v=-1", "?v=99999999999999"])
async def test_an_answer_link_that_was_cut_or_changed_shows_the_question(place: Place, query: str) -> None:
    page = await place.client.get(await place.path(await place.somebody()) + query)
    assert page.status_code == 200 and "What held you back?" in page.text


async def test_the_answer_of_an_earlier_question_leads_to_where_we_are_now(place: Place) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="price")
    page = await place.client.get(f"{path}?a=shipping&v=1")
    assert "here is where we are now" in page.text and "What price would feel right" in page.text
    before = await place.everything()
    late = await place.answer(path, option="shipping")
    assert late.headers["location"] == f"{path}?v=1#now"
    assert "here is where we are now" in (await place.client.get(late.headers["location"])).text
    assert await place.everything() == before


async def test_a_form_sent_ten_times_at_once_is_one_answer_and_nobody_is_told_off(place: Place) -> None:
    path = await place.path(await place.somebody())
    form = form_ids((await place.client.get(path)).text)[1]
    sent = await asyncio.gather(*(place.answer(path, option="price", form=form) for _ in range(10)))
    assert {answer.headers["location"] for answer in sent} == {f"{path}#now"}
    assert len(await place.rows("answers")) == 1 and len(await place.rows("inbox")) == 1


async def test_of_two_tabs_that_answer_at_once_the_last_word_stands(place: Place) -> None:
    path = await place.path(await place.somebody())
    await asyncio.gather(*(place.answer(path, option=option) for option in ("price", "trust", "fit")))
    said = await place.rows("answers")
    standing = [answer for answer in said if answer.superseded_at is None]
    assert len(standing) == 1 and standing[0].id == max(answer.id for answer in said)


async def test_nothing_and_too_much_are_refused_kindly_and_no_word_is_lost(place: Place) -> None:
    path = await place.path(await place.somebody())
    nothing = await place.answer(path, text="  \r\n ")
    assert nothing.status_code == 422 and "Please choose an answer or write a few words." in nothing.text
    much = await place.answer(path, text="ű" * 4001)
    assert much.status_code == 422 and "longer than 4,000" in much.text and "ű" * 4001 in much.text
    wrong_kind = await place.client.post(path, content=b"{}", headers={"content-type": "application/json"})
    assert wrong_kind.status_code == 422
    assert not await place.rows("inbox")


async def test_what_is_said_first_stands_below_the_question_it_answers(place: Place) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, text="It is far too expensive")
    page = (await place.client.get(path)).text
    assert page.index("What held you back?") < page.index("It is far too expensive") < page.index("I understood")


async def test_words_that_look_like_markup_are_only_words(place: Place) -> None:
    path = await place.path(await place.somebody(product_name="<b>lamp</b> link:preferences"))
    await place.answer(path, option="other")
    words = "<script>alert(1)</script>\x00\x1b &amp; link:preferences \U0001f4a1"
    await place.answer(path, text=words, visit="2")
    page = (await place.client.get(path)).text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; link:preferences" in page
    assert "&lt;b&gt;lamp&lt;/b&gt;" in page


async def test_a_person_takes_over_writes_and_hands_back(place: Place) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="price")
    await staff(place, "take")
    held = (await place.client.get(path)).text
    assert "A person at Atelier Nordlys is writing with you." in held and "<textarea" in held
    assert 'class="chip"' not in held and "anna@nordlys.example" not in held
    await staff(place, "say", "Hello, Anna here. May I help?")
    await place.answer(path, text="Yes please")
    page = (await place.client.get(path)).text
    assert page.index("Anna here") < page.index("Yes please")
    await staff(place, "release")
    back = (await place.client.get(path)).text
    assert "Back to where we were" in back and 'class="chip"' in back


async def test_what_is_new_can_be_asked_for_and_nothing_new_is_no_news(place: Place) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="price")
    poll = re.findall(r'hx-get="([^"]+)"', (await place.client.get(path)).text)[0].replace("&amp;", "&")
    assert (await place.client.get(poll)).status_code == 204
    await staff(place, "say", "I am here")
    news = await place.client.get(poll)
    assert "I am here" in news.text and "The price" not in news.text and "<html" not in news.text
    again = re.findall(r'hx-get="([^"]+)"', news.text)[0].replace("&amp;", "&")
    assert (await place.client.get(again)).status_code == 204


async def test_the_language_is_changed_before_and_during_the_conversation(place: Place) -> None:
    path = await place.path(await place.somebody())
    changed = await place.answer(path, do="language", language="ar")
    assert changed.status_code == 303
    page = (await place.client.get(path)).text
    assert '<html lang="ar" dir="rtl">' in page and "ما سبب ترددك" in page
    await place.answer(path, option="price", visit=visit_of(page))
    await place.answer(path, do="language", language="ja")
    page = (await place.client.get(path)).text
    assert '<html lang="ja" dir="ltr">' in page and 'lang="ar"' in page and visit_of(page) == "3"
    await place.answer(path, do="language", language="xx")
    assert '<html lang="ja"' in (await place.client.get(path)).text


async def test_please_stop_stops(place: Place) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="!stop")
    assert [row.outcome for row in await place.rows("conversations")] == ["stopped"]
    assert [row.granted for row in await place.rows("consents")][-2:] == [False, False]
    assert "We will not write to you again" in (await place.client.get(path)).text


async def test_with_a_bot_the_page_leads_there_with_a_link_and_a_picture_to_scan(place: Place) -> None:
    place.house.bot_name = "nordlys_bot"
    page = (await place.client.get(await place.path(await place.somebody()))).text
    assert re.search(r'href="https://t\.me/nordlys_bot\?start=[\w-]{20,64}"', page) and "data:image/svg+xml" in page


async def test_choices_that_were_never_linked_are_made_when_asked_for(place: Place) -> None:

    prospect = await place.somebody()
    now = place.house.clock.now()
    token = await place.house.database.transact(
        lambda tx: links.token_for(tx, place.house.context.secret, "survey", prospect, None, now)
    )
    page = await place.client.get(f"/s/{token}")
    assert "/u/" not in page.text and 'value="choices"' in page.text
    there = await place.answer(f"/s/{token}", do="choices")
    assert there.status_code == 303 and (await place.client.get(there.headers["location"])).status_code == 200


async def test_an_answer_that_takes_long_is_said_to_be_on_its_way(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy() -> int:
        return 0

    path = await place.path(await place.somebody())
    monkeypatch.setattr(place.house.turner, "take_inbox", busy)
    await asyncio.sleep(0.2)
    sending = asyncio.ensure_future(place.answer(path, option="price"))
    while not await place.rows("inbox"):  # noqa: ASYNC110 - waits for what the page commits
        await asyncio.sleep(0.02)
    page = (await place.client.get(path)).text
    assert "One moment, your answer is on its way." in page and 'http-equiv="refresh"' in page
    assert 'class="chip"' not in page
    monkeypatch.undo()
    assert (await sending).status_code == 303
    assert "What price would feel right" in (await place.client.get(path)).text


async def test_who_sent_them_is_taken_from_the_address_when_nothing_is_known_yet(place: Place) -> None:
    path = await place.path(await place.somebody())
    page = await place.client.get(path + "?utm_source=podcast&utm_campaign=%0Aspring&utm_medium=" + "x" * 300)
    assert 'name="utm_source" value="podcast"' in page.text and 'value="spring"' in page.text
    assert "utm_medium" not in page.text
    before = (await place.rows("prospects"))[0]
    assert (before.source, before.campaign) == (None, None), "looking changes nothing"
    await place.answer(path, option="price", utm_source="podcast", utm_campaign="spring")
    await place.answer(path, text="twelve", visit="2", utm_source="another", utm_medium="mail")
    (known,) = await place.rows("prospects")
    assert (known.source, known.medium, known.campaign) == ("podcast", None, "spring")
    assert [row.source for row in await place.rows("answers")] == ["podcast", "podcast"]
