"""Backups: all rows as lines of JSON, the same for both databases, so that one can be restored into the other."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, Null, Table, null, update

from storage import dialects, doubt, hold, lasting
from storage.columns import Amount, UTCDateTime
from storage.database import Tx
from storage.errors import BackupUnusable
from storage.failpoints import failpoint
from storage.moves import goes_along
from storage.outbox import LIVE
from storage.rows import KEPT, Key, Rows, key_of, page, put
from storage.tables import metadata, outbox

FORMAT: Final = 1
PAGE: Final = 500
MISSING: Final = object()
"""Stands for a value that a line does not have."""


async def dump(tx: Tx, schema: str, installation: str, now: datetime) -> AsyncIterator[str]:
    """The lines of a backup: one about itself, then one for each row, as `[table, {column: value}]`."""
    await dialects.steady(tx)
    header = {"holdback": FORMAT, "schema": schema, "installation": installation, "made_at": now.isoformat()}
    yield json.dumps(header) + "\n"
    for table in KEPT:
        after: Key | None = None
        while rows := await page(tx, table, after, PAGE):
            after = key_of(table, rows[-1])
            for row in rows:
                if goes_along(table, row):
                    yield json.dumps([table.name, _written(table, row)], ensure_ascii=False) + "\n"


def _written(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row without what is not there; a document that says null is there."""
    return {name: _plain(value) for name, value in row.items() if not _missing(table, name, value)}


def _missing(table: Table, name: str, value: Any) -> bool:
    return isinstance(value, Null) or (value is None and not isinstance(table.c[name].type, JSON))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


async def load(tx: Tx, lines: Iterable[str], *, schema: str, now: datetime, key: bytes) -> dict[str, int]:
    """Replace everything in the database by a backup, and hold all sending. Returns table -> rows.

    What waited to be sent when the backup was made may have been sent since: it is parked. What was promised to people
    since stays so (storage/lasting.py; `key` is the secret of the suppression list). When this database does not know
    what has happened since, the codes that were free are set aside (storage/doubt.py). Raises BackupUnusable.
    """
    rest = iter(lines)
    header = _header(next(rest, ""), schema)
    kept, same = await lasting.remember(tx), await doubt.installation(tx) == header.get("installation")
    await dialects.empty(tx, KEPT)
    failpoint("restore.emptied")
    counts: dict[str, int] = {}
    for table, rows in _batches(rest):
        await put(tx, table, rows)
        counts[table.name] = counts.get(table.name, 0) + len(rows)
    await dialects.count_on(tx, KEPT)
    await tx.execute(
        update(outbox)
        .where(outbox.c.state.in_(LIVE))
        .values(state="unknown", reason="restored from a backup: it may have been sent since", lease_until=None)
    )
    await lasting.put_back(tx, kept, now, key)
    if not same:
        await doubt.set_aside(tx, now)
    await hold.hold(tx, f"restored from a backup at {now.isoformat(timespec='seconds')}")
    failpoint("restore.loaded")
    return counts


def _header(line: str, schema: str) -> dict[str, Any]:
    """What a backup says about itself: `installation` and `made_at` where it is not of the first days."""
    try:
        header: dict[str, Any] = json.loads(line)
        known = header["holdback"] == FORMAT
        found = str(header["schema"])
    except (ValueError, KeyError, TypeError):
        raise BackupUnusable("this is not a backup made by `holdback db backup`; check the file") from None
    if not known or found != schema:
        raise BackupUnusable(
            f"the backup is of version {found}, this program needs {schema}; restore it with the Holdback that made it"
        )
    return header


def _batches(lines: Iterator[str]) -> Iterator[tuple[Table, Rows]]:
    """Rows of one table at a time, up to PAGE, every column named."""
    table: Table | None = None
    rows: Rows = []
    for number, line in enumerate(lines, 2):
        try:
            name, values = json.loads(line)
            of = metadata.tables[name]
            row = {column.name: _typed(column.type, values.get(column.name, MISSING)) for column in of.columns}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BackupUnusable(f"line {number} of the backup is damaged; take another backup file") from None
        if rows and table is not None and (of is not table or len(rows) == PAGE):
            yield table, rows
            rows = []
        table = of
        rows.append(row)
    if rows and table is not None:
        yield table, rows


def _typed(kind: Any, value: Any) -> Any:
    if isinstance(kind, JSON):
        return null() if value is MISSING else value
    if value is MISSING or value is None:
        return None
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Amount) else value
