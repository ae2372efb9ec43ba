"""What the system tells of a process: its time on a core, its memory, its open files (Linux)."""

import os
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Seconds that a process has been on a core. 0 when there is none."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def memory_mib(pid: int) -> float:
    """MiB that a process has in memory now. Raises OSError when there is none."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def descriptors(pid: int) -> int:
    """Files and connections that a process has open. Raises OSError when there is none."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
