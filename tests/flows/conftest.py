"""Options of the flows' tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/flows --update-transcripts` writes what came as what is expected; read the diff before a commit."""
    parser.addoption("--update-transcripts", action="store_true", help="rewrite the golden transcripts with what came")
