"""The ways of naming a time in one language, read from ``data/moments/<language>.txt``.

Its lines are those of :mod:`.lines`. First the words:

``number 2``, ``vague 3`` ("a few"), ``unit day``, ``weekday 0`` (Monday), ``month 1``

``{n}`` is a number or vague, ``{h}`` and ``{dw}`` an hour and a day in figures or in words, ``{d}`` a day in figures,
``{unit}``, ``{weekday}`` and ``{month}`` one of those

then what times are made of, the first that fits counts:

``not``            words that only look like a time ("last Monday"): not read
``span``           ``{n} {unit}`` from now; ``span 2 week`` when the words stand for one length
``days 1``         so many days from today
``weekday``        the coming one; with a group ``next`` the one in next week, with ``after`` the day after it
``weeks 1``        so many weeks ahead, from its Monday on; a weekday said besides is taken from that week
``months 1``       so many months ahead
``weekend``        the coming Saturday or Sunday; ``weekend 1`` the Saturday of next week
``month-end``      the last day of this month
``date``           ``{d}`` and ``{month}``; ``figures`` the groups ``d`` and ``k`` (the month), perhaps ``y``
``month-named``    ``{month}`` alone: its first day
``day-of-month``   ``{d}`` alone; with a group ``after`` the day after it
``hour``           ``{h}``; groups ``half`` (past), ``to`` (half before), ``pm`` and ``am``
``part evening``   a part of the day: ``morning``, ``noon``, ``afternoon``, ``evening``, ``night``
``filler``         polite words that say nothing about the time
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from flows.understanding.lines import pattern_lines

_WORDS = ("number", "vague", "unit", "weekday", "month")
_DAY = r"(?P<d>3[01]|[12]\d|0?[1-9])"
_MINUTES = r"(?:[:.h時](?P<m>[0-5]\d))?"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of saying a time: its kind, the line's argument ("" when it has none) and the compiled pattern."""

    kind: str
    argument: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language's rules in the order of the file, and what its words stand for: kind -> (meaning, pattern)."""

    rules: Sequence[Rule]
    words: Mapping[str, Sequence[tuple[str, re.Pattern[str]]]]

    def of_kind(self, *kinds: str) -> Iterator[Rule]:
        """The rules of these kinds, in the order of the file."""
        return (rule for rule in self.rules if rule.kind in kinds)

    def meaning(self, kind: str, word: str) -> str:
        """What a matched word stands for: of a number its digits, of a weekday 0 to 6, of a month 1 to 12."""
        return next((value for value, pattern in self.words[kind] if pattern.fullmatch(word)), word)

    def count(self, word: str) -> str:
        """The digits of a number, of one in words or of a vague one."""
        return self.meaning("vague", self.meaning("number", word))


@cache
def grammar(language: str) -> Grammar:
    """The grammar of one of the seven languages."""
    spoken: dict[str, list[tuple[str, str]]] = defaultdict(list)
    patterns: list[tuple[str, str, str]] = []
    for kind, argument, pattern in (*pattern_lines("moments", language), *pattern_lines("moments", "any")):
        if kind in _WORDS and argument:
            spoken[kind].append((argument, pattern))
        else:
            patterns.append((kind, argument, pattern))
    spaced = language != "ja"
    places = {kind: "|".join(pattern for _, pattern in spoken[kind]) for kind in _WORDS}
    rules = tuple(
        Rule(kind, argument, _compiled(pattern, places, spaced=spaced)) for kind, argument, pattern in patterns
    )
    words = {kind: tuple((value, re.compile(pattern)) for value, pattern in spoken[kind]) for kind in _WORDS}
    return Grammar(rules, words)


def _compiled(pattern: str, places: Mapping[str, str], *, spaced: bool) -> re.Pattern[str]:
    number = places["number"]
    named = {
        "{n}": rf"(?P<n>\d{{1,3}}|{number}|{places['vague']})",
        "{d}": _DAY,
        "{dw}": rf"(?P<d>3[01]|[12]\d|0?[1-9]|{number})",
        "{h}": rf"(?P<h>2[0-4]|1\d|0?\d|{number}){_MINUTES}",
        "{unit}": f"(?P<unit>{places['unit']})",
        "{weekday}": f"(?P<weekday>{places['weekday']})",
        "{month}": f"(?P<month>{places['month']})",
    }
    for name, source in named.items():
        pattern = pattern.replace(name, source)
    edges = (r"(?<![^\W_])", r"(?![^\W_])") if spaced else (r"(?<!\d)", r"(?!\d)")
    return re.compile(f"{edges[0]}(?:{pattern}){edges[1]}")
