"""Reading a mailbox: written down before it is marked as read, each mail once, whatever breaks in between."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.channels.email.health import MailHealth
from bot.channels.email.imap import MailboxProblem, MailFolder, check_imap
from bot.channels.email.reader import MailReader, ReadTimes
from bot.runtime.bells import Bells
from bot.runtime.clock import Clock
from bot.runtime.intake import Intake
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from storage.database import Database
from tests.bot.channels.email.reports import standard
from tests.edge.dovecot import Dovecot
from tests.edge.imap import PASSWORD, USER, FakeImap
from tests.edge.smtp import Certificate

TIMES = ReadTimes(wait=30.0, look=0.02, patience=2.0, first_pause=0.01, longest_pause=0.05)
OURS = standard("failed", "5.1.1")
THEIRS = b"From: x@else.example\r\nSubject: hello\r\nMessage-ID: <1@x>\r\n\r\nFor somebody else.\r\n"


def mail(number: int) -> bytes:
    return OURS.replace(b"User unknown", b"x").replace(b"See the report.", b"Number %d." % number)


class Desk:
    """A reader at work, and what it wrote down."""

    def __init__(self, database: Database, url: str, tls: ssl.SSLContext | None, times: ReadTimes) -> None:
        self.database, self.health = database, MailHealth()
        clock = Clock()
        self.supervisor = Supervisor(clock)
        where = MailFolder.from_settings(Settings(imap_url=SecretStr(url)))
        assert where is not None
        intake = Intake(database, clock, Bells())
        self.reader = MailReader(where, database, intake, clock, self.supervisor, self.health, times=times, tls=tls)

    async def rows(self) -> list[Any]:
        async with self.database.read() as tx:
            return list((await tx.execute(text("SELECT natural_key, payload, state FROM inbox ORDER BY id"))).all())

    async def until_kept(self, count: int) -> list[Any]:
        async with asyncio.timeout(10):
            while len(rows := await self.rows()) < count:  # noqa: ASYNC110 - it looks at a database
                await asyncio.sleep(0.01)
        return rows


@asynccontextmanager
async def at_work(
    database: Database, server: FakeImap | Dovecot, tls: ssl.SSLContext | None = None, times: ReadTimes = TIMES
) -> AsyncIterator[Desk]:
    desk = Desk(database, server.url, tls, times)
    desk.supervisor.run("mail", desk.reader.run)
    try:
        yield desk
    finally:
        await desk.supervisor.stop(5.0)


@pytest.fixture
def database(sqlite_url: str) -> Database:
    return Database(sqlite_url)


@pytest.fixture(autouse=True)
async def closed(database: Database) -> AsyncIterator[None]:
    yield
    await database.close()


async def test_what_waits_is_read_and_what_comes_later_too_and_only_ours_is_kept_and_marked(database: Database) -> None:
    async with FakeImap() as server:
        server.deliver(mail(1))
        server.deliver(THEIRS)
        async with at_work(database, server) as desk:
            await desk.until_kept(1)
            server.deliver(mail(2))
            rows = await desk.until_kept(2)
            await server.until(lambda: server.seen == {1, 3} and desk.health.state == "ok")
        assert len({row.natural_key for row in rows}) == 2
    assert not [words for words in server.said if PASSWORD in words]


@pytest.mark.parametrize("command", ["UID FETCH", "UID STORE", "IDLE"])
async def test_mail_that_comes_while_something_else_is_asked_is_not_overlooked(
    database: Database, command: str
) -> None:
    async with FakeImap() as server:
        server.deliver(mail(1))
        server.coming[command] = mail(2)
        async with at_work(database, server) as desk:
            await desk.until_kept(2)


async def test_a_server_that_tells_nothing_is_asked_again_and_again(database: Database) -> None:
    async with FakeImap(idle=False) as server, at_work(database, server) as desk:
        await server.until(lambda: desk.health.state == "ok")
        server.deliver(mail(1))
        await desk.until_kept(1)
        assert server.connections == 1 and "IDLE" not in server.said


async def test_nothing_is_marked_before_it_is_written_down(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = 3
    whole = Intake.put_many

    async def fails_first(self: Intake, items: Any) -> list[int]:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            assert not server.seen
            raise OSError("the disk is full")
        return await whole(self, items)

    monkeypatch.setattr(Intake, "put_many", fails_first)
    async with FakeImap() as server:
        server.deliver(mail(1))
        async with at_work(database, server) as desk:
            await desk.until_kept(1)
            await server.until(lambda: server.seen == {1})
    assert server.connections == 4


@pytest.mark.parametrize(
    "command",
    ["UID FETCH", "IDLE", *(pytest.param(one, marks=pytest.mark.slow) for one in ("LOGIN", "SELECT", "UID SEARCH"))],
)
async def test_a_line_that_breaks_loses_nothing_and_doubles_nothing(database: Database, command: str) -> None:
    async with FakeImap() as server:
        server.deliver(mail(1))
        server.drop_on = command
        async with at_work(database, server) as desk:
            await server.until(lambda: desk.health.state == "retrying")
            server.drop_on = None
            await server.until(lambda: desk.health.state == "ok")
            server.deliver(mail(2))
            rows = await desk.until_kept(2)
        assert len(rows) == 2 and USER not in desk.health.detail + PASSWORD


async def test_a_folder_that_is_made_anew_is_read_again_and_counts_once(database: Database) -> None:
    async with FakeImap() as server:
        server.deliver(mail(1))
        server.deliver(mail(2))
        async with at_work(database, server) as desk:
            await desk.until_kept(2)
        server.renumber()
        async with at_work(database, server) as desk:
            server.deliver(mail(3))
            rows = await desk.until_kept(3)
            await server.until(lambda: server.seen == {1, 2, 3})
        assert len(rows) == 3


async def test_what_others_have_read_before_we_came_is_left_and_what_they_read_later_is_not(database: Database) -> None:
    async with FakeImap() as server:
        server.deliver(mail(1))
        server.seen = {1}
        async with at_work(database, server) as desk:
            await server.until(lambda: desk.health.state == "ok")
        server.deliver(mail(2))
        server.seen |= {2}
        async with at_work(database, server) as desk:
            (row,) = await desk.until_kept(1)
        assert "Number 2." in row.payload


async def test_a_mail_that_cannot_be_had_is_a_row_to_look_at_and_the_next_is_read(database: Database) -> None:
    async with FakeImap() as server:
        server.deliver(mail(1))
        server.deliver(mail(2))
        server.unreadable = {1}
        async with at_work(database, server) as desk:
            first, second = await desk.until_kept(2)
        assert "unreadable" in first.payload and "Number 2." in second.payload


async def test_an_endless_mail_is_kept_in_part(database: Database) -> None:
    async with FakeImap() as server:
        server.deliver(mail(1) + b"x" * 3_000_000)
        async with at_work(database, server) as desk:
            (row,) = await desk.until_kept(1)
        assert len(row.payload) < 400_000


async def test_a_refused_login_is_one_sentence_without_the_secret(database: Database) -> None:
    with capture_logs() as logs:
        async with FakeImap() as server:
            server.refuse_login = True
            async with at_work(database, server) as desk:
                await server.until(lambda: server.connections >= 3)
    assert "check user and password in HOLDBACK_IMAP_URL" in desk.health.detail
    assert len(logs) == 1 and not any(word in str(logs) + desk.health.detail for word in (PASSWORD, "AUTHENTICATION"))


async def test_it_speaks_tls_and_refuses_a_certificate_it_does_not_know(
    database: Database, certificate: Certificate
) -> None:
    async with FakeImap(tls=certificate.for_server()) as server:
        server.deliver(mail(1))
        async with at_work(database, server, certificate.for_client()) as desk:
            await desk.until_kept(1)
        settings = Settings(imap_url=SecretStr(server.url))
        with pytest.raises(MailboxProblem, match="certificate of the mailbox"):
            await asyncio.to_thread(check_imap, settings, 2.0)


async def test_the_doctor_goes_as_far_as_reading_would_and_changes_nothing(tmp_path: Path) -> None:
    async with FakeImap() as server:
        server.deliver(THEIRS)
        settings = Settings(imap_url=SecretStr(server.url))
        says = await asyncio.to_thread(check_imap, settings, 2.0)
        assert (
            says == f"127.0.0.1:{server.port}, folder INBOX is ready: unencrypted, 1 unread, tells of new mail at once"
        )
        server.no_folder = True
        with pytest.raises(MailboxProblem, match="check the folder's name"):
            await asyncio.to_thread(check_imap, settings, 2.0)
        assert not server.seen
    with pytest.raises(MailboxProblem, match="cannot be reached"):
        await asyncio.to_thread(check_imap, settings, 2.0)
    assert check_imap(Settings()) == "no mailbox: answers by email are not read"


@pytest.mark.parametrize(
    "url", ["imaps://host", "imaps://@host", "http://u:p@host", "imaps://u:p@host:x", "imaps://u:p@ho%20st"]
)
def test_an_address_that_cannot_be_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="HOLDBACK_IMAP_URL") as refused:
        MailFolder.from_settings(Settings.model_construct(imap_url=SecretStr(url)))
    assert url not in str(refused.value)
