"""Cursors of lists: where a page ended, opaque to whoever asks."""

import base64
import binascii

from bot.api.problems import Problem


def write_cursor(kind: str, after: int | None) -> str | None:
    """The cursor of a list of this kind; None at its end."""
    return sealed(f"{kind}:{after}") if after is not None else None


def read_cursor(kind: str, cursor: str | None) -> int:
    """The row id that a cursor of this list names; 0 without one. Raises Problem (422)."""
    if cursor is None:
        return 0
    of, _, number = opened(cursor).partition(":")
    if of != kind or not number.isdigit() or len(number) > 18:
        raise unknown()
    return int(number)


def sealed(place: str) -> str:
    """A place in a list as a cursor."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def opened(cursor: str) -> str:
    """The place that a cursor names; empty for what is no cursor."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def unknown() -> Problem:
    """The refusal of a cursor that is not one of this list."""
    return Problem(422, "this cursor is not one of this list; take `next` of the page before")
