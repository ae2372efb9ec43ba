"""Addresses and codes inside a paragraph of a mail."""

import re
from typing import Final

from markupsafe import Markup, escape

from bot.channels.email.letter import Letter

_LONGEST_UNBROKEN: Final = 24


def linked(paragraph: str, letter: Letter) -> Markup:
    """The paragraph escaped, its line breaks kept, our own addresses in it made links, and a code never broken in two.

    Only our own addresses: one that somebody smuggled into a name stays plain text.
    """
    marked = [url for url in letter.own if url in paragraph and url.startswith(("https://", "http://"))]
    if letter.code and len(letter.code) <= _LONGEST_UNBROKEN and letter.code in paragraph:
        marked.append(letter.code)
    pieces = [paragraph]
    if marked:
        pattern = "|".join(map(re.escape, sorted(marked, key=len, reverse=True)))
        pieces = re.split(f"({pattern})", paragraph)
    return Markup("").join(_marked(piece, letter) for piece in pieces).replace("\n", Markup("<br>"))


def _marked(piece: str, letter: Letter) -> Markup:
    if piece == letter.code:
        return Markup('<b dir="ltr" style="white-space:nowrap">{}</b>').format(piece)
    return Markup('<a href="{0}">{0}</a>').format(piece) if piece in letter.own else escape(piece)
