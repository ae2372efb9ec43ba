"""How a message looks in Telegram: plain text, the code as something to copy, the answers as buttons."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from bot.channels.telegram.clean import sound
from bot.runtime.ports import Outgoing, button_data
from flows.messages import Button

Written = dict[str, Any]
"""An object of the Bot API as it goes over the wire. The library's own classes for them take longer than the call."""

LONGEST: Final = 4096
"""UTF-16 units, the unit of all lengths in the Bot API."""

_SHORT: Final = 20
_ELLIPSIS: Final = "…"


def text_of(outgoing: Outgoing) -> tuple[str, bool]:
    """The text to be sent, and whether something had to be left out because it is longer than Telegram takes.

    A row of the outbox is one message, so what is too long is cut, not split: neither the last paragraph, which is the
    question, nor the one with the code, as long as there is another one to cut.
    """
    paragraphs = [sound(paragraph).strip() for paragraph in outgoing.paragraphs()]
    link = plain_link(outgoing)
    if link is not None:
        paragraphs.append(link)
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    whole = "\n\n".join(paragraphs)
    if utf16(whole) <= LONGEST:
        return whole, False
    return _shorten(paragraphs, outgoing.message.code), True


def entities_of(text: str, code: str | None) -> list[Written]:
    """The code as an entity that is copied by a tap; none when it does not stand in the text as a word."""
    found = re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text) if code else None
    if found is None:
        return []
    return [{"type": "code", "offset": utf16(text[: found.start()]), "length": utf16(found.group())}]


def keyboard_of(outgoing: Outgoing) -> Written | None:
    """The answers, the engine's own options below them, the link last; None when there is nothing to press."""
    rows: list[list[Written]] = []
    prompt, nonce = outgoing.message.prompt, outgoing.nonce
    if prompt is not None and nonce is not None:
        numbered = list(enumerate(prompt.buttons))
        answers = [item for item in numbered if not item[1].option.startswith("!")]
        own = [item for item in numbered if item[1].option.startswith("!")]
        rows = [[_key(nonce, *item) for item in row] for row in (*_rows(answers), *_rows(own))]
    url = outgoing.message.url
    if url and can_be_button(url):
        rows.append([{"text": sound(outgoing.message.url_label or "") or _host(url), "url": url}])
    return {"inline_keyboard": rows} if rows else None


def _key(nonce: str, at: int, button: Button) -> Written:
    return {"text": label(button), "callback_data": button_data(nonce, at)}


def label(button: Button) -> str:
    """The label as it is sent. One that holds nothing to see would make Telegram refuse the whole message."""
    return sound(button.label).strip() or button.option


def plain_link(outgoing: Outgoing) -> str | None:
    """The message's link as a line of text when Telegram would refuse it as a button, else None."""
    url, words = outgoing.message.url, outgoing.message.url_label
    if not url or can_be_button(url):
        return None
    return f"{words}: {url}" if words else url


def can_be_button(url: str) -> bool:
    """Whether Telegram takes this address behind a button: http(s), and a host with a dot (`localhost` has none)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"\s", url)


def utf16(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def width(text: str) -> int:
    """How wide a label is on the screen, in Latin letters: Chinese, Japanese, emoji count double, marks nothing."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _rows(items: Sequence[tuple[int, Button]]) -> list[list[tuple[int, Button]]]:
    """Two short ones side by side, a long one alone; the order stays."""
    rows: list[list[tuple[int, Button]]] = []
    for item in items:
        beside = rows and len(rows[-1]) == 1 and _is_short(rows[-1][0][1])
        if beside and _is_short(item[1]):
            rows[-1].append(item)
        else:
            rows.append([item])
    return rows


def _is_short(button: Button) -> bool:
    return width(button.label) <= _SHORT


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _shorten(paragraphs: list[str], code: str | None) -> str:
    """Cut the longest paragraph that may be cut, and again, until all of it fits."""
    kept = list(paragraphs)
    while (excess := utf16("\n\n".join(kept)) - LONGEST) > 0:
        free = [at for at, text in enumerate(kept[:-1]) if not (code and code in text) and utf16(text) > 1]
        at = max(free or range(len(kept)), key=lambda place: utf16(kept[place]))
        kept[at] = cut(kept[at], max(utf16(kept[at]) - excess, 1))
    return "\n\n".join(kept)


def cut(text: str, units: int) -> str:
    """The beginning of a text in at most so many UTF-16 units, with an ellipsis; no character is cut in two."""
    if utf16(text) <= units:
        return text
    halves = text.encode("utf-16-le", "surrogatepass")[: 2 * (units - 1)]
    return halves.decode("utf-16-le", "ignore").rstrip() + _ELLIPSIS
