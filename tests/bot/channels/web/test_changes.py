"""An earlier answer is changed on the page: by a form of its own, only where the engine allows it, and each once."""

import re

from flows.words import LANGUAGES
from tests.bot.channels.web.place import Place
from tests.bot.channels.web.test_survey import form_ids, staff, visit_of

WORDS = {
    "en": "Change", "es": "Cambiar", "fr": "Modifier", "ja": "変更する", "ar": "تغيير", "hu": "Módosítás",
    "cs": "Změnit",
}  # fmt: skip


def changes(page: str) -> dict[str, list[str]]:
    """The options that earlier answers may become, by visit."""
    found = {}
    for form in re.findall(r'<details class="change">.*?</details>', page, re.DOTALL):
        (visit,) = re.findall(r'name="of" value="(\d+)"', form)
        found[visit] = re.findall(r'name="to" value="([^"]+)"', form)
    return found


async def change(place: Place, path: str, of: str, to: str, form: str | None = None) -> str:
    """Post the form of an earlier answer; returns where it led."""
    page = (await place.client.get(path)).text
    fields = {"do": "change", "form": form or form_ids(page)[1], "of": of, "to": to}
    sent = await place.client.post(path, data=fields)
    assert sent.status_code == 303
    return sent.headers["location"]


async def test_an_earlier_answer_becomes_another_and_the_conversation_goes_on_from_there(place: Place) -> None:
    path = await place.path(await place.somebody())
    first = (await place.client.get(path)).text
    assert changes(first) == {}, "nothing was answered yet"
    await place.answer(path, option="price")
    page = (await place.client.get(path)).text
    (options,) = changes(page).values()
    assert "shipping" in options and "price" not in options and not any(one.startswith("!") for one in options)
    assert "Change<span" in page and "What price would feel right" in page
    assert await change(place, path, "1", "shipping") == f"{path}#now"
    page = (await place.client.get(path)).text
    assert "I understood: Shipping cost or time." in page and "What bothers you about the shipping?" in page
    said = await place.rows("answers")
    assert [(row.value, row.superseded_at is None) for row in said] == [("price", False), ("shipping", True)]
    journal = await place.rows("journal")
    assert journal[-1].said == "Shipping cost or time" and journal[-1].note == "changed", "as an old button in Telegram"
    assert len(changes(page)) == 1, "what was taken back is not offered again"
    await place.answer(path, option="cost", visit=visit_of(page))
    assert [row.value for row in await place.rows("answers") if row.superseded_at is None] == ["shipping", "cost"]


async def test_a_change_sent_twice_is_one_and_of_two_forms_of_one_page_both_count(place: Place) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="price")
    form = form_ids((await place.client.get(path)).text)[1]
    assert [await change(place, path, "1", "fit", form) for _ in range(2)] == [f"{path}#now"] * 2
    (visit,) = changes((await place.client.get(path)).text)
    assert await change(place, path, visit, "trust", form) == f"{path}#now"
    said = await place.rows("answers")
    assert [row.value for row in said] == ["price", "fit", "trust"] and said[-1].superseded_at is None


async def test_what_the_engine_would_not_take_changes_nothing(place: Place) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="price")
    before = await place.everything()
    for of, to in (("1", "price"), ("1", "nonsense"), ("1", "!stop"), ("99", "fit"), ("x", "fit"), ("1", "")):
        assert (await change(place, path, of, to)).startswith(f"{path}?v=")
    assert await place.everything() == before


async def test_where_a_person_writes_or_a_last_word_was_said_nothing_can_be_changed(place: Place) -> None:
    path = await place.path(await place.somebody())
    await place.answer(path, option="price")
    await staff(place, "take")
    assert changes((await place.client.get(path)).text) == {}
    before = await place.rows("answers")
    assert await change(place, path, "1", "fit") == f"{path}?v=1#now"
    await staff(place, "release")
    assert list(changes((await place.client.get(path)).text)) == ["1"]
    await place.answer(path, text="stop")
    assert changes((await place.client.get(path)).text) == {}
    assert await place.rows("answers") == before


async def test_the_button_speaks_the_language_of_the_conversation(place: Place) -> None:
    assert set(WORDS) == set(LANGUAGES)
    for language, word in WORDS.items():
        path = await place.path(await place.somebody(language=language))
        await place.answer(path, option="price")
        page = (await place.client.get(path)).text
        assert f"<summary>{word}<span" in page and "web-change" not in page
