"""A step of a sub-flow as it stands in the flow that calls it: with other names, and otherwise the same."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from pydantic import TypeAdapter

from flows.definition.graph import exits
from flows.definition.marks import Path
from flows.definition.steps import Step

LONGEST_NAME: Final = 40
"""Characters of a step's name: so many are kept with each answer."""

_STEP: Final[TypeAdapter[Step]] = TypeAdapter(Step)


def relinked(step_id: str, step: Step, go: Callable[[str], str], prefix: str) -> Step:
    """The step with what it leads to, says first and looks at called by the new names.

    `go` knows where each of its targets stands now; texts and steps that are looked at have `prefix` before them. A
    name that gets too long is cut: where there is room for all steps, only one that is not there anyway can be.
    """
    document: Any = step.model_dump(by_alias=True, exclude_unset=True)
    for way in exits(step_id, step):
        document = _with(document, way.path[2:], go(way.target))
    for at, name in _named_inside(document, ()):
        document = _with(document, at, f"{prefix}{name}"[:LONGEST_NAME])
    return _STEP.validate_python(document)


def _named_inside(document: Any, at: Path) -> Iterator[tuple[Path, str]]:
    """The texts in `say` and the steps in `answered`, with where they stand; what prospects are asked by is left."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key == "say":
                yield from (((*at, key, number), name) for number, name in enumerate(value))
            elif key == "answered" and isinstance(value, dict):
                yield (*at, key, "step"), value["step"]
            elif key != "prospect":
                yield from _named_inside(value, (*at, key))
    elif isinstance(document, list | tuple):
        for number, value in enumerate(document):
            yield from _named_inside(value, (*at, number))


def _with(document: Any, path: Path, value: Any) -> Any:
    """The document with another value at the end of this path."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(document, dict):
        return {**document, first: _with(document[first], rest, value)}
    return [_with(one, rest, value) if number == first else one for number, one in enumerate(document)]
