"""Names stand in the order of their language, and greetings call people as their language does."""

import pytest

from flows.names import addressed_name, full_name


@pytest.mark.parametrize(
    ("language", "full", "addressed"),
    [
        ("en", "Anna Kovács", "Anna"),
        ("hu", "Kovács Anna", "Anna"),
        ("hu-HU", "Kovács Anna", "Anna"),
        ("ja_JP", "Kovács Anna", "Kovács Anna"),
        (None, "Anna Kovács", "Anna"),
    ],
)
def test_a_name_is_written_as_its_language_does(language: str | None, full: str, addressed: str) -> None:
    assert full_name("Anna", "Kovács", language) == full
    assert addressed_name(" Anna ", "Kovács", language) == addressed


def test_what_is_not_known_is_left_out() -> None:
    assert full_name(None, " 佐藤 ", "ja") == addressed_name("", "佐藤", "ja") == "佐藤"
    assert full_name("Anna", None, "hu") == "Anna"
    assert full_name(None, "", "en") == addressed_name(None, "Smith", "en") == ""
