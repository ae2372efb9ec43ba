"""What the pages of prospects need of the running house; how it is put together is not for this room to know."""

from collections.abc import Sequence
from typing import Protocol

from bot.runtime.clock import Clock
from bot.runtime.context import Context
from bot.settings import Settings
from flows.texts import Texts
from storage.database import Database
from storage.inbox import RawInput


class Intake(Protocol):
    """The door to the corridor."""

    async def put_many(self, items: Sequence[RawInput], /) -> list[int]:
        """Keep these before they are acknowledged; known ones change nothing. Returns their row ids in order."""
        ...

    async def settled(self, row_id: int, timeout: float = 5.0) -> bool:  # noqa: ASYNC109 - how long a page may wait
        """Wait until this row has been processed; False when that takes longer."""
        ...


class House(Protocol):
    """The running house, as far as this room looks into it. `texts` are those that belong to no flow."""

    @property
    def settings(self) -> Settings:
        """The settings."""
        ...

    @property
    def clock(self) -> Clock:
        """The only one to ask what time it is."""
        ...

    @property
    def database(self) -> Database:
        """Where everything is kept."""
        ...

    @property
    def context(self) -> Context:
        """Shop, languages, secret, flows."""
        ...

    @property
    def intake(self) -> Intake:
        """The one way in."""
        ...

    @property
    def texts(self) -> Texts:
        """What is said outside of any flow."""
        ...

    @property
    def bot_name(self) -> str | None:
        """The Telegram bot's user name, once it is known."""
        ...

    async def links(self, prospect_id: int, conversation_id: int | None = None) -> dict[str, str]:
        """The prospect's own addresses by purpose; those that are missing are made."""
        ...
