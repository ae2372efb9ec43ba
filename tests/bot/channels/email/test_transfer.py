"""Text becomes the short lines of mail, and what is read from them is the text."""

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.email.transfer import base64_lines, text_lines

PIECES = st.lists(st.text("aé =.\t\n<山", max_size=30) | st.just("x = y " * 60) | st.just("é\n." * 120), max_size=6)


@settings(max_examples=60)
@given(PIECES)
def test_the_text_comes_out_as_it_went_in(pieces: list[str]) -> None:
    how, lines = text_lines([*pieces, "</html>"])
    read = quopri.decodestring(lines) if how == "quoted-printable" else base64.b64decode(lines)
    assert read.replace(b"\r\n", b"\n").decode() == "".join(pieces) + "</html>"
    assert lines.isascii()
    assert max(len(line) for line in lines.split(b"\r\n")) <= 76
    assert not any(line.endswith((b" ", b"\t")) for line in lines.split(b"\r\n"))


def test_what_many_mails_have_in_common_is_encoded_as_in_a_mail_of_its_own() -> None:
    common = "<p style='margin:0 = 0'>" * 40
    for name in ("Anna", "Zoë", "x" * 75):
        assert quopri.decodestring(text_lines([common, name, common])[1]).decode() == f"{common}{name}{common}"


@pytest.mark.parametrize(("text", "how"), [("mostly plain, é", "quoted-printable"), ("ご意見をお聞かせ", "base64")])
def test_the_shorter_encoding_is_taken(text: str, how: str) -> None:
    assert text_lines([text])[0] == how


def test_a_picture_stands_in_lines_of_its_own() -> None:
    data = bytes(range(256)) * 3
    lines = base64_lines(data)
    assert base64.b64decode(lines) == data
    assert {len(line) for line in lines.split(b"\r\n")[:-2]} == {76} and lines.endswith(b"\r\n")
