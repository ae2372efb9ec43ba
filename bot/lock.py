"""One server per SQLite file: a lock that the system takes back when the process ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import AlreadyRunning


@contextmanager
def only_server(database_file: Path | None) -> Iterator[None]:
    """Hold the lock of this SQLite file (nothing to hold for PostgreSQL).

    Raises AlreadyRunning when another server has it.
    """
    if database_file is None:
        yield
        return
    database_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with database_file.with_suffix(".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning from None
        yield
