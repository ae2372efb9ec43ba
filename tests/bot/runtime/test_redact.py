"""No token gets past the log set-up: not in words, not in arguments, not in a traceback."""

import io
import logging

import pytest

from bot.runtime.redact import HIDDEN, RedactingFilter, redact, redact_event

TOKEN = "123456789:AAtest_token_of_the-Bot_API_server_x"


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/getUpdates",
        f"file https://api.telegram.org/file/bot{TOKEN}/photos/1.jpg",
        f"bot{TOKEN.replace(':', '%3A')}/x",
        f"The token `{TOKEN}` was rejected",
        f"Bot[token={TOKEN}]",
        "bot1:short",
    ],
)
def test_tokens_are_hidden_wherever_they_stand(text: str) -> None:
    told = redact(text)
    assert HIDDEN in told and TOKEN not in told and "short" not in told and "AAtest" not in told


@pytest.mark.parametrize(
    "text", ["12:30:45", "2026-03-01T12:00:00", "127.0.0.1:8000", "telegram:123456789", "a: b", ""]
)
def test_what_is_no_token_stays(text: str) -> None:
    assert redact(text) == text


def test_a_log_line_with_its_traceback_holds_no_token() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    logger = logging.Logger("redact")  # noqa: LOG001 - one of its own, so that no other test sees it
    logger.addHandler(handler)
    try:
        int(f"bot{TOKEN}")
    except ValueError:
        logger.exception("call of %s failed", f"https://x/bot{TOKEN}/y")
    logger.info("wrong %d", "arguments")
    said = stream.getvalue()
    assert TOKEN not in said and said.count(HIDDEN) == 2 and "ValueError" in said and "wrong %d" in said


def test_an_event_is_redacted_in_depth() -> None:
    event = {"event": f"bot{TOKEN}", "n": 5, "deep": {"list": [TOKEN, None]}, "error": ValueError(TOKEN)}
    assert TOKEN not in repr(redact_event(None, "info", event))
    assert redact_event(None, "info", {"n": 5, "yes": True}) == {"n": 5, "yes": True}
