"""The methods of the Bot API that write to a chat."""

from datetime import timedelta
from typing import Any

from tests.edge.telegram.checks import message_text, reply_markup
from tests.edge.telegram.cloud import Cloud
from tests.edge.telegram.errors import JSON, bad_request
from tests.edge.telegram.ledger import Edited, Sent
from tests.edge.telegram.messages import ChatMessage
from tests.edge.telegram.params import Params
from tests.edge.telegram.user import FakeUser

QUERY_LIFE = timedelta(seconds=150)
DELETE_LIFE = timedelta(hours=48)
MAX_TOAST = 200
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def send_message(cloud: Cloud, params: Params) -> Any:
    """Answers sendMessage."""
    text, entities = message_text(params)
    markup = reply_markup(params)
    user = cloud.reachable(params)
    extra = _reply_to(cloud, user, params)
    cloud.limits.take(user.id, cloud.now())
    message = user.receive(text, entities, markup, extra)
    cloud.ledger.sent.append(Sent(message.date, user.id, message.message_id, text, markup))
    return message.as_api(cloud.bot, user.as_chat())


def _reply_to(cloud: Cloud, user: FakeUser, params: Params) -> JSON:
    wanted = params.json("reply_parameters", "reply parameters")
    if wanted is None:
        return {}
    if not isinstance(wanted, dict) or not isinstance(wanted.get("message_id"), int):
        raise bad_request('can\'t parse reply parameters: Field "message_id" must be of type Number')
    original = user.find(wanted["message_id"])
    if original is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    sender = cloud.bot if original.by == "bot" else user.as_user()
    return {"reply_to_message": original.as_api(sender, user.as_chat())}


def edit_message_text(cloud: Cloud, params: Params) -> Any:
    """Answers editMessageText: leaves the message without buttons unless the call brings some."""
    text, entities = message_text(params)
    markup = reply_markup(params, inline_only=True)
    user, message = _editable(cloud, params)
    return _apply_edit(cloud, user, message, ChatMessage(0, "bot", text, message.date, entities, markup))


def edit_message_reply_markup(cloud: Cloud, params: Params) -> Any:
    """Answers editMessageReplyMarkup."""
    markup = reply_markup(params, inline_only=True)
    user, message = _editable(cloud, params)
    return _apply_edit(
        cloud, user, message, ChatMessage(0, "bot", message.text, message.date, message.entities, markup)
    )


def _editable(cloud: Cloud, params: Params) -> tuple[FakeUser, ChatMessage]:
    user = cloud.reachable(params)
    message = user.find(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.by != "bot":
        raise bad_request("message can't be edited")
    return user, message


def _apply_edit(cloud: Cloud, user: FakeUser, message: ChatMessage, wanted: ChatMessage) -> Any:
    # A keyboard without buttons and no keyboard look alike to the user, and to the real server.
    if (message.text, message.entities, message.rows) == (wanted.text, wanted.entities, wanted.rows):
        raise bad_request(NOT_MODIFIED)
    user.revise(message, wanted.text, wanted.entities, wanted.markup)
    cloud.ledger.edited.append(Edited(cloud.now(), user.id, message.message_id, wanted.text, wanted.markup))
    return message.as_api(cloud.bot, user.as_chat())


def delete_message(cloud: Cloud, params: Params) -> Any:
    """Answers deleteMessage."""
    user = cloud.known(params)
    message = user.find(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if cloud.now() - message.date > DELETE_LIFE:
        raise bad_request("message can't be deleted for everyone")
    user.remove(message)
    cloud.ledger.deleted.append((user.id, message.message_id))
    return True


def answer_callback_query(cloud: Cloud, params: Params) -> Any:
    """Answers answerCallbackQuery; the text becomes a toast of the user who pressed."""
    query_id = params.text("callback_query_id")
    asked = cloud.queries.get(query_id)
    if asked is None or cloud.now() - asked.at > QUERY_LIFE:
        raise bad_request(TOO_OLD)
    text = params.text("text")
    if len(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    if text:
        cloud.users[asked.user_id].toasts.append(text)
    cloud.ledger.answered.append(query_id)
    cloud.announce()
    return True


def send_chat_action(cloud: Cloud, params: Params) -> Any:
    """Answers sendChatAction."""
    user = cloud.reachable(params)
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    cloud.actions.append((user.id, action))
    return True


def get_chat(cloud: Cloud, params: Params) -> Any:
    """Answers getChat, with the fields every private chat has."""
    accent: JSON = {"accent_color_id": 0, "max_reaction_count": 11}
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {**cloud.known(params).as_chat(), **accent, "accepted_gift_types": dict.fromkeys(gifts, True)}
