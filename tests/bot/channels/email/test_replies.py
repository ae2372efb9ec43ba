"""Answers as mail programs write them: what is new is found, in seven languages, and the rest is cut off."""

import json
from pathlib import Path

import pytest

from bot.channels.email.parts import read_parts
from bot.channels.email.replies import written
from bot.channels.email.thin import thin

MAILS = Path(__file__).parent / "mails"
EXPECTED: dict[str, str] = json.loads((MAILS / "expected.json").read_text(encoding="utf-8"))


def mail(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


def test_every_mail_has_its_expected_words() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == set(EXPECTED) and len(EXPECTED) >= 60


def test_the_whole_mail_is_there_for_staff_without_the_keys_to_the_persons_pages() -> None:
    raw = mail("stop-en").replace(b"/s/TOKEN", b"/s/Zm9vYmFyYmF6cXV4").replace(b"/u/TOKEN", b"/u/Zm9vYmFyYmF6cXV4")
    whole = written(read_parts(raw)).whole
    assert "STOP" in whole and "wrote:" in whole and "/s/…?a=3Dprice" not in whole and "/s/…?a=price" in whole
    assert "/u/…" in whole and "Zm9vYmFy" not in whole


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_new_words_of_a_mail_are_found(name: str) -> None:
    assert written(read_parts(thin(mail(name)))).words == EXPECTED[name]
