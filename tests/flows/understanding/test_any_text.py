"""Whatever is typed, understanding answers, the same each time, and quickly."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding import LANGUAGES, is_stop_word, understand
from flows.understanding.model import load_model
from flows.understanding.normalise import normalise

ANY_CHARACTER = st.characters(codec=None, exclude_categories=())
SCRIPTS = st.text(
    st.one_of(ANY_CHARACTER, st.sampled_from("stop やめて配信 إيقاف ěšč őű ?!,.'’\x00\ud800👍🏽ー")), max_size=80
)


@settings(deadline=None, max_examples=300)
@given(text=SCRIPTS, language=st.sampled_from([None, "", "xx", *LANGUAGES]))
def test_any_string_is_understood_somehow_and_always_alike(text: str, language: str | None) -> None:
    understood = understand(text, language)
    model = load_model()
    assert understood == understand(text, language)
    assert understood.text == text and understood.language in LANGUAGES
    assert understood.intent in model.intents and set(understood.barriers) <= set(model.barriers)
    assert 0 <= understood.confidence <= 1
    assert len(understood.candidates) == (3 if understood.intent == "answer" else 0)
    assert understood.ask in (None, "barriers", *model.intents)
    assert not is_stop_word(text) or understood.intent in ("stop", "delete_data")


@settings(deadline=None)
@given(SCRIPTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "...", "👍", "\u200f", "a" * 5000, "stop " * 1000])
def test_odd_texts_do_no_harm(text: str) -> None:
    assert understand(text).text == text


def test_nothing_said_is_chitchat_of_no_confidence() -> None:
    understood = understand("  \n")
    assert (understood.intent, understood.confidence, understood.barriers) == ("chitchat", 0.0, ())


def test_a_stop_at_the_end_of_a_long_letter_is_heard() -> None:
    assert understand("the weather is nice. " * 200 + "please stop sending me messages").intent == "stop"


def test_a_text_takes_about_a_millisecond() -> None:
    text = "je trouve que la livraison est un peu trop chère pour un si petit objet"
    understand(text)
    started = time.process_time()
    for _ in range(50):
        understand(text)
    assert (time.process_time() - started) / 50 < 0.01
