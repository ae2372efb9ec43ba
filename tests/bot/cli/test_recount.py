"""`holdback db recount`: says which sums were right, counts afresh what was not, and with --check writes nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bot.cli.shell import Shell


def test_what_is_wrong_is_told_and_counted_afresh_and_a_check_writes_nothing(
    holdback: Shell, sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "p.csv").write_text("external_id,email\nc-1,a@example.com\n")
    assert holdback("prospects", "import", "p.csv").code == 0
    checked = holdback("db", "recount", "--check", "--json")
    assert (checked.code, checked.json["right"], checked.json["repaired"]) == (0, True, False)
    rows = {one["sum"]: one["rows"] for one in checked.json["sums"]}
    assert set(rows) == {"answer_counts", "step_counts", "stage_counts", "journey_days", "offer_ledger"}
    assert rows["stage_counts"] and rows["journey_days"] == 2, "their day, and its month"
    with closing(sqlite3.connect(sqlite_url.partition(":///")[2])) as database, database:
        database.execute("INSERT INTO step_counts VALUES ('barriers', '', '', 5)")
        database.execute("UPDATE stage_counts SET n = n + 1")
    for _ in range(2):
        wrong = holdback("db", "recount", "--check")
        assert wrong.code == 1 and "answers that quotas go by: 1 rows are wrong\n" in wrong.out
        assert f"people by stage and day: {rows['stage_counts']} rows are wrong\n" in wrong.out
        assert wrong.err == "error: a sum is wrong; run `holdback db recount` to count it afresh\n"
    mended = holdback("db", "recount", "--json")
    assert (mended.code, mended.json["right"], mended.json["repaired"]) == (0, False, True)
    assert "wrong" not in holdback("db", "recount").out
    assert holdback("db", "recount", "--check").code == 0


def test_a_database_of_another_version_is_not_counted(holdback: Shell, sqlite_url: str) -> None:
    holdback("db", "upgrade")
    with closing(sqlite3.connect(sqlite_url.partition(":///")[2])) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    said = holdback("db", "recount")
    assert said.code == 1 and "holdback db upgrade" in said.err and len(said.err.splitlines()) == 1
