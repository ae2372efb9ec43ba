"""Named places where a crash can be provoked, for the tests that prove a crash harms nobody. Inert unless armed."""

import os
import signal

_armed: dict[str, int] = {}


def arm(name: str, hits: int = 1) -> None:
    """Kill this process (SIGKILL) the `hits`-th time the failpoint of this name is passed."""
    _armed[name] = hits


def failpoint(name: str) -> None:
    """Pass a named place. Does nothing unless this very name has been armed."""
    if not _armed or name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
