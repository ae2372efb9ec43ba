"""Values from strangers, made harmless: right type, bounded size, no characters that break a database or a page."""

import re
from collections.abc import Mapping
from typing import Any, Final

LONGEST_TEXT: Final = 4096
LONGEST_NAME: Final = 64
_LARGEST_ID: Final = 2**63 - 1

# Line and paragraph separators are new lines; other control characters mean nothing in a message.
_CONTROLS: Final = {
    **{code: None for code in (*range(32), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"},
    0x2028: "\n",
    0x2029: "\n",
}
_ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""What few texts have: a line end other than a newline, or a character of `_CONTROLS`."""

# In a name they would turn the page around it: direction marks, overrides and isolates, and what cannot be seen.
_UNSEEN: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


def whole(value: object) -> int | None:
    """The value if it is a whole number that a database can hold, else None. True is no number."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST_ID:
        return None
    return value


def table(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """The value as text of at most 4096 characters: sound, without control characters, with one kind of line end."""
    if not isinstance(value, str):
        return ""
    text = sound(value)
    if _ODD.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    return text[:LONGEST_TEXT].strip()


def sound(value: str) -> str:
    """The text as any database and any encoder takes it: without NUL, lone surrogates replaced, of bounded size."""
    text = value[: 2 * LONGEST_TEXT]
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", "")


def name_of(value: object) -> str | None:
    """The value as a name on one line, at most 64 characters; None when nothing is left."""
    name = " ".join(_UNSEEN.sub("", text_of(value)).split())[:LONGEST_NAME].strip()
    return name or None


def language_of(value: object) -> str | None:
    """The language of a tag such as `pt-BR`: `pt`. None when it is no tag."""
    if not isinstance(value, str):
        return None
    primary = value[:32].lower().replace("_", "-").partition("-")[0]
    return primary if _LANGUAGE.fullmatch(primary) else None
