"""Bytes of a mail as text, whatever they are called: mail programs name character sets by many names, and wrongly."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

_READ_AS: Final = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "x-mac-ce": "mac_latin2",
    "x-cp1250": "cp1250",
    "x-cp1256": "cp1256",
}
"""Sets that are read as a larger one that holds them: so browsers do, and so what people wrote is not lost."""


_JIS: Final = re.compile(rb"\x1b\$[@B]([\x21-\x7e]*)(?:\x1b\([BJ])?")


def decode(data: bytes, named: str | None) -> str:
    """The text. An unknown or wrong name is no reason to lose it: UTF-8 is tried, then what never fails."""
    if _JIS.search(data):
        data, named = _JIS.sub(_as_cp932, data), "cp932"
    for name in (_known(named), "utf-8"):
        if name is None:
            continue
        try:
            return data.decode(name).removeprefix("\ufeff")
        except (UnicodeError, LookupError):
            continue
    return data.decode(_known(named) or "cp1252", errors="replace")


def decode_words(value: str) -> str:
    """A header's text with its encoded words read; as it stands when they cannot be."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError, LookupError, AssertionError):
        return value
    return "".join(part if isinstance(part, str) else decode(part, name) for part, name in parts)


def _as_cp932(found: re.Match[bytes]) -> bytes:
    """Japanese that is written between escapes, as Windows writes it: with signs that ISO-2022-JP does not know (①).

    Every two bytes of JIS X 0208 are two of Shift JIS, of which Python's cp932 knows all.
    """
    pairs = found[1]
    made = bytearray()
    for row, cell in zip(pairs[::2], pairs[1::2], strict=False):
        lead = ((row - 0x21) >> 1) + 0x81
        odd = 0x1F if cell < 0x60 else 0x20
        made += bytes((lead + 0x40 if lead > 0x9F else lead, cell + (odd if row % 2 else 0x7E)))
    return bytes(made)


def _known(named: str | None) -> str | None:
    name = (named or "").strip().strip("'\"").lower()
    name = _READ_AS.get(name, name)
    try:
        return codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None
