"""How a message looks: text, code and buttons."""

import pytest

from bot.channels.telegram.layout import Written, cut, entities_of, keyboard_of, text_of, utf16, width
from flows.messages import Button, Message
from tests.bot.channels.telegram.world import NONCE, PERSON, SHIPPING, TOO_DEAR, message, outgoing

LONG = Button("other", "Something quite different from all of these")


def labels(markup: Written | None) -> list[list[str]]:
    assert markup is not None
    return [[button["text"] for button in row] for row in markup["inline_keyboard"]]


def keys_of(*buttons: Button) -> list[list[str]]:
    return labels(keyboard_of(outgoing(5, message("What?", buttons=buttons))))


def test_short_answers_stand_two_in_a_row_and_long_ones_alone() -> None:
    assert keys_of(TOO_DEAR, SHIPPING, LONG, TOO_DEAR) == [
        ["Too expensive", "Shipping"],
        [LONG.label],
        ["Too expensive"],
    ]


def test_own_options_stand_below_the_answers_even_if_there_is_room_beside() -> None:
    assert keys_of(TOO_DEAR, PERSON, SHIPPING, TOO_DEAR) == [
        ["Too expensive", "Shipping"],
        ["Too expensive"],
        ["Talk to a person"],
    ]


def test_the_number_in_a_button_is_its_place_in_the_prompt() -> None:
    markup = keyboard_of(outgoing(5, message("What?", buttons=(PERSON, TOO_DEAR, SHIPPING))))
    assert markup is not None
    data = [button["callback_data"] for row in markup["inline_keyboard"] for button in row]
    assert data == [f"{NONCE}:1", f"{NONCE}:2", f"{NONCE}:0"]


def test_japanese_counts_double_and_marks_nothing() -> None:
    assert width("送料が高い") == 10 and width("Ｗ") == 2 and width("e\u0301") == 1 and width("👍") == 2
    eleven = Button("a", "あ" * 11)
    assert keys_of(eleven, eleven) == [[eleven.label], [eleven.label]]
    assert keys_of(Button("a", "あ" * 10), SHIPPING) == [["あ" * 10, "Shipping"]]


def test_a_label_with_nothing_to_see_does_not_spoil_the_message() -> None:
    assert keys_of(Button("price", "  ")) == [["price"]]


def test_no_buttons_without_a_question_or_without_a_nonce() -> None:
    assert keyboard_of(outgoing(5, message("Bye."))) is None
    assert keyboard_of(outgoing(5, message("What?", buttons=(TOO_DEAR,)), nonce=None)) is None


def test_a_link_is_a_button_unless_telegram_would_refuse_it() -> None:
    offer = message("Here.", kind="offer", url="https://shop.example/a", url_label="To the shop")
    assert labels(keyboard_of(outgoing(5, offer))) == [["To the shop"]]
    nameless = message("Here.", kind="offer", url="https://shop.example/a")
    assert labels(keyboard_of(outgoing(5, nameless))) == [["shop.example"]]
    for url in ("http://localhost:8000/s/abc", "ftp://shop.example", "https://[broken", "https://a.b/c d"):
        bad = outgoing(5, message("Here.", kind="offer", url=url, url_label="Go on"))
        assert keyboard_of(bad) is None
        assert text_of(bad) == (f"Here.\n\nGo on: {url}", False)


def test_placeholders_become_the_prospects_own_links() -> None:
    row = outgoing(5, message("See link:preferences"), links={"preferences": "https://shop.example/u/abc"})
    assert text_of(row)[0] == "See https://shop.example/u/abc"


@pytest.mark.parametrize(
    ("text", "code", "offset", "length"),
    [
        ("Your code: SAVE-10.", "SAVE-10", 11, 7),
        ("🎁 ありがとう SAVE-10", "SAVE-10", 9, 7),
        ("XSAVE-10 is not SAVE-10", "SAVE-10", 16, 7),
        ("Code A+B(1)", "A+B(1)", 5, 6),
    ],
)
def test_the_code_is_marked_in_utf16_units(text: str, code: str, offset: int, length: int) -> None:
    assert entities_of(text, code) == [{"type": "code", "offset": offset, "length": length}]


def test_no_mark_where_the_code_does_not_stand() -> None:
    assert (
        entities_of("Nothing here", "SAVE-10")
        == []
        == entities_of("SAVE-10", None)
        == entities_of("SAVE-100", "SAVE-10")
    )


def fits(what: Message) -> str:
    text, shortened = text_of(outgoing(5, what))
    assert shortened and utf16(text) <= 4096
    text.encode()
    return text


def test_what_is_too_long_is_cut_but_the_question_and_the_code_stay() -> None:
    text = fits(
        message("Hello.", "word " * 900, "The code is SAVE-10.", "x " * 1500, "What held you back?", code="SAVE-10")
    )
    assert text.startswith("Hello.\n\n") and text.endswith("\n\nWhat held you back?")
    assert "The code is SAVE-10." in text and "…" in text


def test_one_endless_paragraph_is_cut_at_its_end() -> None:
    text = fits(message("😀" * 5000))
    assert text.endswith("😀…") and utf16(text) >= 4095


def test_cutting_never_halves_a_character() -> None:
    assert cut("ab😀cd", 4) == "ab…" and cut("ab😀cd", 5) == "ab😀…" and cut("abc", 3) == "abc"


def test_broken_characters_do_not_reach_the_wire() -> None:
    assert text_of(outgoing(5, message("a\ud800b\0c", "  ", "\n d"))) == ("a\ufffdbc\n\nd", False)
