"""The HTML part: safe, self-contained, large to tap, in every language and both themes."""

import re
from dataclasses import replace
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.channels.email import compose
from bot.channels.email.page import dressed, split_question
from bot.channels.email.palette import DARK, LIGHT, palette
from bot.web.theme import contrast
from flows.messages import Button, Message, Prompt
from flows.words import LANGUAGES
from tests.bot.channels.email.samples import LINKS, SHOP, TEXTS, offer, outgoing, question, say, staff
from tests.edge.smtp import html


class Reader(HTMLParser):
    """Notes every tag with its attributes, and the words that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def page(message: Message, **changes: Any) -> str:
    mail: EmailMessage = compose(outgoing(message), replace(SHOP, **changes), TEXTS)
    return html(mail)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_its_language_and_direction(language: str) -> None:
    made = page(question(language))
    root = dict(read(made).tags)["html"]
    assert root["lang"] == language
    assert root["dir"] == ("rtl" if language == "ar" else "ltr")
    for text_id in ("email-answer-hint", "email-own-words", "email-unsubscribe", "email-preferences", "email-telegram"):
        assert say(language, text_id) in "".join(read(made).words)
    assert "{{" not in made
    assert "{%" not in made


@pytest.mark.parametrize("message", [question(), offer(), staff()], ids=lambda message: message.kind)
def test_the_page_fetches_nothing(message: Message) -> None:
    made = page(message)
    tags = [tag for tag, _ in read(made).tags]
    assert not {"img", "link", "script", "iframe", "object", "video", "form", "base"} & set(tags)
    assert not re.search(r"url\(|@import|\bsrc=|background=", made)


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7 * 7 }}", "a & b", "&lt;b&gt;"])
def test_words_from_outside_are_shown_as_they_are(evil: str) -> None:
    message = Message(
        kind="offer",
        language="en",
        paragraphs=(f"You looked at {evil}.", f"What about {evil}?"),
        prompt=Prompt("barrier", 1, (Button("x", evil),)),
        subject=evil,
        preheader=evil,
        code=evil,
        url="https://hill.example/?a=1&b=2",
        url_label=evil,
    )
    made = page(message, name=evil, postal_address=evil)
    shown = read(made)
    assert {"script", "img"} & {tag for tag, _ in shown.tags} == set()
    assert "".join(shown.words).count(evil) >= 8


def test_every_answer_is_large_enough_to_tap() -> None:
    made = page(question())
    for option in ("price", "reviews", "other"):
        anchor = next(
            attrs for tag, attrs in read(made).tags if tag == "a" and f"a={option}&" in (attrs.get("href") or "")
        )
        style = anchor["style"] or ""
        assert "display:block" in style
        padding = int(re.search(r"padding:(\d+)px", style)[1])  # type: ignore[index]
        line = int(re.search(r"/(\d+)px", style)[1])  # type: ignore[index]
        assert 2 * padding + line >= 44


def test_every_other_link_is_large_enough_to_tap_as_well() -> None:
    styles = [attrs["style"] or "" for tag, attrs in read(page(question())).tags if tag == "a"]
    for style in styles[1:]:
        padding = int(re.search(r"padding:(\d+)px", style)[1])  # type: ignore[index]
        line = int(re.search(r"/(\d+)px", style)[1])  # type: ignore[index]
        assert 2 * padding + line >= 44


def test_the_shop_comes_first_and_its_small_line_last() -> None:
    words = "".join(read(page(question())).words)
    letter = words[words.index("body {") :]
    assert letter.rstrip().endswith(SHOP.postal_address)
    assert words.rindex("Hill Coffee") > words.index("Preferences")


def test_the_preheader_is_hidden_and_says_what_the_mail_is_about() -> None:
    made = page(question())
    assert re.search(r'<div style="display:none[^>]*>One tap is enough, about 10 seconds', made)
    made = page(offer())
    assert re.search(r'<div style="display:none[^>]*>10% off with the code', made)


def test_the_page_knows_the_night() -> None:
    made = page(question())
    assert '<meta name="color-scheme" content="light dark" />' in made
    assert "@media (prefers-color-scheme: dark)" in made


def test_a_code_can_be_picked_up_at_once_and_is_never_broken() -> None:
    made = page(offer())
    assert re.search(r'<td class="code"[^>]*user-select:all[^>]*>KETTLE-7Q4M</td>', made)
    assert '<b dir="ltr" style="white-space:nowrap">KETTLE-7Q4M</b>' in made


def test_an_address_in_a_paragraph_is_a_link_only_when_it_is_ours() -> None:
    made = page(Message("reply", "en", (f"Here: {LINKS['preferences']} or https://evil.example/",)))
    assert f'<a href="{LINKS["preferences"]}">' in made
    assert "https://evil.example/" in made
    assert 'href="https://evil.example/' not in made


def test_a_persons_line_breaks_are_kept() -> None:
    assert "Kind regards<br>Maria" in page(staff("Kind regards\nMaria"))


def test_a_mail_stays_far_from_the_size_at_which_clients_cut_it() -> None:
    buttons = tuple(Button(f"option_{number}", "An answer of ordinary length") for number in range(12))
    message = replace(question(), prompt=Prompt("barrier", 1, buttons))
    assert len(page(message).encode()) < 60_000


@pytest.mark.parametrize("accent", ["#ffffff", "#000000", "#ffee00", "#0B6B60", "#d40000", "#7f7f7f"])
def test_any_accent_stays_readable_by_day_and_by_night(accent: str) -> None:
    for base in (LIGHT, DARK):
        made = palette(accent, base)
        assert contrast(made.accent, made.accent_ink) >= 4.5
        assert contrast(made.accent_text, made.accent_soft) >= 4.5
        assert contrast(made.ink, made.surface) >= 7
        assert contrast(made.ink_2, made.paper) >= 4.5


def test_an_accent_that_is_no_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        page(question(), accent="red;}")


@pytest.mark.parametrize(
    ("whole", "asked", "added"),
    [
        ("What held you back? One tap is enough.", "What held you back?", "One tap is enough."),
        ("ما سبب ترددك؟ لمسة واحدة تكفي.", "ما سبب ترددك؟", "لمسة واحدة تكفي."),
        ("気になりましたか？ワンタップで。", "気になりましたか？", "ワンタップで。"),
        ("Tell us what it was.", "Tell us what it was.", ""),
        ("See https://x.example/?a=1 please", "See https://x.example/?a=1 please", ""),
    ],
)
def test_the_question_itself_is_set_large(whole: str, asked: str, added: str) -> None:
    assert split_question(whole) == (asked, added)


def test_the_frame_is_made_once() -> None:
    dressed.cache_clear()
    page(question())
    page(offer())
    assert dressed.cache_info().misses == 1
