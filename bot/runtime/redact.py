"""The last guard of the logs: a bot token stands in every address of the Bot API, and must stand in no log."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any, Final

HIDDEN: Final = "<token>"
# In an address behind `bot`, and by itself: Telegram's are some digits, a colon (%3A when quoted), 35 characters.
_TOKEN: Final = re.compile(r"(?<=bot)\d+(?::|%3[Aa])[\w-]+|(?<!\d)\d{5,20}(?::|%3[Aa])[\w-]{10,}")


def redact(text: str) -> str:
    """The text with every bot token hidden."""
    return _TOKEN.sub(HIDDEN, text)


class RedactingFilter(logging.Filter):
    """For every handler of the standard library's logging: hides tokens in message, arguments and traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drop it."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            message = str(record.msg)
        record.msg, record.args = redact(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            # A formatter that finds the text does not make it again from the error itself.
            record.exc_text, record.exc_info = redact(record.exc_text), None
        return True


def redact_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The same for structlog: a processor to be placed just before the renderer."""
    return {name: _redacted(value) for name, value in event.items()}


def _redacted(value: object) -> object:
    match value:
        case str():
            return redact(value)
        case bool() | int() | float() | None:
            return value
        case dict():
            return {redact(str(name)): _redacted(item) for name, item in value.items()}
        case list() | tuple():
            return [_redacted(item) for item in value]
        case _:
            return redact(str(value))
