"""Imports: a file in, batch by batch, each batch in one transaction. Running one again changes nothing."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.data.cells import Moments
from bot.data.columns import Header, Kind, as_exported, codes_kind, parse_row, prospects_kind, read_header
from bot.data.errors import RowRefused
from bot.data.summary import Refusals, Summary
from bot.data.table import Row, Table, open_table
from flows.audience.attributes import Attributes, Written
from flows.offers.catalogue import Catalogue
from storage import codes
from storage.database import Database, Tx
from storage.importing import ConsentSaid, Imported, Incoming, take_over

BATCH = 500
CONSENTS = {"consent_email": "email", "consent_telegram": "telegram"}
IDENTITIES = {"external_id": "external", "email": "email", "phone": "phone"}
NOT_FACTS = frozenset({*CONSENTS, *IDENTITIES, "consent_text", "consent_at"})

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are."""


@dataclass(frozen=True, slots=True)
class Job:
    """One import: the file, where its errors go (default `<file>.errors.csv`), and whether anything is to be kept."""

    path: Path
    encoding: str | None = None
    errors: Path | None = None
    dry_run: bool = False
    progress: Progress | None = None

    @property
    def error_path(self) -> Path:
        """Where refused rows are written."""
        return self.errors or self.path.with_name(f"{self.path.name}.errors.csv")


class _DryRunOver(Exception):
    """No error: it takes a transaction back and carries what it found."""

    def __init__(self, results: Any) -> None:
        self.results = results


async def in_batch(database: Database, work: Callable[[Tx], Awaitable[T]], *, dry_run: bool) -> T:
    """Run a batch in its own transaction; a dry run takes it back at the end."""
    if not dry_run:
        return await database.transact(work)

    async def undone(tx: Tx) -> T:
        raise _DryRunOver(await work(tx))

    try:
        return await database.transact(undone)
    except _DryRunOver as over:
        results: T = over.results
        return results


@dataclass(frozen=True, slots=True)
class Parsed:
    """A row that can be imported: its line, its values by column, and what else it says."""

    row: Row
    values: dict[str, Any]
    attributes: dict[str, str]


def batches(kind: Kind, table: Table, header: Header, summary: Summary, refusals: Refusals) -> Iterator[list[Parsed]]:
    """Parsed rows in batches; what cannot be parsed goes to the refusals."""
    batch: list[Parsed] = []
    for row in table:
        summary.read += 1
        try:
            batch.append(Parsed(row, *parse_row(kind, header, row)))
        except RowRefused as refused:
            refusals.add(row, refused)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def start(kind: Kind, job: Job) -> tuple[Table, Header, Summary]:
    """Open and look over the file. Raises FileRefused."""
    table = open_table(job.path, encoding=job.encoding)
    header = read_header(kind, table)
    summary = Summary(job.path.name, dry_run=job.dry_run, warnings=[*table.warnings, *header.warnings])
    return table, header, summary


async def import_prospects(
    database: Database, job: Job, *, key: bytes, zone: str, now: datetime, attributes: Attributes | None = None
) -> Summary:
    """Import prospects.csv. `key` hashes suppressed addresses, `zone` is the shop's time zone. Raises FileRefused.

    Columns of declared `attributes` become facts, true when the file was last changed; others are kept as free ones.
    """
    kind = prospects_kind(Moments(zone, now), attributes)
    table, header, summary = start(kind, job)
    if not set(CONSENTS) & set(header.known.values()):
        summary.warnings.append(f"{job.path.name}: no consent column; prospects are imported and not contacted")
    kind = as_exported(kind) if header.own else kind
    changed = min(datetime.fromtimestamp(job.path.stat().st_mtime, UTC), now)
    with Refusals(table, job.error_path, summary) as refusals:
        for batch in batches(kind, table, header, summary, refusals):
            named = _nameable(batch, summary) if header.own else batch
            incoming = list(_incoming(named, table.digest, changed, refusals))

            async def work(tx: Tx, batch: list[Incoming] = incoming) -> list[Imported]:
                return await take_over(tx, batch, now=now, key=key)

            for imported in await in_batch(database, work, dry_run=job.dry_run):
                summary.count(imported.result)
                summary.not_contactable += not imported.contactable
            if job.progress:
                job.progress(summary.read, table.rows)
    if summary.passed_over:
        number = f"{summary.passed_over} of them are" if summary.passed_over > 1 else "one of them is"
        summary.warnings.append(f"{job.path.name}: {number} known by no id, email or phone of the shop: left as it is")
    return summary


