"""The databases of a test: a real SQLite file or a database on a real PostgreSQL, migrated, in a few milliseconds."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.edge.postgres import Postgres, PostgresUnavailable

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
BOTH_IN_THE_SWEEP = ("sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.slow]))


def sqlite_url_of(file: Path) -> str:
    """The SQLAlchemy URL (aiosqlite) of a file."""
    return f"sqlite+aiosqlite:///{file}"


def run_apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs a coroutine to its end in a loop of its own, whatever loop the caller may be in; raises what it raises."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def upgrade() -> Callable[[str], Coroutine[Any, Any, None]]:
    """The program's own way to make all tables. Imported late: tests that need no database need no storage either."""
    from storage.database import upgrade  # noqa: PLC0415

    return upgrade


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server shared by the run: that of TEST_DATABASE_URL or one of our own; skips when there is none."""
    try:
        server = Postgres.given_or_own()
    except PostgresUnavailable as error:
        pytest.skip(str(error))
    yield server
    server.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    run_apart(lambda: upgrade()(sqlite_url_of(file)))
    left = list(file.parent.glob("*-wal"))
    assert not left, f"upgrade() left a connection open: {left}"
    return file


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite database in a file of this test."""
    file = tmp_path / "holdback.sqlite3"
    shutil.copy(migrated_sqlite, file)
    return sqlite_url_of(file)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A migrated PostgreSQL database of this test."""
    url = postgres.create_migrated(upgrade())
    yield url
    postgres.drop(url)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database, once a SQLite file and once on PostgreSQL."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    assert isinstance(url, str)
    return url


@pytest.fixture(params=BOTH_IN_THE_SWEEP)
def sampled_database_url(request: pytest.FixtureRequest) -> str:
    """A migrated SQLite file; in the sweep a database on PostgreSQL too: for rooms that write no SQL of their own."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
def empty_postgres_url(postgres: Postgres) -> Iterator[str]:
    """A PostgreSQL database of this test without any table."""
    url = postgres.create_empty()
    yield url
    postgres.drop(url)


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, once a SQLite file yet to be made and once on PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_url_of(tmp_path / "holdback.sqlite3")
    url = request.getfixturevalue("empty_postgres_url")
    assert isinstance(url, str)
    return url
