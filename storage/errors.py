"""Errors of storage. Each says what is wrong and the cure."""

from collections.abc import Sequence


class StorageError(Exception):
    """Base of what storage raises on purpose."""


class DatabaseUrlInvalid(StorageError):
    """HOLDBACK_DATABASE_URL cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"HOLDBACK_DATABASE_URL: {reason}; write sqlite:////path/to/holdback.db or postgresql://user:password@host/name"
        )


class SchemaOutdated(StorageError):
    """The database is of another version than this program."""

    def __init__(self, found: str | None, wanted: str) -> None:
        self.found = found
        super().__init__(
            f"the database is at version {found or 'none'}, this program needs {wanted}; run `holdback db upgrade`"
        )


class NetworkDisk(StorageError):
    """A SQLite file on a file system of the network."""

    def __init__(self, folder: str, kind: str) -> None:
        super().__init__(
            f"{folder} is on a file system of the network ({kind}), where SQLite's locks and its log do not hold; "
            "set HOLDBACK_DATABASE_URL to a file on a disk of this machine, or to PostgreSQL"
        )


class SettingsNotKept(StorageError):
    """SQLite did not take a setting that promises rest on."""

    def __init__(self, file: str, differences: Sequence[str]) -> None:
        super().__init__(
            f"{file}: SQLite did not take its settings ({', '.join(differences)}), so nothing here could be promised; "
            "keep the file on a disk of this machine that this user may write to, and no other program in it"
        )


class DatabaseDamaged(StorageError):
    """A look through a SQLite file found damage. The file stays as it is."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file} is damaged ({what}) and stays as it is; stop what uses it, move it away with its -wal and -shm, "
            "then run `holdback db restore BACKUP` (docs/operating.md); or check HOLDBACK_DATABASE_URL"
        )


class DatabaseSuspect(StorageError):
    """The disk did not keep what SQLite gave it, or gave back something else. Nothing is asked of the file any more."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file} cannot be trusted until it was looked through ({what}), so nothing more is written to it; "
            "see what the system says of this disk, then start Holdback again: it looks through the file first"
        )


class MovedAway(StorageError):
    """The installation lives in another database now, or is on its way there."""

    def __init__(self, to: str, *, done: bool) -> None:
        what, cure = (
            ("has moved", "set HOLDBACK_DATABASE_URL to that address")
            if done
            else ("is being moved", "run `holdback db move --to ...` again to finish that")
        )
        super().__init__(
            f"this installation {what} to {to}: {cure}; to stay here instead, run `holdback db move --stay`"
        )


class MoveUnfinished(StorageError):
    """An installation is being moved into this database, and not all of it is there."""

    def __init__(self) -> None:
        super().__init__(
            "an installation is being moved into this database and not all of it is there; "
            "run `holdback db move --to ...` again where it comes from"
        )


class MoveRefused(StorageError):
    """A move that cannot begin or go on; the old database is whole and stays as it is."""


class TakenMeanwhile(StorageError):
    """Somebody else wrote first what this transaction relies on; Database.transact runs it again."""

    def __init__(self, what: str = "an identity") -> None:
        super().__init__(f"{what} was taken by somebody else in the meantime; try again")


class ShelfChanged(TakenMeanwhile):
    """What was on the shelf for an offer (a code, the last of a budget) is gone.

    The turn is taken again with what is left.
    """

    def __init__(self, offer: str) -> None:
        super().__init__(
            f"what was left of offer {offer!r} went to somebody else in the meantime; the turn is taken again"
        )


class AlreadyRunning(StorageError):
    """A second server on one SQLite file, or a command that needs all servers to be stopped."""

    def __init__(self) -> None:
        super().__init__(
            "another Holdback is already running on this database; stop it first (several servers need PostgreSQL)"
        )


class SegmentInUse(StorageError):
    """A segment that something names can neither be deleted nor get another name."""

    def __init__(self, name: str, users: Sequence[str]) -> None:
        super().__init__(
            f"the segment {name!r} is used by {' and by '.join(users)}; name another segment there first, "
            "then delete or rename it"
        )


class SegmentSensitive(StorageError):
    """A segment that decides offers may not look at what is sensitive."""

    def __init__(self, name: str, attribute: str, users: Sequence[str]) -> None:
        super().__init__(
            f"{attribute!r} is sensitive and may not decide an offer, and the segment {name!r} is used by "
            f"{' and by '.join(users)}; leave it out, or save this under another name"
        )


class SegmentApproved(StorageError):
    """A segment is part of what two people approve: one of them does not change it afterwards."""

    def __init__(self, name: str, users: Sequence[str]) -> None:
        super().__init__(
            f"the segment {name!r} is part of what two people approve in {' and in '.join(users)}; save this under "
            "another name, and name that one in a new version"
        )


class SegmentNameTaken(StorageError):
    """There is another segment of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is another segment called {name!r}; choose another name")


class BackupUnusable(StorageError):
    """A file that cannot be restored; nothing has been changed."""
