"""What docs/delivery.md says of a promise's test is so: each that it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/-]+\.(?:py|yaml))(?:::(\w+))?`")


def test_every_promise_names_tests_that_exist() -> None:
    table = (ROOT / "docs" / "delivery.md").read_text("utf-8").partition("## Each word")[2].partition("## Where")[0]
    rows = [
        line for line in table.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| fault"))
    ]
    assert len(rows) >= 56 and [row for row in rows if not NAMED.search(row)] == []
    missing = [
        f"{file}::{name}"
        for file, name in NAMED.findall(table)
        if not (ROOT / file).exists() or (name and f"def {name}(" not in (ROOT / file).read_text("utf-8"))
    ]
    assert missing == []
