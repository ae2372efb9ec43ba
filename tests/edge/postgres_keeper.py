"""Runs one PostgreSQL server for as long as somebody uses it: python postgres_keeper.py DIRECTORY BINARIES [lasting].

Started by tests/edge/postgres.py as a process of its own, so that the server ends with the tests however they end: each
user holds a shared lock on a file, the operating system drops it when the user dies, and the keeper waits for the last.
A server that falls over is started again, so that tests may crash it.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "fsync": "off",  # the machine's power is not cut in these tests, only processes are killed
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # databases live for one test
    "timezone": "UTC",
}
LASTING = SETTINGS | {"fsync": "on", "full_page_writes": "on", "wal_level": "replica", "autovacuum": "on"}
"""As PostgreSQL is shipped: what was committed is on the disk."""
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
START_SECONDS = 60.0
STOP_SECONDS = 20.0


def as_whom() -> str | None:
    """The account to run the server as, None for our own."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


class Keeper:
    """The server in `home`: `data` and the socket inside, `ready.json` while it answers."""

    def __init__(self, home: Path, binaries: Path, settings: Mapping[str, str] = SETTINGS) -> None:
        self._settings = settings
        self._home = home
        self._binaries = binaries
        self._data = home / "data"
        self._closing = threading.Event()
        self._server: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Prepares the data, then serves until the last user is gone. Raises RuntimeError when it cannot start."""
        self._prepare()
        threading.Thread(target=self._await_last_user, daemon=True).start()
        while not self._closing.is_set():
            self._start()
            assert self._server is not None
            (self._home / "ready.json").write_text(json.dumps({"pid": self._server.pid}))
            self._server.wait()

    def _prepare(self) -> None:
        self._data.mkdir(mode=0o700)
        user = as_whom()
        if user is not None:
            shutil.chown(self._data, user)
        command = [
            str(self._binaries / "initdb"),
            "-D",
            str(self._data),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        options = ["--no-locale", "--no-sync", "--no-instructions"]
        subprocess.run([*command, *options], check=True, user=user, stdin=subprocess.DEVNULL, cwd="/")

    def _start(self) -> None:
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        settings = {**self._settings, "unix_socket_directories": str(self._data)}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), *arguments]
        self._server = subprocess.Popen(command, user=as_whom(), stdin=subprocess.DEVNULL, cwd="/")
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.02)

    def _answers(self) -> bool:
        with contextlib.suppress(FileNotFoundError):
            # The eighth line of this file is the server's own word on its state.
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            return len(lines) == 8 and lines[7].strip() == "ready"
        return False

    def _await_last_user(self) -> None:
        while True:
            with (self._home / "users.lock").open() as users, (self._home / "start.lock").open() as start:
                fcntl.flock(users, fcntl.LOCK_EX)  # waits for all users to be gone
                fcntl.flock(users, fcntl.LOCK_UN)
                fcntl.flock(start, fcntl.LOCK_EX)  # keeps newcomers out
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.close()
                    shutil.rmtree(self._home)
                    os._exit(0)  # the main thread has nothing left to do

    def close(self) -> None:
        """Stops the server: politely, then by force."""
        self._closing.set()
        server = self._server
        if server is None or server.poll() is not None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            server.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(STOP_SECONDS)
                return


def main() -> None:
    """Reads the command line."""
    home = Path(sys.argv[1])
    keeper = Keeper(home, Path(sys.argv[2]), LASTING if sys.argv[3:] == ["lasting"] else SETTINGS)
    if os.fork():
        return  # whoever started us goes on; the child stays
    try:
        keeper.run()
        time.sleep(STOP_SECONDS)  # the other thread is about to end the process
    except BaseException:
        (home / "failed").touch()
        raise
    finally:
        keeper.close()


if __name__ == "__main__":
    main()
