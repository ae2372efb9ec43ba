"""Backups: all rows as lines of JSON, the same for both databases, so that one can be restored into the other."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Table, insert, select, tuple_, update

from storage import dialects, erasure, hold, suppressions
from storage.columns import Amount, UTCDateTime
from storage.database import Tx
from storage.errors import BackupUnusable
from storage.failpoints import failpoint
from storage.tables import identities, metadata, outbox
from storage.tables import suppressions as suppression_table

FORMAT: Final = 1
PAGE: Final = 500

Rows = list[dict[str, Any]]


async def dump(tx: Tx, schema: str) -> AsyncIterator[str]:
    """The lines of a backup: one about itself, then one for each row, as `[table, {column: value}]`."""
    await dialects.steady(tx)
    yield json.dumps({"holdback": FORMAT, "schema": schema}) + "\n"
    for table in metadata.sorted_tables:
        async for row in _rows(tx, table):
            plain = {name: _plain(value) for name, value in row.items() if value is not None}
            yield json.dumps([table.name, plain], ensure_ascii=False) + "\n"


async def _rows(tx: Tx, table: Table) -> AsyncIterator[dict[str, Any]]:
    key = tuple_(*table.primary_key.columns)
    query = select(table).order_by(*table.primary_key.columns).limit(PAGE)
    page = (await tx.execute(query)).mappings().all()
    while page:
        for row in page:
            yield dict(row)
        last = tuple(page[-1][column.name] for column in table.primary_key.columns)
        page = (await tx.execute(query.where(key > last))).mappings().all() if len(page) == PAGE else []


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


async def load(tx: Tx, lines: Iterable[str], *, schema: str, now: datetime, key: bytes) -> dict[str, int]:
    """Replace everything in the database by a backup, and hold all sending. Returns table -> rows.

    What waited to be sent when the backup was made may have been sent since: it is parked. Who was erased since then is
    erased again (`key` is the secret of the suppression list). Raises BackupUnusable.
    """
    rest = iter(lines)
    _check_header(next(rest, ""), schema)
    erased = (await tx.execute(select(suppression_table))).mappings().all()
    await dialects.empty(tx, metadata.sorted_tables)
    failpoint("restore.emptied")
    counts: dict[str, int] = {}
    for table, rows in _batches(rest):
        await tx.execute(insert(table), rows)
        counts[table.name] = counts.get(table.name, 0) + len(rows)
    await dialects.count_on(tx, metadata.sorted_tables)
    await tx.execute(
        update(outbox)
        .where(outbox.c.state.in_(("ready", "leased", "sending")))
        .values(state="unknown", reason="restored from a backup: it may have been sent since", lease_until=None)
    )
    await _erase_again(tx, [dict(row) for row in erased], now, key)
    await hold.hold(tx, f"restored from a backup at {now.isoformat(timespec='seconds')}")
    failpoint("restore.loaded")
    return counts


def _check_header(line: str, schema: str) -> None:
    try:
        header = json.loads(line)
        known = header["holdback"] == FORMAT
        found = str(header["schema"])
    except (ValueError, KeyError, TypeError):
        raise BackupUnusable("this is not a backup made by `holdback db backup`; check the file") from None
    if not known or found != schema:
        raise BackupUnusable(
            f"the backup is of version {found}, this program needs {schema}; restore it with the Holdback that made it"
        )


def _batches(lines: Iterator[str]) -> Iterator[tuple[Table, Rows]]:
    """Rows of one table at a time, up to PAGE, every column named."""
    table: Table | None = None
    rows: Rows = []
    for number, line in enumerate(lines, 2):
        try:
            name, values = json.loads(line)
            of = metadata.tables[name]
            row = {column.name: _typed(column.type, values.get(column.name)) for column in of.columns}
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
    if value is None:
        return None
    if isinstance(kind, UTCDateTime):
        return datetime.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Amount) else value


async def _erase_again(tx: Tx, erased: Rows, now: datetime, key: bytes) -> None:
    """The suppression list is not taken back, and whoever is on it because they were erased goes again."""
    if not erased:
        return
    added = dialects.insert(tx, suppression_table).on_conflict_do_nothing()
    await tx.execute(added, erased)
    hashes = {row["hash"] for row in erased if row["reason"] == "erased"}
    known = await tx.execute(select(identities.c.prospect_id, identities.c.kind, identities.c.value))
    gone = {row.prospect_id for row in known if suppressions.address_hash(key, row.kind, row.value) in hashes}
    for prospect_id in sorted(gone):
        await erasure.erase(tx, prospect_id, now, key)
