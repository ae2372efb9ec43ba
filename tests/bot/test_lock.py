"""One server on one SQLite file: a second one is refused, and what a dead one held is free at once."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.lock import only_server
from storage.errors import AlreadyRunning
from tests.bot.cli.shell import Shell

HOLDS = """
import sys, time
from pathlib import Path
from bot.lock import only_server
with only_server(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_server_is_refused_with_the_cure_and_changes_nothing(
    shell_at: Callable[[str], Shell], published_url: str
) -> None:
    file = Path(published_url.partition(":///")[2])
    holdback, before = shell_at(published_url), file.read_bytes()
    with only_server(file):
        said = holdback("serve")
    assert said.code != 0 and "another Holdback is already running on this database; stop it first" in said.err
    assert "Traceback" not in said.err and file.read_bytes() == before


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    file = tmp_path / "var" / "holdback.db"
    holder = subprocess.Popen([sys.executable, "-c", HOLDS, file], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning), only_server(file):
            pass
        holder.send_signal(signal.SIGKILL)
        assert holder.wait(10) == -signal.SIGKILL
    with only_server(file):
        pass


def test_servers_of_one_postgresql_hold_nothing() -> None:
    with only_server(None), only_server(None):
        pass
