"""The database of a proof: a SQLite file, and in `make sweep` a database on PostgreSQL too."""

import pytest

from tests.edge.databases import BOTH_IN_THE_SWEEP


@pytest.fixture(params=BOTH_IN_THE_SWEEP)
def town_url(request: pytest.FixtureRequest) -> str:
    """A database of this test in which a town may be opened."""
    url = request.getfixturevalue("published_url" if request.param == "sqlite" else "postgres_url")
    assert isinstance(url, str)
    return url
