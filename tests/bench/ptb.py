"""The peer: python-telegram-bot's ConversationHandler, five turns in memory, on a network that answers at once."""

import json
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.request import BaseRequest, RequestData

from tests.bench.updates import TURNS, as_text, message

Context = ContextTypes.DEFAULT_TYPE
BOT = {"id": 99, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton(f"Answer {row}", callback_data=f"a:{row}")] for row in range(4)])


class LocalRequest(BaseRequest):
    """A network without a network: every call succeeds at once."""

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        if url.endswith("/getMe"):
            return 200, json.dumps({"ok": True, "result": BOT}).encode()
        if not url.endswith("/sendMessage"):
            return 200, json.dumps({"ok": True, "result": True}).encode()
        chat = request_data.parameters["chat_id"] if request_data else 1
        sent = {"message_id": 1, "from": BOT, "chat": {"id": chat, "type": "private"}, "date": 1, "text": "?"}
        return 200, json.dumps({"ok": True, "result": sent}).encode()


async def _ask(update: Update, context: Context, following: int) -> int:
    assert update.message is not None and context.user_data is not None
    context.user_data[following] = update.message.text
    await update.message.reply_text(f"Question {following}: what held you back?", reply_markup=KEYBOARD)
    return ConversationHandler.END if following == TURNS else following


def _step(following: int) -> Any:
    async def answer(update: Update, context: Context) -> int:
        return await _ask(update, context, following)

    return answer


async def open_survey(
    persistence: PicklePersistence[Any, Any, Any] | None = None,
) -> Application[Any, Any, Any, Any, Any, Any]:
    """A running application with the survey; with `persistence` it can keep what it knows."""
    request = LocalRequest()
    builder = Application.builder().token("99:local").request(request).get_updates_request(LocalRequest()).updater(None)
    if persistence is not None:
        builder = builder.persistence(persistence)
    application = builder.build()
    application.add_handler(survey_handler(keeps=persistence is not None))
    await application.initialize()
    return application


def survey_handler(*, keeps: bool = False) -> ConversationHandler[Any]:
    """The survey; with `keeps` the application writes down where everybody stands."""
    states: dict[object, Any] = {
        turn: [MessageHandler(filters.TEXT & ~filters.COMMAND, _step(turn + 1))] for turn in range(1, TURNS)
    }
    start = [CommandHandler("start", _step(1))]
    return ConversationHandler(start, states, [], name="survey" if keeps else None, persistent=keeps)  # type: ignore[arg-type]  # its lists are invariant


def payloads(first_user: int, surveys: int) -> list[str]:
    """The updates of so many surveys, turn by turn."""
    texts = ["/start", *(f"answer {turn}" for turn in range(1, TURNS))]
    users = range(first_user, first_user + surveys)
    return [as_text(message(number, user, text)) for number, text in enumerate(texts) for user in users]


async def survey(application: Application[Any, Any, Any, Any, Any, Any], updates: list[str]) -> None:
    """Take them as they come: parse, handle, answer."""
    for update in updates:
        await application.process_update(Update.de_json(json.loads(update), application.bot))
