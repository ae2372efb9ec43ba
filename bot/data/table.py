"""A CSV file as a stream of rows: of any size in little memory, and never half understood.

A file is read twice. The first time nothing is imported: its encoding, its delimiter, its header and the shape of
every row are looked at, so that a damaged file is refused whole. The second time its rows are handed out.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from bot.data.encodings import CHUNK, find_encoding
from bot.data.errors import FileRefused

MAX_LINE: Final = 1 << 20
"""Characters in one line of the file."""
MAX_COLUMNS: Final = 300
MAX_CELL: Final = 100_000
"""Characters in one cell, which may run over several lines."""
DELIMITERS: Final = ",;\t"

_GUARDED: Final = re.compile(r"'+[=+\-@\t\r\n\0＝＋－＠]")
"""What our exports (and spreadsheets) put an apostrophe before, so that it stays text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file it starts on, and its cells by column, stripped.

    `excess` says why its shape is wrong.
    """

    line: int
    cells: dict[str, str]
    excess: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read: its columns as they are written, how many rows it has, and the SHA-256 of its bytes."""

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    rows: int
    digest: str
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[Row]:
        """All rows, in order; empty ones are passed over. Raises FileRefused when the file changed under our eyes."""
        with _open(self.path, self.encoding) as file:
            lines = _records(file, self.path, self.delimiter)
            next(lines, None)
            for line, cells in lines:
                yield self._row(line, cells)

    def _row(self, line: int, cells: list[str]) -> Row:
        while len(cells) > len(self.columns) and not cells[-1].strip():
            cells.pop()
        named = dict(zip(self.columns, (unguarded(cell.strip(" \t\r\n")) for cell in cells), strict=False))
        if len(cells) == len(self.columns):
            return Row(line, named)
        wrong = f"the row has {len(cells)} cells and the header {len(self.columns)}; put a cell that holds a "
        return Row(line, named, wrong + f"{_spoken(self.delimiter)} into double quotes")


def open_table(path: Path, *, encoding: str | None = None) -> Table:
    """Look a file over from end to end. Raises FileRefused with one sentence; then nothing of it can be imported."""
    try:
        if not path.is_file():
            raise FileRefused(f"{path}: there is no such file; check the path")
        found = find_encoding(path, encoding)
        with _open(path, found.name) as file:
            delimiter = _delimiter(file, path)
        with _open(path, found.name) as file:
            records = _records(file, path, delimiter)
            _, header = next(records, (0, []))
            columns = _columns(path, header)
            rows = sum(1 for _ in records)
        warnings = (found.warning,) if found.warning else ()
        return Table(path, found.name, delimiter, columns, rows, _digest(path), warnings)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise FileRefused(f"{path}: the file cannot be read: {reason}; check its permissions") from None


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that kept a spreadsheet from taking it for a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _open(path: Path, encoding: str) -> TextIO:
    # No newline translation: csv itself must see what stands inside quotes.
    return path.open(encoding=encoding, newline="")


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


class _Lines:
    """The physical lines of a file, each of bounded length; `number` is that of the last one handed out."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file, self._path, self.number = file, path, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._file.readline(MAX_LINE + 1)
        except UnicodeError:
            raise FileRefused(
                f"{self._path.name}: the file is not in the encoding it starts in; save it as UTF-8"
            ) from None
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > MAX_LINE:
            cure = "check that it is a CSV file with one row a line"
            raise FileRefused(f"{self._path.name}: line {self.number} is longer than {MAX_LINE} characters; {cure}")
        if "\0" in line:
            cure = "save the table again as CSV in UTF-8"
            raise FileRefused(f"{self._path.name}: line {self.number} holds a zero byte, the file is damaged; {cure}")
        return line


def _records(file: TextIO, path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line it starts on, cells) for every record that is not empty, the header first."""
    lines = _Lines(file, path)
    if _names_delimiter(file):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.number + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            where = f"{path.name}: line {start}"
            raise FileRefused(
                f'{where}: a quoted cell does not end where it should; close it with ", and write a " inside it twice'
            ) from None
        if cells is None:
            return
        if any(len(cell) > MAX_CELL for cell in cells):
            raise FileRefused(
                f"{path.name}: line {start}: a cell is longer than {MAX_CELL} characters; check its quotes"
            )
        if any(cell.strip() for cell in cells):
            yield start, cells


def _names_delimiter(file: TextIO) -> bool:
    """Whether the file starts with Excel's own `sep=;`; reading goes on at the start in any case."""
    start = file.read(6)
    file.seek(0)
    return _excel_delimiter(start) is not None


def _excel_delimiter(start: str) -> str | None:
    found = re.match(r"sep=([,;\t])[\r\n]", start, re.IGNORECASE)
    return found[1] if found else None


def _delimiter(file: TextIO, path: Path) -> str:
    """The delimiter of the header: the one of the three that stands in it most often, outside of quotes."""
    lines = _Lines(file, path)
    header = next((line for line in lines if line.strip()), "")
    named = _excel_delimiter(header)
    if named:
        return named
    outside = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=outside.count)


def _columns(path: Path, header: list[str]) -> tuple[str, ...]:
    names = [re.sub(r"\s+", " ", name.strip().lstrip("\ufeff")) for name in header]
    while names and not names[-1]:
        names.pop()
    checks: tuple[tuple[bool, Callable[[], str]], ...] = (
        (not names, lambda: "the file is empty; it needs a header with the names of its columns"),
        (len(names) > MAX_COLUMNS, lambda: f"the file has {len(names)} columns; at most {MAX_COLUMNS} are read"),
        ("" in names, lambda: f"column {names.index('') + 1} has no name; give it one"),
        (any(len(name) > 64 for name in names), lambda: "a column has a name of more than 64 characters; shorten it"),
    )
    for wrong, sentence in checks:
        if wrong:
            raise FileRefused(f"{path.name}: {sentence()}")
    twice = next((name for name in names if _key(name) in map(_key, names[names.index(name) + 1 :])), None)
    if twice is not None:
        raise FileRefused(f"{path.name}: the column {twice!r} stands twice in the header; delete or rename one of them")
    return tuple(names)


def _key(name: str) -> str:
    return re.sub(r"[ \-]", "_", name.casefold())


def column_key(name: str) -> str:
    """A column's name as it is compared: small letters, blanks and hyphens as underscores."""
    return _key(name)


def _spoken(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab"}[delimiter]
