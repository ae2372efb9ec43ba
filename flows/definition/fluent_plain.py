"""The plain texts of a Fluent file, read at a glance: one line each, with nothing but words and variables in it.

Nearly all texts are. They need no parser, which takes a second for what a large flow says in seven languages; what is
not plain is left to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_WORDS: Final = (
    r"(?:[^{}\s](?:[^{}\n\r\t]|\{ \$[a-zA-Z][\w-]* \})*|\{ \$[a-zA-Z][\w-]* \}(?:[^{}\n\r\t]|\{ \$[a-zA-Z][\w-]* \})*)"
)
_MESSAGE: Final = re.compile(
    rf"^[a-zA-Z][\w-]* = {_WORDS}\n(?:    \.[a-zA-Z][\w-]* = {_WORDS}\n)*(?=\n*(?:[a-zA-Z#-]|\Z))",
    re.MULTILINE | re.ASCII,
)
_LINE: Final = re.compile(r"^ *\.?(?P<name>[\w-]+) = (?P<words>.+)$", re.MULTILINE | re.ASCII)
_VARIABLE: Final = re.compile(r"\{ \$(?P<name>[\w-]+) \}", re.ASCII)
_NOT_BLANK: Final = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class PlainText:
    """One text: where it starts, its message, its attribute, the words without variables, and the variables."""

    start: int
    message: str
    attribute: str | None
    words: str
    variables: tuple[str, ...]


def plain_texts(content: str) -> tuple[tuple[PlainText, ...], str]:
    """The plain texts of a file, and the file without them: each of its characters stands where it stood."""
    found: list[PlainText] = []
    rest: list[str] = []
    end = 0
    for block in _MESSAGE.finditer(content):
        found += _texts(block[0], block.start())
        rest += (content[end : block.start()], _NOT_BLANK.sub(" ", block[0]))
        end = block.end()
    return tuple(found), "".join((*rest, content[end:]))


def _texts(block: str, start: int) -> Iterator[PlainText]:
    message = ""
    for number, line in enumerate(_LINE.finditer(block)):
        message = message or line["name"]
        words = line["words"].rstrip(" ")
        yield PlainText(
            start=start + line.start() + (4 if number else 0),
            message=message,
            attribute=line["name"] if number else None,
            words=_VARIABLE.sub("", words),
            variables=tuple(_VARIABLE.findall(words)),
        )
