"""What is kept of a mail as it came: the words and what is reported, without attachments, and never too much."""

import base64
import email

import pytest

from bot.channels.email.charsets import decode, decode_words
from bot.channels.email.html_text import html_text
from bot.channels.email.parts import read_parts
from bot.channels.email.quotes import new_words
from bot.channels.email.replies import written
from bot.channels.email.thin import DEEPEST, MOST, thin

HEAD = b"From: Anna <anna@mail.example>\r\nSubject: Re: What held you back?\r\nMIME-Version: 1.0\r\n"
FILE = base64.encodebytes(b"\x00\x01 winmail " * 400).replace(b"\n", b"\r\n")


def mixed(*parts: bytes) -> bytes:
    inside = b"".join(b"--b1\r\n" + part + b"\r\n" for part in parts)
    return HEAD + b'Content-Type: multipart/mixed;\r\n boundary="b1"\r\n\r\n' + inside + b"--b1--\r\n"


WORDS = b"Content-Type: text/plain\r\n\r\nToo dear.\r\n"


@pytest.mark.parametrize(
    "attached",
    [
        b'Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        b"Content-Type: image/jpeg\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        b"Content-Type: text/csv\r\nContent-Disposition: attachment;\r\n filename=a.csv\r\n\r\n",
    ],
)
def test_attachments_are_not_kept_and_the_words_are(attached: bytes) -> None:
    kept = thin(mixed(WORDS, attached + FILE, b"Content-Type: text/plain\r\n\r\nAnd far away.\r\n"))
    assert len(kept) < 700 and FILE[:40] not in kept
    assert written(read_parts(kept)).words == "Too dear.\n\nAnd far away."


def test_a_mail_that_holds_nothing_else_is_kept_as_it_came() -> None:
    for raw in (mixed(WORDS), HEAD + b"\r\nToo dear.\r\n", HEAD, b"", b"\r\n\r\n", b"no mail at all"):
        assert thin(raw) == raw


def test_megabytes_become_a_quarter_of_one() -> None:
    assert len(thin(HEAD + b"\r\n" + b"word \r\n" * 400_000)) == MOST


def test_parts_within_parts_are_read_as_deep_as_anybody_writes_and_no_deeper() -> None:
    nested = WORDS
    for number in range(1000):
        mark = b"b%d" % number
        nested = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n" + nested
        nested += b"\r\n--" + mark + b"--\r\n"
    kept = thin(HEAD + nested)
    assert kept.count(b"boundary=") == DEEPEST + 1
    assert written(read_parts(kept)).words == ""


def test_a_returned_mail_is_kept_with_what_it_returns() -> None:
    report = mixed(WORDS, b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <x@y>\r\n\r\nHello\r\n")
    assert thin(report) == report


@pytest.mark.parametrize(
    "kind", ["", "text", 'text/plain; charset="\xff"', "multipart/mixed", "multipart/mixed; boundary="]
)
def test_a_mail_with_broken_headers_is_read_as_far_as_it_can_be(kind: str) -> None:
    raw = HEAD + b"Content-Type: " + kind.encode("latin-1") + b"\r\nX: \xff\xfe =?x?q?y?=\r\n\r\nToo dear.\r\n"
    parts = read_parts(thin(raw))
    assert parts.first("from") == "Anna <anna@mail.example>" and written(parts).words in ("Too dear.", "")


def test_headers_are_unfolded_and_their_words_decoded() -> None:
    raw = b"Subject: =?utf-8?q?Vissza=C3=A9rkezett?=\r\n =?utf-8?q?_lev=C3=A9l?=\r\nSubject: second\r\n\r\n"
    parts = read_parts(raw)
    assert parts.headers["subject"] == ("Visszaérkezett levél", "second") and parts.first("to") == ""


@pytest.mark.parametrize(
    ("data", "named", "text"),
    [
        ("árvíz".encode("cp1250"), "windows-1250", "árvíz"),
        ("سعر".encode("cp1256"), "WINDOWS-1256", "سعر"),
        (b"\x1b$B2A3J-!\x1b(B 1", "iso-2022-jp", "価格① 1"),
        ("価格".encode("cp932"), "x-sjis", "価格"),
        ("žluť".encode(), "us-ascii", "žluť"),
        ("žluť".encode(), None, "žluť"),
        (b"caf\xe9 \x80", "iso-8859-1", "café €"),
        (b"caf\xe9", "x-unknown", "café"),
        (b"\x81\xfe", "utf-8", "��"),
    ],
)
def test_words_are_read_in_whatever_set_of_signs_they_came(data: bytes, named: str | None, text: str) -> None:
    assert decode(data, named) == text


def test_a_header_that_cannot_be_decoded_stands_as_it_is() -> None:
    assert decode_words("=?utf-8?b?a?= x") == "=?utf-8?b?a?= x"


def test_html_is_read_as_text_without_what_nobody_sees() -> None:
    html = "<style>p{}</style><p>Too&nbsp;dear.</p><script>1</script><div style='display: none'>hidden</div><br>And far"
    assert html_text(html) == "Too dear.\n\n\nAnd far"
    assert html_text("<pre>one\n two</pre>three") == "one\ntwo\nthree"
    assert new_words(html_text("<div>" * 5_000 + "deep" + "</div>" * 9)).text == "deep"


@pytest.mark.parametrize("html", ["<![x", "<!DOCTYPE [<!", "<a href='", "&#xffffffff;", "</p></p>x<", "<blockquote>x"])
def test_broken_html_raises_nothing(html: str) -> None:
    assert isinstance(html_text(html), str)


def test_long_lines_and_many_are_cut_in_no_time() -> None:
    html_text("<div>" * 9_000 + "</p>" * 9_000)
    for text in ("1" * 50_000 + ":", "> " * 20_000, "On " * 20_000, "a\n" * 30_000, "From: x\n" * 9_000):
        new_words(text)


def test_what_is_kept_is_still_a_mail_for_the_library() -> None:
    assert email.message_from_bytes(thin(mixed(WORDS)))["From"] == "Anna <anna@mail.example>"
