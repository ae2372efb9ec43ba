"""People with a Telegram account, who notice of a dead server only that nothing happens for a while."""

import asyncio
import time
from dataclasses import dataclass

from tests.crash.server import PATIENCE
from tests.crash.world import World
from tests.edge.telegram import FakeUser


@dataclass
class Person:
    """Somebody with a Telegram account. When a message they wait for never comes, they write /start."""

    world: World
    user: FakeUser

    @property
    def chat(self) -> str:
        """The number of their chat."""
        return str(self.user.id)

    async def sees(self, words: str, again: str = "/start") -> None:
        """Wait until the newest message of the bot has these words; when it was lost, ask for it `again`, once."""
        deadline, calm = time.monotonic() + PATIENCE, 0
        while not self._shows(words):
            self.world.check()
            assert time.monotonic() < deadline, f"waited for {words!r}:\n{self.user.transcript()[-600:]}"
            if self.world.death is not None and not self.world.waited_in_vain and await self.world.at_rest():
                calm += 1
                if calm == 3 and not self._shows(words):
                    self.world.waited_in_vain.append(words)
                    await self.user.say(again)
            await asyncio.sleep(0.03)

    def _shows(self, words: str) -> bool:
        written = [message for message in self.user.chat if message.by == "bot"]
        return bool(written) and words in written[-1].text

    async def tap(self, label: str, awaited: str | None = None) -> None:
        """Press a button, and wait for what is asked or said then."""
        await self.user.tap(label)
        if awaited is not None:
            await self.sees(awaited)

    async def start(self, awaited: str, token: str = "") -> None:
        """Press Start."""
        await self.user.start(token)
        await self.sees(awaited)


def person(world: World, name: str) -> Person:
    """Somebody with an account of this name."""
    return Person(world, world.telegram.user(first_name=name))
