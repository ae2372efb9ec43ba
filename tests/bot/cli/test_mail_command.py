"""`holdback mail preview`: every mail lies there to be looked at, and nothing is sent."""

import os
import sys
from pathlib import Path

import pytest

from bot.cli.mail_pictures import NoPicture, View, photographer
from flows.words import LANGUAGES
from tests.bot.cli.shell import Shell


def test_every_mail_is_written_in_every_language_with_a_page_of_all(holdback: Shell, tmp_path: Path) -> None:
    said = holdback("mail", "preview", "--out", "mails", "--json")
    assert said.code == 0
    shown = said.json["mails"]
    assert {one["language"] for one in shown} == set(LANGUAGES)
    for language in LANGUAGES:
        kinds = {one["name"].partition("-")[0] for one in shown if one["language"] == language}
        assert kinds == {"confirm", "question", "reminder", "offer", "closing", "reply", "staff"}
    page = (tmp_path / "mails" / "index.html").read_text(encoding="utf-8")
    for one in shown:
        assert (tmp_path / "mails" / f"{one['stem']}.html").is_file()
        assert (tmp_path / "mails" / f"{one['stem']}.txt").is_file()
        assert f'href="{one["stem"]}.html"' in page


def test_a_language_the_flow_is_not_sent_in_is_refused_in_one_line(holdback: Shell) -> None:
    said = holdback("mail", "preview", "--language", "xx")
    assert said.code == 2
    assert said.err == "error: the flow 'barriers' is not sent in 'xx'; give one of en, es, fr, ja, ar, hu, cs\n"


def test_without_a_browser_the_mails_are_there_and_one_sentence_says_why_no_picture_is(
    holdback: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    said = holdback("mail", "preview", "--language", "en", "--out", "mails", "--png")
    assert said.code == 1
    assert said.out.splitlines()[1].startswith("no Chromium was found")


def test_without_playwright_one_sentence_says_what_to_install(holdback: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    said = holdback("mail", "preview", "--language", "en", "--out", "mails", "--png")
    assert said.code == 1
    assert said.out.splitlines()[1].endswith("run `pip install 'holdback[pictures]'`, or leave out --png")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("program", ["#!/bin/sh\nexit 1\n", "no program"])
def test_a_browser_that_does_not_start_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    (tmp_path / "chromium").write_text(program)
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(NoPicture, match="Chromium ended before it had taken a picture"), photographer():
        pass


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_a_picture_is_the_whole_page_by_day_and_by_night(tmp_path: Path) -> None:
    page = tmp_path / "long.html"
    style = "html { background: #fff } @media (prefers-color-scheme: dark) { html { background: #000 } }"
    page.write_text(f"<style>{style} body {{ margin: 0; height: 1500px }}</style>")
    with photographer() as camera:
        day, night = camera.take(page, (View("", 300, "light"), View(".dark", 300, "dark")))
    sizes = [int.from_bytes(path.read_bytes()[16:20]) for path in (day, night)]
    heights = [int.from_bytes(path.read_bytes()[20:24]) for path in (day, night)]
    assert (sizes, heights) == ([300, 300], [1500, 1500])
    assert day.read_bytes() != night.read_bytes()


def test_an_own_frame_can_be_begun_with_ours_and_is_checked(
    holdback: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "flows" / "mail" / "mail.mjml.j2"
    own.parent.mkdir(parents=True)
    own.write_text(holdback("mail", "frame").out, encoding="utf-8")
    monkeypatch.setenv("HOLDBACK_FLOWS_DIR", str(tmp_path / "flows"))
    assert holdback("mail", "check").out == "good: mail/mail.mjml.j2, no logo\n"
    own.write_text(own.read_text(encoding="utf-8").replace("<mj-title>", "<mj-titel>"), encoding="utf-8")
    said = holdback("mail", "check")
    assert said.code == 1 and "flows/mail/mail.mjml.j2:3:5: error mail: there is no tag <mj-titel>" in said.out
    assert "there is no tag <mj-titel>" in holdback("mail", "preview").err
