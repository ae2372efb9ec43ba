"""What doctor says of the mail that comes in: the mailbox, and mail servers that refuse ours."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.common import now
from bot.cli.doctor import Finding, _imap, _reputation, _returned
from bot.settings import Settings
from storage import mail, mail_standing
from storage.database import Database
from tests.edge.imap import PASSWORD, FakeImap


async def test_the_doctor_logs_in_to_the_mailbox(free_port: int) -> None:
    async with FakeImap() as server:
        good = await _imap(Settings(imap_url=SecretStr(server.url)))
        server.refuse_login = True
        refused = await _imap(Settings(imap_url=SecretStr(server.url)))
    assert good.state == "good" and "is ready: unencrypted, 0 unread" in good.says
    assert refused.state == "wrong" and "check user and password" in refused.says and PASSWORD not in refused.says
    gone = await _imap(Settings(imap_url=SecretStr(f"imaps://ann:secret-word@127.0.0.1:{free_port}/INBOX")))
    assert gone.state == "wrong" and "cannot be reached" in gone.says and "secret-word" not in gone.says


@pytest.mark.parametrize(("days", "state"), [(1, "warning"), (8, "good")])
async def test_the_doctor_tells_for_a_week_of_servers_that_refuse_our_mail(
    sqlite_url: str, days: int, state: str
) -> None:
    database = Database(sqlite_url)
    await database.transact(lambda tx: mail.note_block(tx, "5.7.1", now() - timedelta(days=days)))
    await database.close()
    found = await _returned(Settings(database_url=SecretStr(sqlite_url)))
    assert found.state == state and ("with 5.7.1" in found.says) == (state == "warning")


async def test_the_doctor_tells_since_when_first_mails_are_held_back(sqlite_url: str) -> None:
    settings, since = Settings(database_url=SecretStr(sqlite_url)), datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert (await _reputation(settings)).state == "good"
    database = Database(sqlite_url)
    await database.transact(lambda tx: mail_standing.keep(tx, "bad", None, since))
    await database.close()
    found = await _reputation(settings)
    assert found.state == "warning" and "held back since 2026-03-02 12:00" in found.says and "go on" in found.says


async def test_before_there_is_a_database_nothing_was_refused(tmp_path: Path) -> None:
    settings = Settings(home_dir=tmp_path)
    assert await _returned(settings) == Finding("returned", "good", "no mail was sent yet")
    assert (await _reputation(settings)).state == "good"
