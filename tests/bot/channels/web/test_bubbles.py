"""Bubbles: what was said once is shown once, in order, and only our own addresses become links."""

from datetime import UTC, datetime, timedelta

from bot.channels.web.bubbles import bubbles_of, marked
from bot.channels.web.words import Words
from bot.library import Library
from flows.messages import Button, Message, Prompt
from storage.reads.transcript import Heard, Item, Told

NOW = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)
WORDS = Words(Library().common_texts(), "en", "Atelier Nordlys")
LINKS = {"preferences": "/u/TOKEN", "privacy": "/privacy"}
ASKS = Prompt("price", 2, (Button("less", "A little less"),))


def told(number: int, *paragraphs: str, prompt: Prompt | None = None, state: str = "sent", hours: int = 0) -> Told:
    message = Message("question" if prompt else "reply", "en", paragraphs, prompt)
    at = NOW + timedelta(hours=hours)
    return Told(number, at, message, "telegram", state, None, at, at, edited=False)


def heard(number: int, text: str, note: str = "answered", hours: int = 0) -> Heard:
    return Heard(number, NOW + timedelta(hours=hours), text, "web", note, superseded=False)


def said(*items: Item, prompt: Prompt | None = None) -> list[str]:
    return [
        " ".join([*bubble.paragraphs, f"[{bubble.question}]" if bubble.question else ""]).strip()
        for bubble in bubbles_of(items, prompt, WORDS, LINKS, UTC)
    ]


def test_the_open_question_stands_apart_and_an_answered_one_does_not() -> None:
    items = (told(1, "Hello.", "What price?", prompt=ASKS), heard(2, "Twelve"))
    assert said(*items, prompt=ASKS) == ["Hello. [What price?]", "Twelve"]
    assert said(*items) == ["Hello. What price?", "Twelve"]


def test_the_same_question_on_two_channels_is_shown_once() -> None:
    first, copy = told(1, "What price?", prompt=ASKS), told(3, "What price?", prompt=ASKS, hours=2)
    assert said(first, heard(2, "Hm", hours=1), copy, prompt=ASKS) == ["Hm", "[What price?]"]
    assert said(told(1, "Thanks"), told(2, "Thanks")) == ["Thanks", "Thanks"]


def test_what_never_went_out_is_not_shown_unless_it_is_the_open_question() -> None:
    dropped, open_one = told(1, "Too late", state="cancelled"), told(2, "What price?", prompt=ASKS, state="failed")
    assert said(dropped, open_one, prompt=ASKS) == ["[What price?]"]
    assert said(dropped, open_one) == []


def test_commands_and_taps_that_changed_nothing_are_left_out() -> None:
    items = (heard(1, "/start"), heard(2, "Price", "stale"), heard(3, ""), heard(4, "a/b testing"))
    assert said(*items) == ["a/b testing"]


def test_a_talk_of_several_days_says_where_each_begins() -> None:
    days = [
        bubble.day for bubble in bubbles_of((told(1, "a"), told(2, "b"), told(3, "c", hours=5)), None, WORDS, {}, UTC)
    ]
    assert days == ["March 6, 2026", None, "March 7, 2026"]
    assert [bubble.day for bubble in bubbles_of((told(1, "a"), told(2, "b", hours=1)), None, WORDS, {}, UTC)] == [
        None
    ] * 2


def test_only_our_own_addresses_become_links() -> None:
    text = marked("See link:preferences or https://evil.example <i> link:telegram", None, WORDS, LINKS)
    assert text == ('See <a href="/u/TOKEN">Your choices</a> or https://evil.example &lt;i&gt; Go on in Telegram')


def test_a_code_is_kept_in_one_piece_whatever_signs_it_has() -> None:
    assert marked("Use A+B.*<c>!", "A+B.*<c>", WORDS, {}) == 'Use <b class="nowrap" dir="ltr">A+B.*&lt;c&gt;</b>!'


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    for url, linked in (("javascript:alert(1)", False), ("https://nordlys.example/x", True)):
        message = Message("offer", "en", ("Read",), url=url, url_label="Here")
        item = Told(1, NOW, message, "web", "sent", None, NOW, NOW, edited=False)
        assert (bubbles_of([item], None, WORDS, {}, UTC)[0].link is not None) is linked
