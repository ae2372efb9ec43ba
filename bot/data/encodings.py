"""Which encoding a file is in: UTF-8 and UTF-16 for certain, two Windows code pages by their letters."""

import codecs
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.data.errors import FileRefused

CHUNK: Final = 1 << 18
SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
COMPRESSED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")

# How strongly a byte speaks for Central European (Hungarian, Czech) or for Western (French, Spanish) text. Letters that
# are the same in both code pages (á é í ó ö ü) say nothing; Hungarian ő and Czech ř would be õ and ø.
_CP1250: Final = {
    0xF5: 3,
    0xD5: 3,
    0xFB: 2,
    0xDB: 2,
    0xEC: 3,
    0xF8: 3,
    0xCC: 3,
    0xD8: 3,
    0xF2: 2,
    0x9D: 9,
    0x8D: 9,
    0xF9: 1,
}
_CP1252: Final = {0xE0: 3, 0xEA: 3, 0xF1: 3, 0xD1: 3, 0xC0: 3, 0xBF: 2, 0xA1: 2, 0x9C: 1, 0x98: 9, 0x90: 0}


@dataclass(frozen=True, slots=True)
class Encoding:
    """Python's name of it, and what to tell people about the choice (None when there was no doubt)."""

    name: str
    warning: str | None = None


def find_encoding(path: Path, given: str | None = None) -> Encoding:
    """The encoding of a file, read whole but in pieces.

    Raises FileRefused for what is no text, or not in the encoding `given`.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    _refuse_other_formats(path, start)
    if given is not None:
        return _checked(path, given)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileRefused(f"{path.name}: the file is in UTF-32; save it as UTF-8")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(path, "utf-16")
    for parity, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Latin text in UTF-16 has a zero in every second byte; a text in UTF-8 has none at all.
        if len(start) >= 4 and start[parity::2].count(0) * 2 > len(start) // 2 and 0 not in start[1 - parity :: 2]:
            return _checked(path, name)
    return Encoding("utf-8-sig") if _is_utf8(path) else _code_page(path)


def _refuse_other_formats(path: Path, start: bytes) -> None:
    if start.startswith(SPREADSHEETS):
        raise FileRefused(f"{path.name}: this is a spreadsheet; in it, choose Save As and CSV UTF-8")
    if start.startswith(COMPRESSED):
        raise FileRefused(f"{path.name}: the file is compressed; unpack it first")


def _checked(path: Path, name: str) -> Encoding:
    try:
        decoder = codecs.getincrementaldecoder(name)()
    except LookupError:
        raise FileRefused(f"{path.name}: there is no encoding {name!r}; write one such as utf-8 or cp1250") from None
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except (UnicodeDecodeError, ValueError):
        raise FileRefused(f"{path.name}: the file is damaged or not in {name.upper()}; save it as UTF-8") from None
    return Encoding(name)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _code_page(path: Path) -> Encoding:
    letters: Counter[int] = Counter()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            letters.update(piece)
    if letters[0]:
        raise FileRefused(f"{path.name}: this is not a text file; save the table as CSV in UTF-8")
    central = sum(letters[byte] * weight for byte, weight in _CP1250.items())
    western = sum(letters[byte] * weight for byte, weight in _CP1252.items())
    name = "cp1250" if central > western else "cp1252"
    other = "cp1252" if name == "cp1250" else "cp1250"
    warning = (
        f"{path.name}: not UTF-8; read as {name.upper()}. Check a name with accents; if it is wrong, "
        f"give --encoding {other}, or save the file as UTF-8"
    )
    return Encoding(name, warning)
