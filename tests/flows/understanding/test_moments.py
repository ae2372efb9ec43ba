"""Times that people name: read in seven languages, never in the past, and said back in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding import LANGUAGES
from flows.understanding.corpus import read_examples
from flows.understanding.moments import FURTHEST, find_moment, moment_words

PRAGUE = ZoneInfo("Europe/Prague")
WEDNESDAY = datetime(2026, 11, 18, 14, 20, tzinfo=PRAGUE)
TABLE = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in Path(__file__).with_name("moments.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_named_time_is_read(language: str) -> None:
    rows = [(text, wanted) for spoken, text, wanted in TABLE if spoken == language]
    assert len(rows) > 30
    found = {text: find_moment(text, language, WEDNESDAY) for text, _ in rows}
    read = {text: f"{moment.at:%m-%d %H:%M}" if moment else "-" for text, moment in found.items()}
    assert read == dict(rows)


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "ok, ping me on Monday at TEN then", "on Monday at TEN"),
        ("fr", "écrivez-moi demain, vers 17 heures svp", "demain, vers 17 heures"),
        ("ja", "来週の火曜日、１５時にお願いします", "来週の火曜日、15時"),
        ("ar", "كلمني يوم الأحد الساعة ١٠", "يوم الأحد الساعة ١٠"),
        ("en", "tomorrow I have a lot to do, so at 6", "tomorrow at 6"),
    ],
)
def test_the_words_it_was_read_from_are_shown_as_written(language: str, text: str, said: str) -> None:
    moment = find_moment(text, language, WEDNESDAY)
    assert moment and moment.said == said


@pytest.mark.parametrize(
    ("language", "text", "alone"),
    [
        ("en", "Monday at 10 please", True),
        ("hu", "holnap este, köszönöm", True),
        ("ja", "明日の10時でお願いします", True),
        ("en", "I will buy it next month", False),
        ("es", "el lunes lo compro", False),
    ],
)
def test_a_time_and_nothing_else_is_told_from_a_sentence_with_one(language: str, text: str, alone: bool) -> None:
    moment = find_moment(text, language, WEDNESDAY)
    assert moment and moment.alone is alone


@pytest.mark.parametrize(
    ("now", "text", "wanted"),
    [
        ("2026-11-18 09:00", "at 10", "11-18 10:00"),
        ("2026-11-18 10:00", "at 10", "11-19 10:00"),
        ("2026-11-18 22:00", "this evening", "11-19 18:00"),
        ("2026-11-18 22:00", "today", "11-19 10:00"),
        ("2026-11-21 09:00", "at the weekend", "11-21 10:00"),
        ("2026-11-21 12:00", "at the weekend", "11-22 10:00"),
        ("2026-11-22 12:00", "at the weekend", "11-28 10:00"),
        ("2026-11-22 12:00", "next week", "11-24 10:00"),
        ("2026-11-28 12:00", "next month", "12-05 10:00"),
        ("2026-11-30 12:00", "end of the month", "12-30 10:00"),
        ("2026-12-30 12:00", "on 5 January", "01-05 10:00"),
        ("2026-12-31 12:00", "in a month", "01-31 10:00"),
        ("2027-01-30 12:00", "in a month", "02-28 10:00"),
        ("2028-02-20 12:00", "on 29 February", "02-29 10:00"),
    ],
)
def test_a_time_that_is_over_rolls_on_to_the_next_of_its_name(now: str, text: str, wanted: str) -> None:
    moment = find_moment(text, "en", datetime.fromisoformat(now).replace(tzinfo=PRAGUE))
    assert moment and f"{moment.at:%m-%d %H:%M}" == wanted


@pytest.mark.parametrize("text", ["in 6 months", "next year in a year", "on 5 June", "in 999 weeks", "in a year"])
def test_nothing_is_put_off_for_longer_than_ninety_days(text: str) -> None:
    moment = find_moment(text, "en", WEDNESDAY)
    assert moment and moment.at == WEDNESDAY + FURTHEST


def test_hours_are_counted_and_days_are_named_across_a_change_of_the_clock() -> None:
    before = datetime(2026, 10, 24, 20, 0, tzinfo=PRAGUE)  # that night the clock goes back an hour
    counted, named = find_moment("in 12 hours", "en", before), find_moment("tomorrow at 8", "en", before)
    assert counted and counted.at.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=12)
    assert named and (named.at.hour, named.at.tzinfo) == (8, PRAGUE)


@pytest.mark.parametrize("text", ["Monday at 10", "tomorrow", "in 3 days"])
def test_english_words_are_read_whatever_is_spoken(text: str) -> None:
    assert all(find_moment(text, language, WEDNESDAY) for language in LANGUAGES)


def test_without_a_zone_a_time_means_nothing() -> None:
    with pytest.raises(ValueError, match="time zone"):
        find_moment("tomorrow", "en", WEDNESDAY.replace(tzinfo=None))


def test_answers_without_a_time_hold_none() -> None:
    found = [
        row.text
        for row in read_examples()
        if row.intent in ("stop", "delete_data", "human") and find_moment(row.text, row.language, WEDNESDAY)
    ]
    assert not found


@settings(deadline=None, max_examples=150)
@given(
    text=st.text(st.one_of(st.characters(), st.sampled_from("0123456789:./ inatmon明日週月ヵغدhónap")), max_size=60),
    language=st.sampled_from([*LANGUAGES, "xx"]),
)
def test_any_text_holds_a_time_to_come_or_none(text: str, language: str) -> None:
    moment = find_moment(text, language, WEDNESDAY)
    assert moment is None or (WEDNESDAY < moment.at <= WEDNESDAY + FURTHEST and moment.said)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Monday, November 23 at 10:00"),
        ("es", "lunes, 23 de noviembre, 10:00"),
        ("fr", "lundi 23 novembre à 10:00"),
        ("ja", "11月23日(月曜日) 10:00"),
        ("ar", "الاثنين، 23 نوفمبر، الساعة 10:00"),
        ("hu", "november 23., hétfő, 10:00"),
        ("cs", "pondělí 23. listopadu v 10:00"),
    ],
)
def test_a_time_is_said_back_in_words(language: str, words: str) -> None:
    assert moment_words(datetime(2026, 11, 23, 10, tzinfo=PRAGUE), language, WEDNESDAY) == words


def test_a_time_next_year_is_said_with_its_year() -> None:
    at = datetime(2027, 1, 23, 18, 30, tzinfo=PRAGUE)
    assert moment_words(at, "en", WEDNESDAY) == "Saturday, January 23, 2027 at 18:30"
    assert all("2027" in moment_words(at, language, WEDNESDAY) for language in LANGUAGES)
