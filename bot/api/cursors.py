"""Cursors of lists: where a page ended, opaque to whoever asks."""

import base64
import binascii

from bot.api.problems import Problem


def write_cursor(kind: str, after: int | None) -> str | None:
    """The cursor of a list of this kind; None at its end."""
    return base64.urlsafe_b64encode(f"{kind}:{after}".encode()).decode().rstrip("=") if after is not None else None


def read_cursor(kind: str, cursor: str | None) -> int:
    """The row id that a cursor of this list names; 0 without one. Raises Problem (422)."""
    if cursor is None:
        return 0
    try:
        written = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        written = ""
    of, _, number = written.partition(":")
    if of != kind or not number.isdigit() or len(number) > 18:
        raise Problem(422, "this cursor is not one of this list; take `next` of the page before")
    return int(number)
