"""Fixtures for every test: the outside world on loopback, real databases, a real browser."""

from tests.edge.fixtures import fake_telegram, free_port

__all__ = ["fake_telegram", "free_port"]
