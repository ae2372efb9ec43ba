"""Words, numbers and times as readers of other languages and zones see them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from bot import console, report
from bot.channels import web
from bot.demo import pages as demo_pages
from bot.web.pages import HERE, Pages, Shop
from bot.web.texts import Texts, direction
from flows.words import BARRIERS

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
LANGUAGES = ("ar", "cs", "en", "es", "fr", "hu", "ja")


def pages() -> Pages:
    return Pages(Shop("Nordlys"), now=lambda: NOW, zone="Europe/Paris")


def say(source: str, language: str = "en", **context: object) -> str:
    one = pages()
    values = {"now": NOW, "zone": "Europe/Paris", "language": language} | context
    return one.environment.from_string(source).render(values)


def room(folder: Path, text: str, name: str = "en") -> Path:
    (folder / "texts").mkdir(parents=True)
    (folder / "texts" / f"{name}.ftl").write_text(text, encoding="utf-8")
    return folder / "texts"


def test_every_barrier_and_every_delivery_state_has_a_word() -> None:
    assert all(say("{{ t('barrier-' ~ b) }}", b=barrier) for barrier in BARRIERS)
    states = ("ready", "leased", "sending", "sent", "failed", "unknown", "cancelled")
    assert all(say("{{ t('delivery-' ~ s) }}", s=state) for state in states)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_prospects_meet_is_said_in_every_language(language: str) -> None:
    texts = Texts([HERE / "texts"])
    assert texts.ids("ja") <= texts.ids(language)
    assert texts.ids(language) <= texts.ids("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_rooms_together_can_be_read_in_every_language(language: str) -> None:
    rooms = (HERE, web.ROOM, report.ROOM, console.ROOM, demo_pages.ROOM)
    assert Texts([room / "texts" for room in rooms]).ids(language)


def test_a_language_without_the_text_speaks_english() -> None:
    assert say("{{ t('search') }}", "hu") == "Search"


def test_a_text_that_nobody_wrote_is_named() -> None:
    with pytest.raises(KeyError, match="no text 'nobody-wrote-this'"):
        say("{{ t('nobody-wrote-this') }}")


def test_a_text_without_its_argument_is_named() -> None:
    with pytest.raises(KeyError, match="'sample-size' cannot be said"):
        say("{{ t('sample-size') }}")


def test_two_rooms_may_not_own_the_same_wording(tmp_path: Path) -> None:
    folders = [room(tmp_path / "a", "hello = Hello\n"), room(tmp_path / "b", "hello = Hi\n")]
    with pytest.raises(ValueError, match="'hello' stands in both"):
        Texts(folders).ids("en")


def test_a_line_that_fluent_cannot_read_is_shown(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot read: 'this is no message'"):
        Texts([room(tmp_path, "this is no message\n")]).ids("en")


def test_an_argument_is_escaped_on_the_page() -> None:
    assert say("{{ t('sample-size', n=n) }}", n="<b>") == "n = &lt;b&gt;"


def test_arabic_runs_from_right_to_left() -> None:
    assert (direction("ar"), direction("ar-EG"), direction("ja")) == ("rtl", "rtl", "ltr")


@pytest.mark.parametrize(
    ("source", "language", "words"),
    [
        ("{{ 1234567|number }}", "en", "1,234,567"),
        ("{{ 12.5|number(1) }}", "hu", "12,5"),
        ("{{ 0.183|percent(1) }}", "en", "18.3%"),
        ("{{ 0.183|percent }}", "fr", "18\u202f%"),
        ("{{ 0.004|percent }}", "en", "0.4%"),
        ("{{ 12.5|money('EUR') }}", "en", "€12.50"),
        ("{{ 1200|money('JPY') }}", "ja", "￥1,200"),
        ("{{ 12.5|money('EUR', 'fr') }}", "en", "12,50\xa0€"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(source: str, language: str, words: str) -> None:
    assert say(source, language).replace("\xa0%", "\u202f%") == words


@pytest.mark.parametrize("name", ["number", "percent", "money('EUR')", "reltime", "clock", "day", "exact"])
def test_unknown_is_a_dash_and_never_zero(name: str) -> None:
    assert say("{{ none|" + name + " }}") == "–"


def test_zero_is_zero() -> None:
    assert say("{{ 0|number }} {{ 0|percent }}") == "0 0%"


def test_a_relative_time_carries_the_exact_one_in_the_readers_zone() -> None:
    tag = say("{{ m|reltime }}", m=NOW - timedelta(hours=3))
    assert tag.startswith('<time datetime="2026-03-12T06:30:00Z" title="Mar 12, 2026, 7:30:00')
    assert "(Europe/Paris)" in tag
    assert tag.endswith("data-relative>3 hours ago</time>")


def test_a_moment_ago_and_a_moment_to_come() -> None:
    assert ">just now<" in say("{{ m|reltime }}", m=NOW + timedelta(seconds=10))
    assert ">in 2 days<" in say("{{ m|reltime }}", m=NOW + timedelta(days=2))
    assert "3 時間前" in say("{{ m|reltime }}", "ja", m=NOW - timedelta(hours=3))


def test_the_prospects_local_time_can_stand_beside_ours() -> None:
    assert say("{{ m|clock('Asia/Tokyo') }}", "ja", m=NOW).endswith(">18:30</time>")


@pytest.mark.parametrize("name", ["reltime", "clock", "day"])
def test_a_time_without_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="needs its zone"):
        say("{{ m|" + name + " }}", m=NOW.replace(tzinfo=None))


def test_a_name_the_page_does_not_have_is_an_error_and_not_an_empty_space() -> None:
    with pytest.raises(UndefinedError):
        say("{{ nobody }}")


def test_what_people_wrote_is_escaped() -> None:
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "state": {}})
    one = pages()
    source = (
        '{% import "macros/components.html" as ui with context %}{% call ui.bubble("them") %}{{ said }}{% endcall %}'
    )
    context = {"request": request, "language": "en", "now": NOW, "zone": "UTC", "said": "<script>alert(1)</script>"}
    assert "<script" not in one.environment.from_string(source).render(context)
