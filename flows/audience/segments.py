"""Segments: named conditions. Who is in one is decided when it is asked, so that a segment is never out of date."""

import re
from dataclasses import dataclass
from typing import Any, Final

from flows.audience import contradictions
from flows.audience.conditions import ConditionInvalid, parse_condition
from flows.audience.fields import Declared
from flows.audience.profile import LEARNING_SEGMENTS
from flows.audience.terms import Condition

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LONGEST_LABEL: Final = 80

RESERVED: Final = frozenset(("any", *LEARNING_SEGMENTS))
"""Whom a row of a strategy may be for besides saved segments: a segment of such a name could not be told from it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: its name in files and addresses, its label for people, and who is in it."""

    name: str
    label: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Checked:
    """A segment that can match, and what its author should know about it all the same."""

    segment: Segment
    warnings: tuple[str, ...] = ()


def check_segment(document: Any, where: str, declared: Declared | None = None) -> Checked:
    """A segment of a file or a form: `name`, `label` (the name when it is left out) and `where`, its condition.

    Raises ConditionInvalid for what cannot be understood, and for a segment that can never match anybody.
    """
    if not isinstance(document, dict):
        raise ConditionInvalid(f"{where}: a segment has a name and a condition; write name: and where:")
    unknown = sorted(str(key) for key in document if key not in ("name", "label", "where"))
    if unknown:
        raise ConditionInvalid(f"{where}: {unknown[0]!r} is not known here; a segment has only name, label and where")
    name = named(document.get("name"), where)
    whole = f"{where}, segment {name}"
    if "where" not in document:
        raise ConditionInvalid(f"{whole}: it is not said who is in it; add where: with a condition")
    condition = parse_condition(document["where"], whole, declared)
    reason = contradictions.never(condition)
    if reason is not None:
        raise ConditionInvalid(f"{whole}: it can never match anybody, as {reason}; take one of them out, or use any:")
    warnings = (f"{whole}: it matches everybody, whoever they are",) if contradictions.always(condition) else ()
    return Checked(Segment(name, _label(document.get("label"), name, whole), condition), warnings)


def named(value: Any, where: str) -> str:
    """The name of a segment. Raises ConditionInvalid for what is none, and for what means something else already."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        shown = f"{str(value)[:40]!r} is not a name" if value else "the name is missing"
        raise ConditionInvalid(
            f"{where}: {shown}; write small letters, digits, _ and -, beginning with a letter, at most 40"
        )
    if value in RESERVED:
        raise ConditionInvalid(f"{where}: {value!r} means something else in strategies; choose another name")
    return value


def _label(value: Any, name: str, where: str) -> str:
    if value is None or value == "":
        return name.replace("_", " ").capitalize()
    if not isinstance(value, str) or len(value.strip()) > LONGEST_LABEL or not value.strip().isprintable():
        raise ConditionInvalid(f"{where}: the label is not one line of text; write at most {LONGEST_LABEL} characters")
    return value.strip()
