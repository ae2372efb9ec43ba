"""What every file format of a shop is made of: strict models, identifiers and time spans."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SIZES = (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
SPAN = r"^\s*(\d{1,6})\s*([smhdw])\s*$"
"""How a span of time is written, for those who check it elsewhere."""

_SHAPE = re.compile(SPAN)


def parse_duration(value: object) -> timedelta:
    """Read `30m`, `24h`, `3d`, `2w` (or pass a timedelta on).

    Raises ValueError, in one sentence with the cure, for anything else.
    """
    if isinstance(value, timedelta):
        return value
    match = _SHAPE.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a time span; write a number and s, m, h, d or w, such as 24h or 3d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def write_duration(span: timedelta) -> str:
    """The time span as `parse_duration` reads it, in the largest unit that is exact."""
    seconds = int(span.total_seconds())
    unit, size = next((unit, size) for unit, size in _SIZES if seconds % size == 0)
    return f"{seconds // size}{unit}"


_WRITTEN = Annotated[str, Field(pattern=_SHAPE.pattern, examples=["24h"])]
Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration, json_schema_input_type=_WRITTEN),
    PlainSerializer(write_duration, when_used="json"),
]
"""A time span written as `30m`, `24h`, `3d` or `2w`."""

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
"""An id that people write in files: small letters, digits, `_` and `-`, at most 40."""


class Strict(BaseModel):
    """Base of everything in a shop's files: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
