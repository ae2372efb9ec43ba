"""A YAML file with segments -> segments, each checked; or the first problem, with its place and its cure."""

from typing import Any

from flows.audience.fields import Declared
from flows.audience.segments import Checked, check_segment
from flows.audience.terms import ConditionInvalid
from flows.definition.problems import refuse
from flows.definition.reader import read_yaml


def read_segments(text: str, place: str, declared: Declared | None = None) -> tuple[Checked, ...]:
    """All segments of a file: one, a list of them, or a list under `segments:`. `declared` are the shop's attributes.

    Raises FlowInvalid for what is not YAML, ConditionInvalid for a segment that cannot be understood or never matches.
    """
    document = read_yaml(text, place)
    refuse(document.problems)
    found = document.value
    path: tuple[str | int, ...] = ()
    if isinstance(found, dict) and "segments" in found:
        found, path = found["segments"], ("segments",)
    many: list[Any] = found if isinstance(found, list) else [found]
    checked = []
    for number, one in enumerate(many):
        line, _ = document.marks.value(*path, number) if isinstance(found, list) else (0, 0)
        checked.append(check_segment(one, f"{place}:{line}" if line else place, declared))
    if not checked:
        raise ConditionInvalid(f"{place}: there is no segment in it; write name:, label: and where:")
    names = [one.segment.name for one in checked]
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise ConditionInvalid(f"{place}: the segment {twice!r} stands in it twice; give each its own name")
    return tuple(checked)
