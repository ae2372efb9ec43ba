"""`campaign list` says how many people have answered, and when that is enough."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bot.cli.shell import Shell


def test_a_campaign_says_how_many_answers_it_has_and_when_they_are_enough(holdback: Shell, sqlite_url: str) -> None:
    holdback("init", ".")
    assert "none           0\n" in holdback("campaign", "list").out
    file = Path("flows/example/campaign.yaml")
    file.write_text(file.read_text("utf-8").replace("# quota: 500", "quota: 2"), "utf-8")
    assert "0 of 2" in holdback("campaign", "list").out
    with closing(sqlite3.connect(sqlite_url.partition(":///")[2])) as database, database:
        database.execute("INSERT INTO step_counts VALUES ('example', '', '', 2)")
    assert "enough answers: 2 of 2" in holdback("campaign", "list").out
    listed = {one["name"]: one for one in holdback("campaign", "list", "--json").json["campaigns"]}
    assert (listed["example"]["answered"], listed["example"]["quota"], listed["example"]["enough"]) == (2, 2, True)
    assert holdback("campaign", "start", "example", "--now").code == 0
    file.write_text(file.read_text("utf-8").replace("quota: 2", "quota: none"), "utf-8")
    said = holdback("campaign", "list")
    assert said.code != 0 and "campaign.yaml" in said.err and "quota" in said.err
