"""Servers that are killed start on a database with the shipped flow published, as a running one has it."""

from tests.journeys.conftest import published_sqlite, published_url

__all__ = ["published_sqlite", "published_url"]
