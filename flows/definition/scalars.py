"""Plain YAML scalars as values. Numbers with a point become Decimal, so that money stays exact."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

_TRUE: Final = frozenset({"true", "True", "TRUE"})
MAX_DIGITS: Final = 15


def plain_value(text: str, tag: str) -> tuple[Any, str | None]:
    """The value of a scalar whose shape is `tag` (`int`, `float`, `bool`, `null`, else text).

    Second comes what is wrong with it, or None.
    """
    match tag:
        case "null":
            return None, None
        case "bool":
            return text in _TRUE, None
        case "int":
            return _whole(text)
        case "float":
            return _decimal(text)
        case _ if any("\ud800" <= character <= "\udfff" for character in text):
            return "", "this text has half a character, which cannot be written down"
        case _:
            return text, None


def _whole(text: str) -> tuple[Any, str | None]:
    if len(text) > MAX_DIGITS:
        return 0, f"a number has more than {MAX_DIGITS} digits"
    try:
        return int(text.replace("_", ""), 10), None
    except ValueError:
        # 0x1F or 0o17: nobody means that in a flow file, so it stays the text that it looks like.
        return text, None


def _decimal(text: str) -> tuple[Any, str | None]:
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return Decimal(0), "this is not a number that can be used"
    if not number.is_finite() or number.adjusted() > MAX_DIGITS or len(text) > MAX_DIGITS * 2:
        return Decimal(0), f"a number is not finite or has more than {MAX_DIGITS} digits"
    return number, None
