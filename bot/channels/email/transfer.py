"""How text and pictures become the short lines of ASCII that mail is made of (RFC 2045, 6)."""

import binascii
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final

_ASCII: Final = bytes(range(128))
_COMMON: Final = 300
"""Characters from which on a piece is taken for one that many mails have in common."""


def text_lines(pieces: Iterable[str]) -> tuple[str, bytes]:
    """Name and lines of the encoding that is shorter: quoted-printable while most of it is ASCII, else base64.

    What long pieces come to is kept: they are what all the mails of a shop have in common. A space at the very end of
    the text is not kept.
    """
    pieces = list(pieces)
    data = "".join(pieces).encode()
    if len(data.translate(None, _ASCII)) * 5 > len(data):
        return "base64", base64_lines(data)
    return "quoted-printable", b"".join(_quoted(pieces)).removesuffix(b"=\r\n")


def base64_lines(data: bytes) -> bytes:
    """Lines of 76 characters, each with its end."""
    lines = (binascii.b2a_base64(data[start : start + 57], newline=False) for start in range(0, len(data), 57))
    return b"".join(line + b"\r\n" for line in lines)


def _quoted(pieces: list[str]) -> Iterator[bytes]:
    """Each piece on lines of its own; a line that ends in "=" goes on in the next one."""
    for common, group in groupby(pieces, key=lambda piece: len(piece) >= _COMMON):
        if common:
            yield from map(_kept, group)
        else:
            yield _quoted_lines("".join(group))


def _quoted_lines(text: str) -> bytes:
    # A letter more than there is: so the last line has room for its "=", and no space at its end looks like the last.
    lines = binascii.b2a_qp(text.replace("\r\n", "\n").encode() + b"x")[:-1]
    return (lines if lines.endswith(b"=\n") else lines + b"=\n").replace(b"\n", b"\r\n")


_kept = lru_cache(maxsize=256)(_quoted_lines)
