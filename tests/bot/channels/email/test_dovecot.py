"""Reading from a real IMAP server, Dovecot: what is delivered comes at once, and once, also when it restarts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.email.inbound import read_mail
from bot.channels.email.reader import ReadTimes
from bot.runtime.mail_arrivals import WroteBack
from storage.database import Database
from tests.bot.channels.email.test_reader import at_work, closed, database, mail
from tests.bot.channels.email.test_replies import EXPECTED, MAILS
from tests.edge.dovecot import Dovecot

__all__ = ["closed", "database"]

pytestmark = pytest.mark.slow


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    try:
        server = Dovecot()
    except LookupError as error:
        pytest.skip(str(error))
    with server:
        yield server


PATIENT = ReadTimes(wait=60.0, patience=5.0, first_pause=0.1, longest_pause=0.5)
"""The server has to tell of new mail: looking without being told comes too late for these tests."""


async def test_mail_is_read_as_soon_as_it_is_delivered(database: Database, dovecot: Dovecot) -> None:
    dovecot.deliver(mail(1))
    async with at_work(database, dovecot, times=PATIENT) as desk:
        await desk.until_kept(1)
        for number in (2, 3):
            dovecot.deliver(mail(number))
            await desk.until_kept(number)
        assert desk.health.state == "ok"
    assert dovecot.read() == 3


async def test_a_server_that_restarts_loses_nothing_and_doubles_nothing(database: Database, dovecot: Dovecot) -> None:
    async with at_work(database, dovecot, times=PATIENT) as desk:
        for number in range(1, 4):
            dovecot.deliver(mail(2 * number))
            await desk.until_kept(2 * number - 1)
            dovecot.stop()
            dovecot.deliver(mail(2 * number + 1))
            dovecot.start()
            await desk.until_kept(2 * number)
        assert len(await desk.rows()) == 6


async def test_every_mail_of_the_collection_comes_through_as_it_was_sent(database: Database, dovecot: Dovecot) -> None:
    for name in sorted(EXPECTED):
        dovecot.deliver((Path(MAILS) / f"{name}.eml").read_bytes())
    async with at_work(database, dovecot, times=PATIENT) as desk:
        rows = await desk.until_kept(len(EXPECTED))
    found = [arrival.text for row in rows if isinstance(arrival := read_mail(row.payload), WroteBack)]
    assert sorted(found) == sorted(words for words in EXPECTED.values() if words)
