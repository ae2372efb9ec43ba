"""Errors of imports. A file that cannot be read at all is refused whole; a row or a cell only by itself."""

from flows.written import ValueRefused


class FileRefused(Exception):
    """A file that cannot be imported at all.

    One sentence: which file, what is wrong, the cure. Nothing has been imported.
    """


CellRefused = ValueRefused
"""A value that does not fit its column. The message says what it should look like, and never repeats the value."""


class RowRefused(Exception):
    """A row that cannot be imported; `column` is where, or empty when it is the row as a whole."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
