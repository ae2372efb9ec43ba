"""Which file system a folder is on, and whether a SQLite file may live there.

SQLite's log is shared memory of the processes of one machine, and locks are what that machine's system keeps. On a file
system of the network neither holds for somebody who opens the file elsewhere, and "it is on the disk" is said by a
server that may only have it in memory: two servers could run on one file, and a commit could be lost.
"""

import re
from pathlib import Path
from typing import Final

from storage.errors import NetworkDisk

MOUNTINFO = Path("/proc/self/mountinfo")
"""Where Linux says what is mounted where. Other systems have no such file: nothing is known there, and refused."""

NETWORK: Final = frozenset(
    {
        *("nfs", "nfs4"),
        *("cifs", "smb3", "smbfs"),  # folders of Windows and Samba
        *("afs", "coda", "ncpfs", "ncp", "ceph", "lustre"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone"),
    }
)
"""File systems of the network, as Linux calls them. One that is not known here is allowed.

So are 9p and virtiofs: folders of the machine that a virtual one runs on, whose locks the one kernel inside keeps.
"""

_ESCAPED = re.compile(r"\\([0-7]{3})")


def kind_of(folder: Path, mounts: str) -> str | None:
    """The kind of the file system that an absolute folder is on, after the text of mountinfo; None when it names none.

    Of two file systems at the same place the later one hides the earlier.
    """
    found, depth = None, -1
    for line in mounts.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split()
        if not separator or len(fields) < 5 or not after.split():
            continue
        place = Path(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[4]))
        if folder.is_relative_to(place) and len(place.parts) >= depth:
            found, depth = after.split()[0], len(place.parts)
    return found


def file_system_of(file: Path) -> str | None:
    """The kind of the file system that this file is on, or will be once it is made; None where nothing says it."""
    try:
        mounts = MOUNTINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return kind_of(file.resolve().parent, mounts)


def refuse_network(file: Path) -> None:
    """Raises NetworkDisk when this SQLite file is on a file system of the network."""
    kind = file_system_of(file)
    if kind in NETWORK:
        raise NetworkDisk(str(file.resolve().parent), str(kind))
