"""Taking an answer back in plain words: heard in seven languages, and never where the words only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding import LANGUAGES, find_correction, understand
from flows.understanding.corpus import read_examples

TABLE = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in Path(__file__).with_name("corrections.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_is_heard_and_what_only_looks_like_one_is_not(language: str) -> None:
    rows = {text: wanted for spoken, text, wanted in TABLE if spoken == language}
    assert sum(wanted == "-" for wanted in rows.values()) >= 5
    found = {text: find_correction(text, language) for text in rows}
    assert {text: correction.rest if correction else "-" for text, correction in found.items()} == rows


@pytest.mark.parametrize(
    ("language", "text", "barrier"),
    [
        ("en", "no, I meant the delivery costs", "shipping"),
        ("fr", "pardon, en fait c'est le prix", "price"),
        ("ja", "すみません、間違えました。送料です", "shipping"),
        ("hu", "nem az ár, hanem a szállítás", "shipping"),
    ],
)
def test_what_is_said_instead_is_understood_like_any_text(language: str, text: str, barrier: str) -> None:
    correction = find_correction(text, language)
    assert correction and understand(correction.rest, language).barriers == (barrier,)


def test_answers_are_next_to_never_taken_for_corrections() -> None:
    rows = read_examples()[::3]
    taken = [row.text for row in rows if find_correction(row.text, row.language)]
    assert len(taken) <= len(rows) // 500, taken


def test_english_is_heard_whatever_is_spoken() -> None:
    assert all(find_correction("go back", language) for language in LANGUAGES)


def test_a_letter_is_no_correction() -> None:
    assert find_correction("no, I meant " + "the price and the shipping and the colour " * 20, "en") is None


@settings(deadline=None, max_examples=150)
@given(
    text=st.text(st.one_of(st.characters(), st.sampled_from("no, I meantbackнеじゃなくて戻る、مو")), max_size=60),
    language=st.sampled_from([*LANGUAGES, "xx"]),
)
def test_any_text_is_a_correction_or_none(text: str, language: str) -> None:
    correction = find_correction(text, language)
    assert correction is None or len(correction.rest) <= len(text) * 18
