"""The house of a journey: on SQLite, and in `make sweep` on PostgreSQL too."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.edge.databases import BOTH_IN_THE_SWEEP
from tests.edge.dovecot import Dovecot
from tests.edge.postfix import Postfix
from tests.edge.smtp import Certificate
from tests.journeys.rig import Rig, open_rig
from tests.journeys.town import Town


@pytest_asyncio.fixture(params=BOTH_IN_THE_SWEEP)
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """A running house with codes in its pools."""
    database_url = request.getfixturevalue("published_url" if request.param == "sqlite" else "postgres_url")
    async with open_rig(database_url, tmp_path) as opened:
        await opened.import_codes()
        yield opened


@pytest.fixture(scope="session")
def mail_servers(certificate: Certificate) -> Iterator[tuple[Postfix, Dovecot]]:
    """A real Postfix and a real Dovecot; skips where they are not installed, or may not be run."""
    try:
        dovecot = Dovecot()
        postfix = Postfix(dovecot, certificate)
    except LookupError as error:
        pytest.skip(str(error))
    with dovecot, postfix:
        yield postfix, dovecot


@pytest.fixture
def town(mail_servers: tuple[Postfix, Dovecot], published_url: str, tmp_path: Path) -> Town:
    """Real mail servers with empty mailboxes, among which a house may be opened."""
    postfix, dovecot = mail_servers
    postfix.clear()
    dovecot.clear()
    return Town(postfix, dovecot, published_url, tmp_path)
