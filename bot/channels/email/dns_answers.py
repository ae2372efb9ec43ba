"""DNS answers as `dig` prints them (and zone files hold them): the TXT records by name, aliases followed."""

import re
from collections.abc import Mapping
from typing import Final

_LINE: Final = re.compile(r"(?P<name>\S+)\s+(\d+\s+)?(IN\s+)?(?P<kind>TXT|CNAME)\s+(?P<value>.+)", re.IGNORECASE)
_OTHER: Final = re.compile(r"\S+\s+(\d+\s+)?(IN\s+)?[A-Z0-9]{1,10}\s+\S.*", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED: Final = re.compile(r"\\(\d{3}|.)")
_LONGEST_CHAIN: Final = 8
"""Aliases of aliases that are followed."""

Answers = Mapping[str, tuple[str, ...]]
"""Name in small letters, without a dot at its end -> its TXT records, whole."""


def read_answers(text: str) -> Answers:
    """The TXT records in the output of `dig`, or in a zone file with whole names.

    Other records and comments are passed over. Raises ValueError, naming the line, for what is neither.
    """
    found: dict[str, tuple[str, ...]] = {}
    aliases: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if not bare or bare.startswith((";", "$")):
            continue
        match = _LINE.fullmatch(bare)
        if match is None:
            if _OTHER.fullmatch(bare):
                continue
            raise ValueError(f"line {number} is no DNS record; give the output of `dig +noall +answer`")
        name = _plain(match["name"])
        if match["kind"].upper() == "CNAME":
            aliases[name] = _plain(match["value"])
            continue
        found[name] = (*found.get(name, ()), _joined(match["value"], number))
    return {name: _followed(name, found, aliases) for name in {*found, *aliases}}


def _plain(name: str) -> str:
    return name.strip().rstrip(".").lower()


def _joined(value: str, number: int) -> str:
    """A record is one text, however many strings it is cut into."""
    pieces = _QUOTED.findall(value)
    if not pieces:
        raise ValueError(f'line {number}: the text of a TXT record stands in quotes, such as "v=spf1 -all"')
    return _ESCAPED.sub(_unescaped, "".join(pieces))


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1])) if match[1].isdigit() else match[1]


def _followed(name: str, found: Answers, aliases: Mapping[str, str]) -> tuple[str, ...]:
    for _ in range(_LONGEST_CHAIN):
        if name in found or name not in aliases:
            break
        name = aliases[name]
    return found.get(name, ())
