"""Whether a SQLite file may be worked on: looked through before the start, left alone once its disk has failed.

SQLite finds damage when it comes by a damaged page. Until then a server would build on what is there. So a file is
looked through before anything else is done with it when its last end was not in order, or when that takes a moment
only; and a large one in the background, table by table.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from storage import engines
from storage.errors import DatabaseDamaged, DatabaseSuspect
from storage.tables import metadata

SMALL: Final = 64 * 1024 * 1024
"""Bytes of a file that is looked through at every start: it takes an eighth of a second."""

TABLES: Final = tuple(metadata.tables)
"""What `damage` can look at one by one."""

_MENDED: Final = {(3, 44): 6, (3, 50): 7}
"""Versions of SQLite before 3.51.3 that have the mended write-ahead log, from this patch on."""

_SAID: Final = {
    "SQLITE_NOTADB": "it is no SQLite database",
    "SQLITE_CORRUPT": "its pages do not fit together",
}

VERSION: Final = sqlite3.sqlite_version
"""The version of the SQLite that this process runs with."""


def may_lose_log(version: tuple[int, int, int] | None = None) -> bool:
    """Whether two connections that write and fold in the log of one file at the same moment can damage it.

    A fault of SQLite 3.7.0 to 3.51.2. Here only the server folds the log in, on its one writing connection. `version`
    is that of this process where none is said.
    """
    version = version or sqlite3.sqlite_version_info
    major, minor, patch = version
    return (3, 7, 0) <= version <= (3, 51, 2) and patch < _MENDED.get((major, minor), patch + 1)


def log_size(file: Path) -> int:
    """Bytes of the write-ahead log of this file."""
    try:
        return _beside(file, "-wal").stat().st_size
    except OSError:
        return 0


def mark_of(file: Path) -> Path:
    """What lies beside a file that was found to be suspect, until it was looked through."""
    return _beside(file, ".suspect")


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def examine(file: Path) -> bool:
    """Look through a file before anything is done with it. Nothing else may have it open: this is for the start.

    Returns whether all of it was looked at: a large one whose last end was in order is left for later. Raises
    DatabaseDamaged; the file stays as it is.
    """
    if not file.exists() or not (size := file.stat().st_size):
        return True
    mark = mark_of(file)
    if mark.exists():
        refuse_damaged(file, check="integrity_check")
        mark.unlink()
    elif log_size(file) or size <= SMALL:
        refuse_damaged(file)
    else:
        return False
    return True


def refuse_damaged(file: Path, *, check: str = "quick_check") -> None:
    """Raises DatabaseDamaged when a look through the file finds any damage."""
    found = damage(file, check=check)
    if found is not None:
        raise DatabaseDamaged(str(file), found)


def damage(file: Path, *, table: str | None = None, check: str = "quick_check") -> str | None:
    """What is damaged in a file, or in this table of it; None when nothing is. It may take seconds.

    It is opened for reading only: then not even the end of the last connection folds the log in.
    """
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            (said,) = connection.execute(f"PRAGMA {check}({table or 1})").fetchone()
    except sqlite3.Error as error:
        named = engines.suspicion(error)
        if named is None:
            raise
        return _SAID.get(named, named)
    return None if said == "ok" else " ".join(str(said).split())[:120]


class Trust:
    """Whether a file may still be worked on; `with` it everything that asks the file for something is done.

    An error that makes the file suspect is told as DatabaseSuspect, a mark is left beside the file, and from then on
    nothing is asked of it any more.
    """

    __slots__ = ("_file", "_tell", "_why")

    def __init__(self, file: Path | None) -> None:
        """`file` is None for PostgreSQL, which keeps this rule itself."""
        self._file, self._why = file, ""
        self._tell: Callable[[], object] = lambda: None

    def when_lost(self, tell: Callable[[], object]) -> None:
        """Call this, from whichever thread, when trust is lost; at once when it is lost already."""
        self._tell = tell
        if self._why:
            tell()

    def lose(self, why: str) -> DatabaseSuspect:
        """From now on nothing is asked of the file. `why` is SQLite's name of it, or what was found; to be raised."""
        self._why = _SAID.get(why, why)
        if self._file is not None and why != "SQLITE_NOTADB":  # that any start finds, and it may be another's file
            with suppress(OSError):
                mark_of(self._file).touch()
        self._tell()
        return DatabaseSuspect(str(self._file), self._why)

    def refuse(self) -> None:
        """Raises DatabaseSuspect when trust is lost."""
        if self._why:
            raise DatabaseSuspect(str(self._file), self._why)

    def __enter__(self) -> None:
        """Raises DatabaseSuspect when trust is lost."""
        self.refuse()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises DatabaseSuspect in place of an error that says so."""
        named = engines.suspicion(error)
        if named is not None:
            raise self.lose(named) from error