def _nameable(batch: list[Parsed], summary: Summary) -> list[Parsed]:
    """Those of an export of ours that a file can name; others, who came by Telegram alone, stay as they are."""
    named = [one for one in batch if any(one.values.get(name) for name in IDENTITIES)]
    summary.passed_over += len(batch) - len(named)
    summary.unchanged += len(batch) - len(named)
    return named


def _incoming(batch: list[Parsed], digest: str, changed: datetime, refusals: Refusals) -> Iterator[Incoming]:
    for parsed in batch:
        proof = f"file {digest} line {parsed.row.line}"
        incoming = incoming_of(parsed.values, parsed.attributes, proof=proof, at=changed)
        if incoming is None:
            refusals.add(parsed.row, RowRefused("", "names nobody; fill in external_id, email or phone"))
        else:
            yield incoming


def incoming_of(
    values: dict[str, Any],
    attributes: dict[str, str],
    *,
    proof: str | None,
    via: str = "import",
    at: datetime | None = None,
) -> Incoming | None:
    """A prospect out of parsed values; None when no identity is among them. `at`: when they were true (default now)."""
    identities = {kind: values[name] for name, kind in IDENTITIES.items() if values.get(name)}
    if not identities:
        return None
    declared = {name: value for name, value in values.items() if isinstance(value, Written)}
    facts = {name: value for name, value in values.items() if name not in NOT_FACTS and name not in declared}
    company = {name.removeprefix("company_"): facts.pop(name) for name in list(facts) if name.startswith("company_")}
    consents = tuple(
        ConsentSaid(channel, values[name], values.get("consent_at"), values.get("consent_text"))
        for name, channel in CONSENTS.items()
        if values.get(name) is not None
    )
    row = {**facts, "company": company, "attributes": attributes}
    return Incoming(identities, row, consents, via, proof, declared, at)


async def import_codes(database: Database, job: Job, *, catalogue: Catalogue, zone: str, now: datetime) -> Summary:
    """Import codes.csv into the pools of the catalogue's offers. Raises FileRefused."""
    kind = codes_kind(Moments(zone, now))
    table, header, summary = start(kind, job)
    pools = [offer.id for offer in catalogue.offers if offer.code == "pool"]
    with Refusals(table, job.error_path, summary) as refusals:
        for batch in batches(kind, table, header, summary, refusals):
            good = [parsed for parsed in batch if _has_pool(parsed, pools, refusals)]
            rows = [
                codes.NewCode(one.values["offer"], one.values["code"], one.values.get("expires_at")) for one in good
            ]

            async def work(tx: Tx, rows: list[codes.NewCode] = rows) -> list[codes.CodeResult]:
                return await codes.add(tx, rows, now)

            for parsed, result in zip(good, await in_batch(database, work, dry_run=job.dry_run), strict=True):
                if result == "other offer":
                    refusals.add(
                        parsed.row, RowRefused("code", "is in the pool of another offer; a code serves one offer")
                    )
                else:
                    summary.count(result)
            if job.progress:
                job.progress(summary.read, table.rows)
    return summary


def _has_pool(parsed: Parsed, pools: list[str], refusals: Refusals) -> bool:
    if parsed.values["offer"] in pools:
        return True
    known = ", ".join(pools) or "none has a pool"
    refusals.add(parsed.row, RowRefused("offer", f"is not an offer with a pool of codes; known ones: {known}"))
    return False
