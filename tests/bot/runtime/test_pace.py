"""How many places a channel's pace has to give, and when they begin."""

import pytest

from bot.runtime.pace import AHEAD, SAFETY, Book, Limit, free_places
from bot.runtime.providers import provider_of


def test_a_place_is_as_far_from_the_next_as_asked_and_a_little_more() -> None:
    assert Limit(30).gap == pytest.approx(SAFETY / 30)
    assert Limit().gap == 0


@pytest.mark.parametrize(
    ("booked", "gap", "places"),
    [(0, 0, 64), (0, 0.1, 5), (0.26, 0.1, 3), (AHEAD, 0.1, 0), (0, 60, 1), (0.4, 60, 1), (59, 60, 0), (0, 0.001, 64)],
)
def test_places_are_given_for_a_moment_ahead_only(booked: float, gap: float, places: int) -> None:
    assert free_places(booked, gap, 64) == places


def test_what_was_booked_is_given_away_once_and_a_rest_is_not_saved_up() -> None:
    book = Book()
    assert book.booked(100.0) == 0
    book.book(100.5)
    assert book.booked(100.25) == 0.25
    assert book.booked(200.0) == 0
    book.book(50.0)
    assert book.booked(100.25) == 0.25


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("ann@GMAIL.com", "gmail.com"),
        ("ann@googlemail.com", "gmail.com"),
        ("ann@hotmail.fr", "outlook.com"),
        ("ann@live.co.uk", "outlook.com"),
        ("ann@yahoo.co.jp", "yahoo.com"),
        ("ann@gmx.at", "gmx.net"),
        ("ann@live.music.shop.example", "live.music.shop.example"),
        ("ann@hill.example.", "hill.example"),
        ("nonsense", "nonsense"),
    ],
)
def test_the_addresses_of_one_provider_go_together(address: str, provider: str) -> None:
    assert provider_of(address) == provider
