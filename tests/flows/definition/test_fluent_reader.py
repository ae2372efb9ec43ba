"""Text files read for the checker: plain texts at a glance, the others by Fluent's own parser, and both alike."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.definition.fluent_plain import plain_texts
from flows.definition.fluent_reader import Entry, Unreadable, parsed, read_fluent
from flows.definition.sources import TextSource

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
FILES = sorted(LIBRARY.glob("*/texts/*.ftl"))

PIECES = (
    "a = Words.", "b = { $shop } and { $name }", "    .x = More", "    .y = { $product }!", "", "# comment", "## group",
    "   ", "c =", "    goes on", "d = { $known ->", "    [yes] Yes", "   *[no] No", "}", "junk here", "-t = Term",
    "e = { -t } { a }", "f = trailing   ", "g = a } b", 'h = { "" }', "i  =  spaced", "    .z =", "j = {$tight}",
    "k = .dot", "    .w = * star", "a = Again", "l = tab\there", "    [no] stray", "m = é { $shop }", "n = \u3000wide",
    " = nothing", "o = \u2028line", "p=", "# a = commented",
)  # fmt: skip


def by_the_parser(source: TextSource) -> tuple[tuple[Entry, ...], tuple[Unreadable, ...]]:
    """The same file, with nothing taken for plain."""
    return parsed(source, source.content)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_the_shipped_texts_are_read_alike(file: Path) -> None:
    source = TextSource("common", file.name, file.read_text("utf-8"))
    assert read_fluent(source) == by_the_parser(source)
    assert len(plain_texts(source.content)[0]) > len(read_fluent(source)[0]) / 2


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from(("\n", "\n\n", "\r\n")), st.booleans())
def test_any_texts_are_read_alike(pieces: list[str], line_end: str, ends: bool) -> None:
    source = TextSource("flow", "en.ftl", line_end.join(pieces) + (line_end if ends else ""))
    fast, slow = read_fluent(source), by_the_parser(source)
    assert fast[0] == slow[0]
    assert [(junk.mark, junk.content) for junk in fast[1]] == [(junk.mark, junk.content) for junk in slow[1]]
