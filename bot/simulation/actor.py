"""One person of a rehearsal at work: hears what arrives, and plans what they do about it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.runtime.ports import Outgoing
from bot.simulation.doors import Doors
from bot.simulation.habits import Habits
from bot.simulation.people import Person, dice_of
from flows.messages import Prompt

Act = Literal["enter", "buy", "look", "reply", "page", "chat", "consider", "block"]
"""What somebody plans.

Come in, buy, look at the product again, answer in the chat or on the page, move from mail to the chat, weigh an offer,
block the bot.
"""

Plan = Callable[[datetime, "Actor", Act], None]
CHAT_FROM_MAIL = 0.08
"""Of those who could, so many answer a mail in Telegram (ours)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it stands in somebody's chat."""

    nonce: str
    prompt: Prompt
    remote: str


class Actor:
    """A person, what stands before them, and their own dice. `plan` puts something they will do into the calendar."""

    def __init__(self, person: Person, seed: int, habits: Habits, plan: Plan) -> None:
        """They know nothing of the campaign yet."""
        self.person, self.habits = person, habits
        self.doors = Doors(person)
        self.dice: random.Random = dice_of(seed, person.number, "does")
        self._plan = plan
        self.shown: list[Shown] = []
        self.link: str | None = None
        self.start: str | None = None
        self.preferences: str | None = None
        self.heard = 0
        self.engaged = False
        self.in_chat = False
        self.from_mail = True
        self.silent = False
        self.blocked = False
        self.bought = False
        self.erased = False
        self._pending: datetime | None = None

    def refuses(self, channel: str) -> bool:
        """Whether nothing can reach them there any more."""
        return self.blocked if channel == "telegram" else self.person.bounces

    def hiccup(self) -> bool:
        """Whether the channel is busy just now."""
        return self.dice.random() < self.habits.hiccups

    def hears(self, channel: str, outgoing: Outgoing, remote: str, now: datetime) -> None:
        """A message has arrived: take it in, and plan what to do about it."""
        message = outgoing.message
        if outgoing.kind == "edit":
            self._edited(outgoing, remote)
            return
        if channel == "email":
            self._links(outgoing)
        elif message.prompt is not None and outgoing.nonce is not None:
            self.shown.append(Shown(outgoing.nonce, message.prompt, remote))
            self.in_chat = True
        if self.done:
            return
        if message.kind == "offer":
            self._plan(now + timedelta(seconds=20), self, "consider")
        if channel == "telegram" and self.dice.random() < self.habits.blocks:
            self._plan(now + timedelta(minutes=self.dice.randint(1, 600)), self, "block")
        if message.prompt is not None:
            self._decide(channel, now)

    @property
    def done(self) -> bool:
        """Whether they want nothing more: they stopped, bought, blocked or were erased."""
        return self.silent or self.bought or self.blocked or self.erased

    @property
    def zone(self) -> ZoneInfo:
        """Where they live."""
        return ZoneInfo(self.person.zone)

    def answered(self) -> None:
        """They have done what they had planned."""
        self._pending, self.engaged = None, True

    def goes_on(self, now: datetime) -> None:
        """After an answer on the page, most look at what it says next."""
        if self.dice.random() < self.habits.goes_on:
            self._reply_at(now + timedelta(seconds=20 + self.dice.expovariate(1 / 40)), "page")

    def _edited(self, outgoing: Outgoing, remote: str) -> None:
        prompt = outgoing.message.prompt
        kept = [one for one in self.shown if one.remote != remote]
        old = [one for one in self.shown if one.remote == remote]
        if prompt is not None and old:
            kept.append(Shown(outgoing.nonce or old[0].nonce, prompt, remote))
        self.shown = kept + ([] if prompt is not None else [Shown(one.nonce, one.prompt, "gone") for one in old])

    def _links(self, outgoing: Outgoing) -> None:
        for purpose, address in outgoing.links.items():
            match purpose:
                case "survey":
                    self.link = address.rsplit("/", 1)[1]
                case "preferences":
                    self.preferences = address.rsplit("/", 1)[1]
                case "telegram":
                    self.start = address.partition("start=")[2]
                case _:
                    pass

    def _decide(self, channel: str, now: datetime) -> None:
        """Whether and when they answer a question."""
        shares = self.habits.answers
        share = self.habits.goes_on if self.engaged else shares[min(self.heard, len(shares) - 1)]
        self.heard += 1
        if self._pending is not None or self.dice.random() >= share:
            return
        if self.engaged and channel == "telegram":
            self._reply_at(now + timedelta(seconds=15 + self.dice.expovariate(1 / 60)), "reply")
            return
        median = self.habits.chat_minutes if channel == "telegram" else self.habits.mail_minutes
        at = now + timedelta(minutes=min(median * self.dice.lognormvariate(0, 1.2), 20_000))
        if self.dice.random() < self.habits.much_later:
            at += timedelta(days=self.dice.uniform(3, 18))
        self.from_mail = True
        moves = channel == "email" and self.person.chat is not None and not self.in_chat
        moves = moves and self.dice.random() < CHAT_FROM_MAIL
        self._reply_at(self._awake(at), "reply" if channel == "telegram" else "chat" if moves else "page")

    def _reply_at(self, at: datetime, act: Act) -> None:
        self._pending = at
        self._plan(at, self, act)

    def _awake(self, at: datetime) -> datetime:
        """The same moment, or the next morning when they sleep; one in twenty is up at night."""
        first, last = self.habits.awake
        local = at.astimezone(self.zone)
        if first <= local.hour < last or self.dice.random() < 0.05:
            return at
        morning = local.replace(hour=first, minute=self.dice.randrange(60)) + timedelta(days=local.hour >= last)
        return max(morning.astimezone(at.tzinfo), at)
