"""What `holdback doctor` says about SQLite itself: its disk, its file, its settings, its log, its version."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out."""

    state: Literal["good", "warning"]
    says: str


async def look(settings: "Settings") -> Judged:
    """What can be said of the file; changes nothing.

    Raises NetworkDisk, DatabaseDamaged, SettingsNotKept for what a server would refuse to start on.
    """
    from storage import engines, filesystems, sound
    from storage.database import Database

    file = engines.sqlite_file(engines.parse_url(settings.database))
    if file is None:
        return Judged("good", "PostgreSQL looks after its own")
    filesystems.refuse_network(file)
    if not file.exists():
        return Judged("good", _told(file))
    await asyncio.to_thread(sound.refuse_damaged, file)
    database = Database(settings.database, checkpoints=False)
    try:
        await database.refuse_unless_set()
    finally:
        await database.close()
    return _warned(file) or Judged("good", f"whole, set as asked; {_told(file)}")


def _warned(file: Path) -> Judged | None:
    from storage import engines, sound

    if sound.mark_of(file).exists():
        return Judged("warning", f"{file} was found suspect; the next start of the server looks through all of it")
    size, limit = sound.log_size(file) >> 20, engines.LOG_LIMIT >> 20
    if size > limit:
        cure = "something reads for long (an export, a backup, a program of your own); end it, and the log shrinks"
        return Judged("warning", f"its write-ahead log has {size} MiB, more than {limit}: {cure}")
    return None


def _told(file: Path) -> str:
    from storage import filesystems, sound

    told = f"SQLite {sound.VERSION} on {filesystems.file_system_of(file) or 'an unknown file system'}"
    if not sound.may_lose_log():
        return told
    return f"{told}; a fault of this version in folding its log in does not arise here: only the server does that"
