"""Who the people of a rehearsal are: drawn one by one from the seed and their number, whoever else there is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.simulation.habits import BARRIERS, LANGUAGES, PLACES, Habits


@dataclass(frozen=True, slots=True)
class Person:
    """One prospect. `zone` is where they live, `zone_known` whether the shop knows it; `chat` their Telegram number.

    `enters` is when they leave their cart, and `trigger` what the shop reports then; without one they are in the list
    that is imported at the start.
    """

    number: int
    language: str
    zone: str
    zone_known: bool
    country: str
    email: str | None
    chat: int | None
    agreed: bool
    bounces: bool
    barrier: str
    product: str
    cart: Decimal
    enters: datetime
    trigger: str | None
    buys_at: datetime | None

    @property
    def external_id(self) -> str:
        """How the shop calls them."""
        return f"p{self.number:06d}"


@dataclass(frozen=True, slots=True)
class Ways:
    """How people come into the campaign: by which reports of the shop, and whether by an imported list."""

    triggers: Sequence[str]
    imported: bool


PRODUCTS = ("kettle", "grinder", "lamp", "chair", "teapot", "rug")
LISTED = 0.2
"""Of a campaign that asks an imported list as well, so many are in the list."""


def dice_of(seed: int, number: int, what: str) -> random.Random:
    """A dice of this person's own: what others do never changes what it shows."""
    return random.Random(f"{seed}:{number}:{what}")  # noqa: S311 - a repeatable play, no secret


def draw(seed: int, number: int, habits: Habits, ways: Ways, days: tuple[datetime, datetime],
         languages: Sequence[str]) -> Person:  # fmt: skip
    """The person with this number, who comes in between these two moments."""
    dice = dice_of(seed, number, "who")
    known = [language for language in languages if language in LANGUAGES] or ["en"]
    language = dice.choices(known, [LANGUAGES[one] for one in known])[0]
    zone, country = dice.choice(PLACES[language])
    chats = dice.random() < habits.chats
    mails = not chats or dice.random() < habits.both
    listed = ways.imported and (not ways.triggers or dice.random() < LISTED)
    enters = _moment(dice, days, zone)
    anyway = dice.random() < habits.buys_anyway
    return Person(
        number=number,
        language=language,
        zone=zone,
        zone_known=dice.random() >= habits.zone_unknown,
        country=country,
        email=f"prospect{number}@example.com" if mails else None,
        chat=1_000_000 + number if chats else None,
        agreed=dice.random() >= habits.no_consent,
        bounces=dice.random() < habits.bounces,
        barrier=dice.choices(list(BARRIERS), list(BARRIERS.values()))[0],
        product=dice.choice(PRODUCTS),
        cart=Decimal(round(100 * 60 * dice.lognormvariate(0, 0.6))) / 100,
        enters=days[0] if listed else enters,
        trigger=None if listed else dice.choice(list(ways.triggers)),
        buys_at=enters + timedelta(days=30 * dice.random()) if anyway else None,
    )


def _moment(dice: random.Random, days: tuple[datetime, datetime], zone: str) -> datetime:
    """A moment in between, most of them in the evening there."""
    at = days[0] + (days[1] - days[0]) * dice.random()
    local = at.astimezone(ZoneInfo(zone))
    hour = min(23, max(0, round(dice.gauss(18, 4))))
    moved = local.replace(hour=hour, minute=dice.randrange(60), second=0, microsecond=0).astimezone(days[0].tzinfo)
    return min(max(moved, days[0] + timedelta(minutes=10)), days[1])
