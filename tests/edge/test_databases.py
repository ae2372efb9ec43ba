"""Every test gets its own real database, and the server ends with the tests however they end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.edge.postgres import Postgres, PostgresUnavailable, temporary_home

ROOT = Path(__file__).parents[2]


async def query(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(statement))]
    finally:
        await engine.dispose()


async def do(url: str, statement: str) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


@pytest.fixture
def own_server() -> Iterator[Postgres]:
    try:
        server = Postgres.own(f"crash-{os.getpid()}")
    except PostgresUnavailable as error:
        pytest.skip(str(error))
    yield server
    server.close()


async def test_postgresql_answers_through_asyncpg(empty_postgres_url: str) -> None:
    assert await query(empty_postgres_url, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_has_all_tables_and_no_rows(database_url: str, turn: int) -> None:
    assert await query(database_url, "SELECT count(*) FROM prospects") == [(0,)]
    assert len(await query(database_url, "SELECT version_num FROM alembic_version")) == 1


async def test_an_empty_database_is_empty(empty_database_url: str) -> None:
    with pytest.raises(DBAPIError):
        await query(empty_database_url, "SELECT count(*) FROM prospects")


@pytest.mark.postgres
async def test_a_crash_keeps_what_was_committed(own_server: Postgres) -> None:
    url = own_server.create_empty()
    await do(url, "CREATE TABLE kept (id int)")
    own_server.crash()
    assert await query(url, "SELECT count(*) FROM kept") == [(0,)]


@pytest.mark.postgres
async def test_connections_can_be_cut(own_server: Postgres) -> None:
    engine = create_async_engine(own_server.create_empty())
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        own_server.kill_connections(engine.url.render_as_string(hide_password=False))
        with pytest.raises(DBAPIError):
            await connection.execute(text("SELECT 1"))
        await connection.invalidate()
    await engine.dispose()


@pytest.mark.postgres
def test_the_server_ends_with_a_killed_test_run(postgres: Postgres) -> None:
    program = (
        "import sys; from tests.edge.postgres import Postgres; server = Postgres.own(sys.argv[1]);"
        "print('ready', flush=True); sys.stdin.read()"
    )
    name = f"killed-{os.getpid()}"
    command = [sys.executable, "-c", program, name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        home = temporary_home(name)
        assert (home / "data").is_dir()
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while home.exists():
        assert time.monotonic() < deadline, "the server outlived its tests"
        time.sleep(0.05)
