"""Refuses what the real server refuses: texts, entities, keyboards. Sentences follow tdlib's sources."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from tests.edge.telegram.errors import JSON, bad_request
from tests.edge.telegram.params import Params

MAX_TEXT = 4096
MAX_CALLBACK_DATA = 64
MAX_BUTTONS = 100
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?")


def utf16(text: str) -> int:
    """Length in UTF-16 units, the unit of every offset and limit of the Bot API."""
    return len(text.encode("utf-16-le")) // 2


def command_entities(text: str) -> list[JSON]:
    """The `bot_command` entities a client puts on a user's message."""
    return [
        {"type": "bot_command", "offset": utf16(text[: found.start()]), "length": utf16(found.group())}
        for found in COMMAND.finditer(text)
    ]


def message_text(params: Params) -> tuple[str, list[JSON]]:
    """The text as the user will read it, and its entities. Raises ApiError 400 as the real server does."""
    raw = params.text("text")
    if not raw:
        raise bad_request("message text is empty")
    text, entities = _parse(raw, params)
    leading = len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        raise bad_request("text must be non-empty")
    if utf16(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, [{**entity, "offset": max(0, entity["offset"] - leading)} for entity in entities]


def _parse(raw: str, params: Params) -> tuple[str, list[JSON]]:
    mode = params.text("parse_mode").lower()
    if mode == "html":
        return _Html().read(raw)
    if mode:
        raise bad_request(f"unsupported parse_mode {mode}: this fake reads HTML and entities only")
    entities = params.json("entities", "message entities") or []
    for entity in entities:
        if not isinstance(entity, dict) or not {"type", "offset", "length"} <= entity.keys():
            raise bad_request('can\'t parse entities: MessageEntity must have "type", "offset" and "length"')
    return raw, entities


class _Html(HTMLParser):
    """Telegram's HTML: few tags, all of them closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._text = ""
        self._open: list[tuple[str, JSON]] = []
        self._entities: list[JSON] = []

    def read(self, raw: str) -> tuple[str, list[JSON]]:
        self.feed(raw)
        self.close()
        if self._open:
            raise bad_request(
                f"can't parse entities: can't find end tag corresponding to start tag \"{self._open[-1][0]}\""
            )
        return self._text, sorted(self._entities, key=lambda entity: int(entity["offset"]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise bad_request(
                f'can\'t parse entities: unsupported start tag "{tag}" at byte offset {utf16(self._text)}'
            )
        entity: JSON = {"type": TAGS[tag], "offset": utf16(self._text)}
        if tag == "a":
            entity["url"] = dict(attrs).get("href") or ""
        self._open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise bad_request(f'can\'t parse entities: unexpected end tag "{tag}"')
        _, entity = self._open.pop()
        entity["length"] = utf16(self._text) - entity["offset"]
        if entity["length"]:
            self._entities.append(entity)

    def handle_data(self, data: str) -> None:
        self._text += data


def reply_markup(params: Params, *, inline_only: bool = False) -> JSON | None:
    """The keyboard of a message, checked; None when there is none. Raises ApiError 400 as the real server does."""
    markup = params.json("reply_markup", "reply keyboard markup")
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if inline_only and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    for row in _rows(markup, "inline_keyboard"):
        for button in row:
            _check_inline_button(button)
    for row in _rows(markup, "keyboard"):
        for button in row:
            _check_keyboard_button(button)
    return markup


def _rows(markup: JSON, name: str) -> list[list[Any]]:
    rows = markup.get(name, [])
    if not isinstance(rows, list):
        raise bad_request(f'field "{name}" of the ReplyMarkup must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" of the ReplyMarkup must be an Array of Arrays')
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _check_inline_button(button: Any) -> None:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(prefix + "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(prefix + 'Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if button.get("url"):
        _check_url(button["url"])
    elif button.get("callback_data"):
        if len(str(button["callback_data"]).encode()) > MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif not any(kind in button for kind in ("switch_inline_query", "web_app", "copy_text", "login_url")):
        raise bad_request(prefix + "Text buttons are unallowed in the inline keyboard")


def _check_url(url: Any) -> None:
    try:
        parts = urlsplit(str(url))
    except ValueError:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL") from None
    if parts.scheme == "tg":
        return
    if parts.scheme not in {"http", "https"}:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if "." not in (parts.hostname or ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_keyboard_button(button: Any) -> None:
    text = button.get("text") if isinstance(button, dict) else button
    if not isinstance(text, str):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not text.strip():
        raise bad_request("keyboard button text must be non-empty")
