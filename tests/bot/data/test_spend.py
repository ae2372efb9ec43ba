"""spend.csv: a file again changes nothing, days never overlap, and every refusal names its line."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.data.imports import Job
from bot.data.spend import import_spend
from bot.data.summary import Summary
from storage import spend
from storage.database import Database, Tx
from storage.spend import Clash, Outcome, Spend

NOW = datetime(2026, 4, 1, tzinfo=UTC)
HEADER = "source,medium,campaign,from,to,amount,currency\n"


def written(file: Path, rows: str) -> None:
    file.write_text(HEADER + rows)


async def take(url: str, file: Path, rows: str, *, dry_run: bool = False) -> tuple[Summary, int]:
    """Import these rows; returns the summary and how many rows are kept then."""
    written(file, rows)
    database = Database(url)
    try:
        summary = await import_spend(database, Job(file, dry_run=dry_run), currency="EUR", by="test", now=NOW)
        async with database.read() as tx:
            return summary, len(await spend.newest(tx, 100))
    finally:
        await database.close()


async def test_a_file_again_changes_nothing_and_a_dry_run_keeps_nothing(sqlite_url: str, tmp_path: Path) -> None:
    rows = "search,cpc,spring,2026-03-01,2026-03-31,310.00,EUR\nnewsletter,,,2026-03-05,2026-03-05,12,\n"
    file = tmp_path / "spend.csv"
    assert (await take(sqlite_url, file, rows, dry_run=True))[1] == 0
    first, kept = await take(sqlite_url, file, rows)
    again, still = await take(sqlite_url, file, rows)
    assert (first.created, again.unchanged, kept, still) == (2, 2, 2, 2)
    corrected, _ = await take(sqlite_url, file, rows.replace("310.00", "300.00"))
    assert (corrected.updated, corrected.unchanged) == (1, 1)


async def test_each_refusal_names_its_line_and_the_cure(sqlite_url: str, tmp_path: Path) -> None:
    rows = (
        "search,,,2026-03-01,2026-03-31,310,EUR\n"
        "search,,,2026-03-31,2026-04-02,10,EUR\n"
        "search,,,2026-04-09,2026-04-01,10,EUR\n"
        "search,,,soon,2026-04-01,10,EUR\n"
        ",,,2026-04-01,2026-04-01,10,EUR\n"
        "search,cpc,,2026-03-31,2026-04-02,10,USD\n"
        "search,,,2020-01-01,2024-01-01,10,EUR\n"
    )
    summary, kept = await take(sqlite_url, tmp_path / "spend.csv", rows)
    assert kept == summary.created == 2
    told = {one.line: (one.column, one.reason) for one in summary.refusals}
    assert told[3] == (
        "from", "overlaps with line 2 for the same source, medium and campaign; change the days of one",
    )  # fmt: skip
    assert told[4] == ("to", "is before the day in “from”; swap the two")
    assert told[5][0] == "from" and told[6][0] == "source" and "shorter" in told[8][1]
    assert "USD are kept and shown apart" in summary.warnings[0]
    later, _ = await take(sqlite_url, tmp_path / "more.csv", "search,,,2026-03-15,2026-03-20,5,EUR\n")
    assert "overlaps with 2026-03-01 to 2026-03-31" in later.refusals[0].reason


@pytest.mark.postgres
@pytest.mark.parametrize("last", [31, 30], ids=["the same days", "days that overlap"])
async def test_of_two_who_record_the_same_days_at_the_same_moment_one_comes_second(
    postgres_url: str, last: int
) -> None:
    database, looked = Database(postgres_url), asyncio.Event()

    def cost(to: int) -> Spend:
        return Spend("search", "cpc", "", date(2026, 3, 1), date(2026, 3, to), Decimal(to), "EUR")

    async def slowly(tx: Tx) -> list[Outcome]:
        said = await spend.put(tx, [cost(31)], "anna", NOW)
        looked.set()
        await asyncio.sleep(0.1)
        return said

    async def at_once() -> list[Outcome]:
        await looked.wait()
        return await database.transact(lambda tx: spend.put(tx, [cost(last)], "ben", NOW))

    try:
        first, second = await asyncio.gather(database.transact(slowly), at_once())
        async with database.read() as tx:
            kept = await spend.newest(tx, 10)
    finally:
        await database.close()
    assert first == ["created"] and len(kept) == 1
    assert second == ["unchanged"] if last == 31 else second == [Clash(date(2026, 3, 1), date(2026, 3, 31))]
