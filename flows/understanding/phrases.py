"""Phrases: lines of a small language, matched against normalised text.

In a line ``a|b`` are alternatives, ``word*`` is any word beginning so, ``word?`` may be missing and ``..`` stands for
up to three words (six characters in Japanese, which puts no spaces between words).

A text is short and the lists are long, so a line is only compiled when a text has a word that the line can begin with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from flows.understanding.normalise import normalise

# Stems are looked up by so many of their first letters.
_KEY = 2


class Phrases:
    """A list of lines. With *spaced* each word must stand alone; without, a match may begin and end anywhere."""

    def __init__(self, lines: Iterable[str], *, spaced: bool = True) -> None:
        self._gap = " " if spaced else ""
        self._lines = tuple(lines)
        self._compiled: dict[int, re.Pattern[str]] = {}

    def is_all_of(self, said: str) -> bool:
        """Say whether one phrase is the whole of the text."""
        text = _padded(said)
        first = said.partition(" ")[0] if self._gap else said
        return any(pattern.fullmatch(text, 1) for pattern in self._likely(first))

    def found_in(self, said: str) -> Iterator[tuple[str, str, str]]:
        """Yield what stands before a phrase, the phrase and what stands behind it, for each match in the text."""
        text = _padded(said)
        for pattern in self._likely(said):
            for match in pattern.finditer(text):
                yield text[: match.start()], match.group().strip(), text[match.end() :]

    def without(self, said: str) -> str:
        """Return the text with all phrases taken out."""
        text = _padded(said)
        for pattern in self._likely(said):
            text = pattern.sub("", text)
        return " ".join(text.split())

    def _likely(self, said: str) -> list[re.Pattern[str]]:
        if not self._gap:
            return [self._pattern(number) for number in range(len(self._lines))]
        numbers = {number for word in set(said.split()) for number in self._begun_by(word)}
        return [self._pattern(number) for number in sorted(numbers)]

    def _begun_by(self, word: str) -> Iterator[int]:
        words, stems = self._beginnings
        yield from words.get(word, ())
        yield from (number for stem, number in stems.get(word[:_KEY], ()) if word.startswith(stem))

    def _pattern(self, number: int) -> re.Pattern[str]:
        if number not in self._compiled:
            source = "".join(_slot(slot, self._gap) for slot in self._lines[number].split())
            self._compiled[number] = re.compile(f"(?<= ){source}" if self._gap else f"{source} ?")
        return self._compiled[number]

    @cached_property
    def _beginnings(self) -> tuple[dict[str, list[int]], dict[str, list[tuple[str, int]]]]:
        """Return first word -> lines that can begin with it, and first letters -> stems that can begin a line."""
        words: dict[str, list[int]] = defaultdict(list)
        stems: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for number, line in enumerate(self._lines):
            for choice in _first_choices(line):
                first = normalise(choice.removesuffix("*")).partition(" ")[0]
                if choice.endswith("*"):
                    stems[first[:_KEY]].append((first, number))
                else:
                    words[first].append(number)
        return words, stems


def _first_choices(line: str) -> Iterator[str]:
    """Yield every choice that a match can begin with: those of the first slot that must be there, and all before."""
    for slot in line.split():
        yield from slot.removesuffix("?").split("|")
        if not slot.endswith("?"):
            return


def _padded(said: str) -> str:
    return f" {said} "


def _slot(slot: str, gap: str) -> str:
    if slot == "..":
        return rf"(?:\w+{gap}){{0,3}}" if gap else r"[^,]{0,6}"
    optional = slot.endswith("?")
    choices = "|".join(_choice(choice, gap) for choice in slot.removesuffix("?").split("|"))
    return f"(?:(?:{choices}){gap})" + ("?" if optional else "")


def _choice(choice: str, gap: str) -> str:
    tail = r"\w*" if choice.endswith("*") and gap else ""
    return re.escape(normalise(choice.removesuffix("*"))) + tail
