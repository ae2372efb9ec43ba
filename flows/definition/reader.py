"""YAML text -> plain values, strictly: what YAML could hide, repeat or blow up is refused first."""

from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from flows.definition.composer import Composer, Stop
from flows.definition.marks import Mark, Marks
from flows.definition.problems import Problem
from flows.errors import FlowInvalid

MAX_CHARACTERS: Final = 1_000_000


@dataclass(frozen=True)
class Document:
    """A file's plain values, their places, and what was wrong but could be read past.

    Values are dict, list, str, int, Decimal, bool and None.
    """

    value: Any
    marks: Marks
    problems: tuple[Problem, ...]


def read_yaml(text: str, place: str) -> Document:
    """Read one YAML 1.2 document.

    Raises FlowInvalid when nothing sensible can be read: not YAML, too large, too deep, several documents.
    """
    if len(text) > MAX_CHARACTERS:
        raise FlowInvalid(
            (
                Problem(
                    place,
                    0,
                    0,
                    "F005",
                    f"the file has more than {MAX_CHARACTERS} characters",
                    "split it into several flows",
                ),
            )
        )
    yaml = YAML(typ="safe", pure=True)
    composer = Composer(place, yaml.resolver)
    try:
        for event in yaml.parse(text.removeprefix("\ufeff")):
            composer.take(event)
    except Stop as stop:
        raise FlowInvalid((*composer.problems, stop.problem)) from None
    # The parser lets a few plain Python errors through for odd escapes and characters; to the author they are all "not
    # YAML".
    except (YAMLError, ArithmeticError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise FlowInvalid((*composer.problems, _not_yaml(error, place))) from None
    marks = Marks(place, composer.keys, composer.values, text)
    return Document(composer.root, marks, tuple(composer.problems))


def _not_yaml(error: Exception, place: str) -> Problem:
    mark: Mark = (0, 0)
    reason = "it has a character or an escape that YAML does not allow"
    if isinstance(error, MarkedYAMLError):
        found = error.problem_mark or error.context_mark
        mark = (found.line + 1, found.column + 1) if found else mark
        reason = " ".join(str(error.problem or error.context or reason).split())
    return Problem(
        place, *mark, "F001", f"this is not YAML: {reason}", "check indentation, colons and quotes near this place"
    )
