"""A Bot API server of our own: real HTTP, real refusals, real loss, and people to talk with."""

from tests.edge.telegram.messages import Button, ChatMessage
from tests.edge.telegram.server import TOKEN, FakeTelegram
from tests.edge.telegram.user import FakeUser, NoSuchButton, Tapped

__all__ = ["TOKEN", "Button", "ChatMessage", "FakeTelegram", "FakeUser", "NoSuchButton", "Tapped"]
