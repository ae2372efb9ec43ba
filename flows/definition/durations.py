"""Time spans as people write them in flow files: `45s`, `30m`, `24h`, `3d`, `2w`."""

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHAPE = re.compile(r"^\s*(\d{1,6})\s*([smhdw])\s*$")


def parse_duration(value: object) -> timedelta:
    """Read `30m`, `24h`, `3d`, `2w` (or pass a timedelta on).

    Raises ValueError, in one sentence with the cure, for anything else.
    """
    if isinstance(value, timedelta):
        return value
    match = _SHAPE.match(str(value)) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a time span; write a number and s, m, h, d or w, such as 24h or 3d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
