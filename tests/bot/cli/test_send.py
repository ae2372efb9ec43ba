"""`holdback send`: everything held back, and let go again."""

from tests.bot.cli.shell import Shell


def test_sending_is_switched_off_with_a_reason_and_on_again(holdback: Shell, sqlite_url: str) -> None:
    assert holdback("send", "status").out == "messages are sent\n"
    assert holdback("send", "off", "--why", "wrong prices").out == "nothing is sent until `holdback send on`\n"
    assert holdback("send", "status", "--json").json == {"sending": False, "why": "wrong prices"}
    assert holdback("send", "on").out == "messages are sent again\n"
    assert holdback("send", "on", "--json").json == {"sending": True, "changed": False}
