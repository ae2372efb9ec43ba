"""What Outlook needs of a mail: on Windows Word draws it, and its apps recolour it at night and say so."""

import re
from decimal import Decimal

import pytest

from bot.channels.email import compose
from bot.runtime.products import Product
from flows.messages import Button, Message, Prompt
from flows.words import LANGUAGES
from tests.bot.channels.email.samples import SHOP, TEXTS, offer, outgoing, question
from tests.edge.smtp import html

PRODUCT = Product("Copper Kettle", Decimal("49.00"), "EUR", "https://hill.example/k", "https://hill.example/k.jpg")
SCALE = Message(
    kind="question",
    language="en",
    paragraphs=("How was it?",),
    prompt=Prompt("rating", 1, tuple(Button(str(point), str(point)) for point in range(1, 6))),
)


def page(message: Message) -> str:
    return html(compose(outgoing(message, product=PRODUCT), SHOP, TEXTS))


def for_word(made: str) -> str:
    """What only Word reads."""
    return "".join(re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", made, re.DOTALL))


def for_others(made: str) -> str:
    """What everybody else reads."""
    return re.sub(r"<!--\[if [^\]]*mso[^\]]*\]>.*?<!\[endif\]-->", "", made, flags=re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_says_in_which_direction_it_is_read(language: str) -> None:
    tables = re.findall(r"<table [^>]*>", page(question(language)))
    assert len(tables) > 10
    assert {bool(re.search(f'dir="{"rtl" if language == "ar" else "ltr"}"', table)) for table in tables} == {True}


@pytest.mark.parametrize("message", [question(), offer(), SCALE], ids=["answers", "offer", "scale"])
def test_every_button_is_a_coloured_cell_with_its_padding_where_word_looks_for_it(message: Message) -> None:
    cells = re.findall(r'<td class="(answer|button)( own-words)?"([^>]*)>', page(message))
    assert len(cells) >= 3
    for _, own_words, cell in cells:
        assert re.search(r"mso-padding-alt:\d+px", cell)
        assert own_words or re.search(r'bgcolor="#[0-9a-f]{6}"', cell)


def test_on_large_screens_nothing_grows_out_of_proportion() -> None:
    assert "<o:PixelsPerInch>96</o:PixelsPerInch>" in for_word(page(question()))


@pytest.mark.parametrize(("language", "font"), [("en", "Segoe UI, Arial"), ("ja", "Yu Gothic, Meiryo")])
def test_word_gets_a_font_that_it_has(language: str, font: str) -> None:
    assert f"font-family: {font}, sans-serif !important" in for_word(page(question(language)))
    assert "sans-serif !important" not in for_others(page(question(language)))


def test_links_beside_each_other_keep_apart_without_margins() -> None:
    made = page(question())
    rows = re.findall(r'<td class="[^"]*(?:ways|quiet)[^"]*"[^>]*>(<a .*?)</td>', made, re.DOTALL)
    assert len(rows) == 2
    for row in rows:
        assert for_word(row).count("&nbsp;&nbsp;&nbsp;") == row.count("<a ") - 1 > 0
        assert "&nbsp;" not in for_others(row)


def test_a_picture_keeps_its_shape() -> None:
    (picture,) = re.findall(r'<img class="picture"[^>]*>', page(question()))
    assert 'width="88"' in picture and "height=" not in picture


def test_the_apps_of_outlook_get_the_same_night_as_everybody() -> None:
    styles = re.findall(r"<style>(.*?)</style>", for_others(page(question())), re.DOTALL)
    everybody, colours, grounds = (re.sub(r"\s+", " ", style).strip() for style in styles)
    night = everybody.removeprefix("@media (prefers-color-scheme: dark) { ").removesuffix(" }")
    assert night.count("{") > 10
    for mark, rules in (("[data-ogsc] ", colours), ("[data-ogsb] ", grounds)):
        assert rules.replace(mark, "") == night
        assert all(
            one.strip().startswith(mark) for group in re.findall(r"([^{}]+){", rules) for one in group.split(",")
        )
