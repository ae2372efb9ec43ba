"""A SQLite file on a file system of the network is refused; what Linux says of its mounts is read as it is written."""

import sys
from pathlib import Path

import pytest

from storage import filesystems
from storage.errors import NetworkDisk

MOUNTS = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
31 27 0:40 / /srv rw,noatime shared:2 master:7 - nfs4 files.shop.example:/export rw,vers=4.2
32 31 254:1 / /srv/local rw - xfs /dev/vdb rw
33 27 0:41 / /mnt/our\040files rw - cifs //files/shop rw
34 27 0:42 / /home/ann/remote rw,nosuid - fuse.sshfs ann@files: rw
35 27 0:43 / /mnt/c rw - 9p drvfs rw
36 27 0:44 / /mnt/twice rw - nfs files:/a rw
37 36 254:2 / /mnt/twice rw - ext4 /dev/vdc rw
a line that somebody has cut
38 27 0:45 / /mnt/short rw -
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/holdback", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/shop/var", "nfs4"),
        ("/srv/local/var", "xfs"),
        ("/srvlocal", "ext4"),
        ("/mnt/our files/var", "cifs"),
        ("/home/ann/remote", "fuse.sshfs"),
        ("/home/ann", "ext4"),
        ("/mnt/c/shop", "9p"),
        ("/mnt/twice/var", "ext4"),
        ("/mnt/short", "ext4"),
    ],
)
def test_a_folder_is_on_what_is_mounted_nearest_above_it(folder: str, kind: str) -> None:
    assert filesystems.kind_of(Path(folder), MOUNTS) == kind


def test_where_nothing_is_said_nothing_is_known() -> None:
    assert filesystems.kind_of(Path("/var"), "") is None


def test_a_file_on_the_network_is_refused_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said, link = tmp_path / "mountinfo", tmp_path / "link"
    said.write_text(MOUNTS + f"40 27 0:50 / {tmp_path.resolve()}/net rw - nfs4 files:/b rw\n")
    monkeypatch.setattr(filesystems, "MOUNTINFO", said)
    (tmp_path / "net").mkdir()
    link.symlink_to(tmp_path / "net")
    filesystems.refuse_network(tmp_path / "holdback.db")
    for folder in (tmp_path / "net", link, tmp_path / "net" / "not" / "made"):
        with pytest.raises(NetworkDisk, match=r"\(nfs4\).*a disk of this machine, or to PostgreSQL"):
            filesystems.refuse_network(folder / "holdback.db")
    monkeypatch.setattr(filesystems, "MOUNTINFO", tmp_path / "nothing")
    filesystems.refuse_network(link / "holdback.db")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what is mounted where")
def test_of_this_machine_the_kind_is_known() -> None:
    assert filesystems.file_system_of(Path("/proc/holdback.db")) == "proc"
