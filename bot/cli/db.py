"""`holdback db`: upgrade, check, recount, back up, restore, release and move."""

import asyncio
import gzip
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli import db_move
from bot.cli.common import AsJson, family, now, say, settings, with_database
from bot.cli.errors import WRONG, fail

if TYPE_CHECKING:
    from storage.database import Database, Tx
    from storage.recounting import Found, Sum

app = family("Upgrade, check, recount, back up, restore and move the database.")
app.command()(db_move.move)
DOUBT: Final = (
    "nothing here knows whether they went out since the backup was made; if none did, as after a move to this machine, "
    "run `holdback db release --codes-unused`"
)
File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


@app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Bring the database to the version of this program. Safe to run again.

    Example: holdback db upgrade
    """
    from storage.database import upgrade as upgrade_database
    from storage.schema import newest_version

    asyncio.run(upgrade_database(settings().database))
    version = newest_version()
    say({"version": version}, [f"the database is at version {version}"], as_json=as_json)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Check that the database is of the right version and whole. Changes nothing.

    Example: holdback db check
    """
    from storage import engines, sound
    from storage.database import Database
    from storage.schema import newest_version

    address = settings().database

    async def look() -> None:
        database = Database(address, checkpoints=False)
        try:
            await database.check()
        finally:
            await database.close()

    file = engines.sqlite_file(engines.parse_url(address))
    if file is not None and file.exists():
        sound.refuse_damaged(file)
    asyncio.run(look())
    say({"ok": True, "version": newest_version()}, [f"good: version {newest_version()}"], as_json=as_json)


@app.command()
def recount(
    only_check: Annotated[
        bool, typer.Option("--check", help="Only compare, and write nothing: exit code 1 when a sum is wrong.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Count every sum afresh that is kept beside what it counts, and say which were right. Safe while the server runs.

    Example: holdback db recount --check
    """
    found = asyncio.run(_recount(only_check=only_check))
    rows = [{"sum": one.name, "about": one.about, "rows": result.rows, "wrong": result.wrong} for one, result in found]
    wrong = sum(result.wrong for _, result in found)
    repaired = bool(wrong) and not only_check
    lines = [f"{one.about}: {_judged(result, only_check=only_check)}" for one, result in found]
    say({"right": not wrong, "repaired": repaired, "sums": rows}, lines, as_json=as_json)
    if wrong and only_check:
        fail("a sum is wrong; run `holdback db recount` to count it afresh", WRONG)


def _judged(found: "Found", *, only_check: bool) -> str:
    if not found.wrong:
        return f"right, {found.rows} rows"
    return f"{found.wrong} rows are wrong" if only_check else f"{found.wrong} rows were wrong, counted afresh"


async def _recount(*, only_check: bool) -> list[tuple["Sum", "Found"]]:
    """Each sum in a transaction of its own, so that nobody waits for all of them; compared as of one moment."""
    from storage import recounting
    from storage.database import Database

    database = Database(settings().database, checkpoints=False)
    try:
        await database.check()
        if only_check:
            async with database.read_patiently() as tx:
                return [(one, await recounting.compare(tx, one)) for one in recounting.SUMS]
        return [
            (one, await database.transact_patiently(partial(recounting.recount, of=one))) for one in recounting.SUMS
        ]
    finally:
        await database.close()


@app.command()
def backup(file: File, as_json: AsJson = False) -> None:
    """Write everything to a file, while the server runs. It holds personal data: keep it where nobody else can read it.

    Example: holdback db backup holdback.backup
    """
    lines = with_database(lambda database: _write(database, file))
    say({"file": str(file), "rows": lines - 1}, [f"wrote {file}: {lines - 1} rows"], as_json=as_json)


async def _write(database: "Database", file: Path) -> int:
    from bot.cli.files import open_private_bytes
    from storage import doubt
    from storage.backup import dump
    from storage.failpoints import failpoint
    from storage.schema import newest_version

    # Beside its place first: a backup that was interrupted never looks like a whole one.
    unfinished = file.with_name(f"{file.name}.partial")
    lines, installation = 0, await database.transact(doubt.name_installation)
    with (
        open_private_bytes(unfinished) as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3, mtime=0) as packed,
    ):
        async with database.read() as tx:
            async for line in dump(tx, newest_version(), installation, now()):
                packed.write(line.encode())
                lines += 1
    failpoint("backup.written")
    unfinished.replace(file)
    return lines


@app.command()
def restore(file: File, as_json: AsJson = False) -> None:
    """Replace everything by a backup; what was there is backed up first. Nothing is sent until `holdback db release`.

    Not taken back is who was erased or said stop since, which codes and offers were given, and whose keys were revoked.
    On a database that knows nothing of this since, codes that were free are set aside. Stop all servers first.

    Example: holdback db restore holdback.backup
    """
    from bot.house import read_secret
    from bot.lock import only_server
    from storage import backup as backups
    from storage import doubt, engines, workers
    from storage.errors import AlreadyRunning
    from storage.schema import newest_version

    loaded = settings()
    loaded.home_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = loaded.home_dir / f"before-restore-{now():%Y%m%d-%H%M%S}.backup"

    async def replace(database: "Database") -> tuple[dict[str, int], int]:
        with _lines(file):
            pass
        async with database.read() as tx:
            if await workers.live(tx):
                raise AlreadyRunning
        await _write(database, before)

        async def work(tx: "Tx") -> dict[str, int]:
            with _lines(file) as lines:
                return await backups.load(tx, lines, schema=newest_version(), now=now(), key=read_secret(loaded))

        counts = await database.transact(work)
        await database.wipe()
        async with database.read() as tx:
            return counts, await doubt.waiting(tx)

    with only_server(engines.sqlite_file(engines.parse_url(loaded.database))):
        counts, aside = with_database(replace)
    told = [f"{name}: {number}" for name, number in counts.items()]
    kept = f"what was there before is in {before}; delete it when you do not need it"
    held = "sending is held: look around, then run `holdback db release`"
    codes = [f"{aside} codes are set aside: {DOUBT}"] if aside else []
    document = {"rows": counts, "before": str(before), "held": True, "codes_set_aside": aside}
    say(document, [*told, kept, *codes, held], as_json=as_json)


@contextmanager
def _lines(file: Path) -> Iterator[Iterator[str]]:
    """The lines of a backup; leaves with one line when there are none to be read."""
    from storage.errors import BackupUnusable

    try:
        opened = gzip.open(file, "rt", encoding="utf-8")  # noqa: SIM115 - closed below, after the errors of reading
    except OSError as error:
        fail(f"{file}: cannot be read: {(error.strerror or 'unknown reason').lower()}; check the path")
    with closing(opened):
        try:
            yield iter(opened)
        except (OSError, EOFError, UnicodeError, zlib.error):
            raise BackupUnusable(f"{file}: this is no backup, or a damaged one; take another file") from None


@app.command()
def release(
    codes_unused: Annotated[
        bool,
        typer.Option("--codes-unused", help="Give codes back that a restore has set aside: none of them went out."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let messages be sent again after a restore.

    Example: holdback db release
    """
    from storage import doubt, hold

    async def work(tx: "Tx") -> tuple[bool, int]:
        return await hold.release(tx), await doubt.give_back(tx) if codes_unused else 0

    held, back = with_database(lambda database: database.transact(work))
    lines = ["messages are sent again" if held else "nothing was held"]
    lines += [f"{back} codes may be given again"] if codes_unused else []
    document = {"released": held} | ({"codes_given_back": back} if codes_unused else {})
    say(document, lines, as_json=as_json)
