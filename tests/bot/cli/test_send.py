"""`holdback send`: everything held back, and let go again."""

import sqlite3
from contextlib import closing

from tests.bot.cli.shell import Shell


def test_sending_is_switched_off_with_a_reason_and_on_again(holdback: Shell, sqlite_url: str) -> None:
    assert holdback("send", "status").out == "messages are sent\n"
    assert holdback("send", "off", "--why", "wrong prices").out == "nothing is sent until `holdback send on`\n"
    assert holdback("send", "status", "--json").json == {"sending": False, "why": "wrong prices"}
    assert holdback("send", "on").out == "messages are sent again\n"
    assert holdback("send", "on", "--json").json == {"sending": True, "changed": False}


def test_the_doctor_says_what_waits_for_a_person(holdback: Shell, sqlite_url: str) -> None:
    holdback("db", "upgrade")
    with closing(sqlite3.connect(sqlite_url.partition(":///")[2])) as database, database:
        database.execute(
            "INSERT INTO inbox (source, natural_key, lane, payload, state, attempts, received_at)"
            " VALUES ('page', 'k', 'l', 'said', 'quarantined', 3, '2026-03-01 10:00:00.000000')"
        )
    said = holdback("doctor").out
    assert "inputs put aside: 1, messages of unknown fate: 0; settle them on the System page" in said
