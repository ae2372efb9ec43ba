"""Findings that an author allows, each with a reason: `# allow F212: it is a quotation` on the line or above it.

In a text file the comment stands above the message, and covers its labels too. A comment above everything else in a
file also covers what is found about the file as a whole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flows.definition.problems import Problem

_COMMENT: Final = re.compile(r"(?:^|\s)#{1,3}\s*allow\b[ \t]*(?P<rules>[^:#]*)(?::[ \t]*(?P<reason>.*))?$")
_RULE: Final = re.compile(r"F\d{3}")
_ENTRY: Final = re.compile(r"[A-Za-z-]")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One rule that is allowed in some lines of a file, from `first` to `last`; with `head` also for the whole file."""

    place: str
    line: int
    rule: str
    reason: str
    first: int
    last: int
    head: bool

    def covers(self, problem: Problem) -> bool:
        """Whether this finding is meant."""
        here = self.first <= problem.line <= self.last or (self.head and problem.line == 0)
        return here and (problem.place, problem.rule) == (self.place, self.rule)


@dataclass(frozen=True, slots=True)
class Commented:
    """A file as it was read. `own` is false for files that other flows use too; `fluent` for texts."""

    place: str
    content: str
    own: bool = True
    fluent: bool = False


def read_allowances(file: Commented) -> Iterator[Allowance]:
    """All allowances that stand in a file."""
    if "allow" not in file.content:
        return
    lines = file.content.splitlines()
    first_said = next((number for number, line in enumerate(lines) if _says(line)), len(lines))
    for number, line in enumerate(lines):
        found = _COMMENT.search(line)
        if found is None or (file.fluent and not line.startswith("#")):
            continue
        start, end = (number, number) if _says(line) else _below(lines, number, fluent=file.fluent)
        reason = (found["reason"] or "").strip()
        for rule in _RULE.findall(found["rules"]) or [found["rules"].strip()]:
            yield Allowance(file.place, number + 1, rule, reason, start + 1, end + 1, number < first_said)


def _says(line: str) -> bool:
    """Whether there is more on the line than a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _below(lines: list[str], number: int, *, fluent: bool) -> tuple[int, int]:
    """The lines that a comment on a line of its own stands above."""
    start = next((at for at in range(number + 1, len(lines)) if _says(lines[at])), number)
    if not fluent:
        return start, start
    after = (at for at in range(start + 1, len(lines)) if _ENTRY.match(lines[at]))
    return start, next(after, len(lines)) - 1


def apply(problems: Iterable[Problem], files: Iterable[Commented], rules: Mapping[str, bool]) -> tuple[Problem, ...]:
    """The findings without those that are allowed, and what is wrong with the allowances themselves.

    `rules` are all ids that there are, each with whether it may be allowed.
    """
    found = list(problems)
    more: list[Problem] = []
    for file in files:
        for allowance in read_allowances(file):
            wrong = _wrong(allowance, rules)
            kept = [problem for problem in found if wrong or not allowance.covers(problem)]
            if wrong is None and len(kept) == len(found) and file.own:
                sentence = f"this allows {allowance.rule}, but nothing is found here"
                wrong = _problem(allowance, "F023", sentence, "remove the comment")
            more += [wrong] if wrong else []
            found = kept
    return (*found, *more)


def _wrong(allowance: Allowance, rules: Mapping[str, bool]) -> Problem | None:
    if allowance.rule not in rules:
        named = f"there is no rule {allowance.rule!r}" if allowance.rule else "no rule is named"
        return _problem(allowance, "F021", named, "write it as `# allow F212: the reason`")
    if not allowance.reason:
        return _problem(
            allowance, "F021", f"why {allowance.rule} is allowed is not said", "add the reason behind a colon"
        )
    if not rules[allowance.rule]:
        sentence = f"{allowance.rule} cannot be allowed, because the conversation would break"
        return _problem(allowance, "F022", sentence, "correct what it finds, and remove the comment")
    return None


def _problem(allowance: Allowance, rule: str, sentence: str, cure: str) -> Problem:
    severity = "warning" if rule == "F023" else "error"
    return Problem(allowance.place, allowance.line, 1, rule, sentence, cure, severity)  # type: ignore[arg-type]
