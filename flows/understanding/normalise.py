"""One spelling for what people type in seven languages, so that rules and n-grams see the same word once."""

from __future__ import annotations

import re
import unicodedata

# Arabic letters that writers swap freely, and digits of both Arabic ranges.
_ARABIC = {
    **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
    ord("ى"): "ي",
    ord("ة"): "ه",
    ord("ؤ"): "و",
    ord("ئ"): "ي",
    ord("ک"): "ك",
    ord("ی"): "ي",
    **{0x0660 + n: str(n) for n in range(10)},
    **{0x06F0 + n: str(n) for n in range(10)},
}
_DROPPED: dict[int, None] = dict.fromkeys(
    [
        0x0640,  # tatweel
        *range(0x064B, 0x0653),  # harakat
        0x0670,
        0x00AD,
        *range(0x200B, 0x2010),  # zero-width and direction marks
        *range(0x202A, 0x202F),
        *range(0x2060, 0x206A),
        0xFEFF,
        *range(0xFE00, 0xFE10),  # variation selectors
    ]
)
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
LETTERS: dict[int, int | str | None] = {**_ARABIC, **_HIRAGANA, **_DROPPED}
APOSTROPHES = {ord(mark): "'" for mark in "’‘ʼ´`′"}

_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_CONTRACTION = re.compile(r"(?<=\w)'(?=(?:t|s|m|re|ve|ll|d)\b)")
_LETTER_RUN = re.compile(r"([^\W\d_])\1{2,}")
_QUESTION = re.compile(r"[?¿؟]+")
_BREAK = re.compile(r"[.,;:!¡،؛。、…()\n\r]+")
_JOINT = re.compile(r"[^\w?,\s\U0001F000-\U0001FAFF\u2600-\u27BF]+|_+")
_SYMBOL = re.compile(r"([\U0001F000-\U0001FAFF\u2600-\u27BF])")


def normalise(text: str) -> str:
    """Return *text* as lower-case words separated by single spaces.

    ``,`` stands alone where a clause ends and ``?`` where a question mark stood. Latin accents, Arabic vowel signs and
    the difference between katakana and hiragana are gone; a letter written three times or more is written once. Any
    string is accepted, unpaired surrogates and control characters included.
    """
    folded = unicodedata.normalize("NFKC", text.translate(APOSTROPHES)).casefold()
    if not folded.isascii():
        bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", folded))
        folded = unicodedata.normalize("NFC", bare).translate(LETTERS)
    folded = _LETTER_RUN.sub(r"\1", _CONTRACTION.sub("", folded))
    folded = _BREAK.sub(" , ", _QUESTION.sub(" ? ", folded))
    folded = _SYMBOL.sub(r" \1 ", _JOINT.sub(" ", folded))
    return " ".join(folded.split()).strip(" ,")
