"""Lists of patterns that ship with the package, one file a language: lines of ``kind: pattern``.

``kind argument: pattern`` is a line with an argument, ``#`` begins a comment. Patterns are regular expressions in
everyday spelling; they come folded like the text they will meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

from flows.understanding.folding import fold

_LINE = re.compile(r"(?P<kind>[a-z-]+)(?: (?P<argument>[^:]+))?: (?P<pattern>.+)")


def pattern_lines(folder: str, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, argument ("" when there is none) and folded pattern of each line of ``data/<folder>/<name>.txt``."""
    file = resources.files("flows.understanding").joinpath(f"data/{folder}/{name}.txt")
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            parts = _LINE.fullmatch(line)
            assert parts, line  # noqa: S101 - the files ship with the package
            # Folding lowers the P that names a group.
            yield parts["kind"], parts["argument"] or "", fold(parts["pattern"]).said.replace("(?p<", "(?P<")
