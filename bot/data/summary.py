"""What became of a file: the figures, and every refused row by line, column and reason."""

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from bot.data.columns import ERROR_COLUMNS
from bot.data.errors import FileRefused, RowRefused
from bot.data.table import Row, Table
from bot.data.writing import guarded

SHOWN = 1000
"""So many refusals are kept for the answer; the error file has all of them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not imported; `column` is empty when the row as a whole is wrong."""

    line: int
    column: str
    reason: str

    def sentence(self, file: str) -> str:
        """As people read it: file, line, column, reason."""
        where = f"{file}: line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.reason}"


@dataclass(slots=True)
class Summary:
    """The figures of one import. read = created + updated + unchanged + refused; rows that are empty do not count.

    `passed_over`: of the unchanged, those of an export of ours whom no file can name.
    """

    file: str
    dry_run: bool = False
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    not_contactable: int = 0
    passed_over: int = 0
    error_file: str | None = None
    warnings: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def count(self, result: str) -> None:
        """Count a row: `created`, `updated` or `unchanged`."""
        setattr(self, result, getattr(self, result) + 1)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "refusals"}
        refusals = [{"line": one.line, "column": one.column, "reason": one.reason} for one in self.refusals]
        return {**plain, "refusals": refusals}


class Refusals:
    """The error file: opened when the first row is refused, readable again by the import once the rows are mended."""

    def __init__(self, table: Table, path: Path, summary: Summary) -> None:
        self._table, self._path, self._summary = table, path, summary
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: Row, refused: RowRefused) -> None:
        """Note a refused row. Raises FileRefused when the error file cannot be written."""
        summary = self._summary
        summary.refused += 1
        if len(summary.refusals) < SHOWN:
            summary.refusals.append(Refusal(row.line, refused.column, refused.reason))
        cells = [row.cells.get(name, "") for name in self._columns()]
        line = [str(row.line), refused.column, refused.reason, *cells]
        csv.writer(self._open(), delimiter=self._table.delimiter).writerow([guarded(cell) for cell in line])

    def _columns(self) -> list[str]:
        return [name for name in self._table.columns if name not in ERROR_COLUMNS]

    def _open(self) -> TextIO:
        if self._file is None:
            try:
                # For its owner only: it holds what the file holds.
                handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                self._file = os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
            except OSError as error:
                reason = (error.strerror or "unknown reason").lower()
                raise FileRefused(
                    f"{self._path}: the error file cannot be written: {reason}; give --errors FILE"
                ) from None
            self._summary.error_file = str(self._path)
            header = [*ERROR_COLUMNS, *self._columns()]
            csv.writer(self._file, delimiter=self._table.delimiter).writerow([guarded(name) for name in header])
        return self._file
