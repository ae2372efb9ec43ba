"""What is wrong with a flow's files: one finding, with its place and its cure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from flows.errors import FlowInvalid

Severity = Literal["error", "warning"]
"""An `error` keeps a flow from being played or published; a `warning` is shown and lets it pass."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    `place` is the file as its author knows it; `line` and `column` count from 1, and 0 means the whole file. `rule` is
    the id of the rule that found it (F0xx reading, F1xx steps, F2xx texts, F3xx offers, F4xx campaigns,
    F5xx attributes; docs/flow-rules.md has them all); `sentence` says what is wrong, `cure` what to do.
    """

    place: str
    line: int
    column: int
    rule: str
    sentence: str
    cure: str
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.place}:{self.line}:{self.column}" if self.line else self.place
        return f"{where}: {self.severity} {self.rule}: {self.sentence}; {self.cure}"

    def as_dict(self) -> dict[str, str | int]:
        """The finding as plain data, for `--json`."""
        return asdict(self)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The findings by file and place, each once."""
    return tuple(
        sorted(set(problems), key=lambda found: (found.place, found.line, found.column, found.rule, found.sentence))
    )


def errors_of(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Only the findings that keep a flow from being played."""
    return tuple(problem for problem in problems if problem.severity == "error")


def refuse(problems: Iterable[Problem]) -> None:
    """Raise FlowInvalid with all findings when at least one of them is an error."""
    found = in_order(problems)
    if errors_of(found):
        raise FlowInvalid(found)


def shown(value: object, limit: int = 60) -> str:
    """A value as it may stand in a sentence: texts quoted, on one line, and not longer than `limit` characters."""
    text = " ".join(value.split()) if isinstance(value, str) else str(value)
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return repr(short) if isinstance(value, str) else short
