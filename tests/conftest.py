"""Fixtures for every test: the outside world on loopback, real databases, a real browser."""

import gc
from collections.abc import Iterator

import pytest
import structlog

from tests.edge.databases import (
    database_url,
    empty_database_url,
    empty_postgres_url,
    migrated_sqlite,
    postgres,
    postgres_url,
    sampled_database_url,
    sqlite_url,
)
from tests.edge.fixtures import browser, certificate, chromium, fake_telegram, free_port, mailbox, scripted_smtp
from tests.published import published_sqlite, published_url

__all__ = [
    "browser",
    "certificate",
    "chromium",
    "database_url",
    "empty_database_url",
    "empty_postgres_url",
    "fake_telegram",
    "free_port",
    "mailbox",
    "migrated_sqlite",
    "postgres",
    "postgres_url",
    "published_sqlite",
    "published_url",
    "sampled_database_url",
    "scripted_smtp",
    "sqlite_url",
]


def pytest_collection_finish() -> None:
    """What was loaded to find the tests stays to the end: the collector need not walk through it again and again.

    It comes by less often, too: tests make many objects and keep few.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command sets up the logs of its process: the tests behind it get theirs as they were."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
