"""Sample messages for the mail tests: the shipped texts in every language, a shop, and a prospect's links."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.email import MailShop
from bot.library import Library
from bot.runtime.ports import Outgoing
from flows.messages import Button, Message, Prompt
from flows.texts import Texts

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CONSENT = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
SHOP = MailShop(
    name="Hill Coffee",
    url="https://hill.example",
    mail_from="hello@hill.example",
    postal_address="Hill Coffee Ltd, 12 Hill Road, Bristol",
    base_url="https://ask.hill.example",
)
LINKS = {
    "survey": "https://ask.hill.example/s/TOKEN",
    "preferences": "https://ask.hill.example/u/TOKEN",
    "privacy": "https://ask.hill.example/privacy",
    "telegram": "https://t.me/hill_bot?start=TOKEN",
}
TEXTS = Texts(
    {tag: tuple(text.content for text in texts) for tag, texts in Library().load_flow("barriers").texts.items()}
)
OPTIONS = ("price", "reviews", "other")


def outgoing(message: Message | None = None, **changes: Any) -> Outgoing:
    """One row of the outbox to Anna, ready to be sent."""
    message = message or question()
    plain = Outgoing(7, "anna@example.com", message.kind, message, "n" * 22, None, NOW, "Anna", CONSENT, LINKS)
    return replace(plain, **changes)


def question(language: str = "en", product: str = "Copper Kettle") -> Message:
    """The first question of the shipped flow."""
    facts = {"shop": SHOP.name, "product": product, "known": "yes", "name": "Anna"}
    buttons = tuple(Button(option, TEXTS.say(language, "barrier", option, **facts)) for option in OPTIONS)
    own = (Button("!person", say(language, "button-person")), Button("!stop", say(language, "button-stop")))
    return Message(
        kind="question",
        language=language,
        paragraphs=(TEXTS.say(language, "greeting", None, **facts), TEXTS.say(language, "barrier", None, **facts)),
        prompt=Prompt("barrier", 4, buttons + own),
        subject=TEXTS.say(language, "subject", None, **facts),
        preheader=TEXTS.say(language, "preheader", None, **facts),
    )


def offer() -> Message:
    """A coupon, a link, and the question after it."""
    return Message(
        kind="offer",
        language="en",
        paragraphs=("10% off with the code KETTLE-7Q4M.", "Does this help you?"),
        prompt=Prompt("solved", 5, (Button("yes", "Yes, thank you"), Button("no", "Not really"))),
        subject="What held you back?",
        preheader="One tap is enough.",
        code="KETTLE-7Q4M",
        url="https://hill.example/reviews",
        url_label="Read the reviews",
    )


def staff(text: str = "The base is steel, so it works on induction.\nKind regards\nMaria") -> Message:
    """A person's letter."""
    return Message(kind="staff", language="en", paragraphs=(text,))


def say(language: str, text_id: str) -> str:
    """A text without variables, or with the shop's name."""
    return TEXTS.say(language, text_id, None, shop=SHOP.name)
