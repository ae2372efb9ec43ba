"""Logging: one record a line, in UTC, with no token in it. Text for people, JSON for machines."""

import logging
import sys

import structlog

from bot.runtime.redact import RedactingFilter, redact_event

QUIET = ("httpx", "httpcore", "telegram", "aiosqlite", "alembic", "asyncio", "uvicorn.error")
"""Libraries that talk too much, or of things that must not be said."""


def set_up(level: str, style: str) -> None:
    """Send all logging of this process to standard error, at this level, as `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=level, handlers=[handler], format="%(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    last = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact_event,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
