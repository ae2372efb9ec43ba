"""What tells who wrote a text is taken out of it, in every script; the reason they gave stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.understanding.hiding import HIDDEN, hide


@pytest.mark.parametrize(
    ("text", "known", "left"),
    [
        ("call me on +36 30 123-4567, too dear", (), "call me on …, too dear"),
        ("write to anna.k@example.com instead", (), "write to … instead"),
        ("see https://example.com/me?id=3 or @annak", (), "see … or …"),
        ("I'm Anna Kovács and it costs too much", ("Anna", "Kovács"), "I'm … and it costs too much"),
        ("Kovácsnak drága, kérdezze ANNÁT", ("Anna", "Kovács"), "… drága, kérdezze …"),
        ("Novákovi to je drahé", ("Novák",), "… to je drahé"),
        ("田中ですが、送料が高いです", ("田中",), "…ですが、送料が高いです"),
        ("أنا فاطمة والشحن غالي", ("فاطمة",), "أنا … والشحن غالي"),
        ("order ٤٥٦٧٨ is late", (), "order … is late"),
        ("too expensive", ("Al", ""), "too expensive"),
    ],
)
def test_names_numbers_and_addresses_are_hidden(text: str, known: tuple[str, ...], left: str) -> None:
    assert hide(text, known) == left


@given(st.text(), st.lists(st.text(max_size=8), max_size=3))
def test_any_text_can_be_hidden_and_no_digit_is_left(text: str, known: list[str]) -> None:
    hidden = hide(text, known)
    assert not any(letter.isdecimal() for letter in hidden)
    assert HIDDEN in hidden or len(hidden) <= len(text)
