"""How people behave in a rehearsal: assumptions, each with where it comes from. They are printed with every report.

Shares of answers and reminders follow the research the house was built on (answers to a first letter and to its
reminders, tapped against typed answers); where nothing was found, the figure is ours and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

BARRIERS: Mapping[str, int] = {
    "price": 22,
    "shipping": 19,
    "timing": 14,
    "trust": 9,
    "reviews": 8,
    "fit": 8,
    "quality": 6,
    "approval": 4,
    "no_longer_needed": 4,
    "bought_elsewhere": 4,
    "other": 6,
}
"""What holds people back, per hundred and a little: extra costs and "not yet" lead in public studies of carts."""

PLACES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (("Europe/London", "GB"), ("America/New_York", "US"), ("Europe/Dublin", "IE")),
    "es": (("Europe/Madrid", "ES"), ("America/Mexico_City", "MX")),
    "fr": (("Europe/Paris", "FR"), ("Europe/Brussels", "BE")),
    "ja": (("Asia/Tokyo", "JP"),),
    "ar": (("Asia/Riyadh", "SA"), ("Africa/Cairo", "EG")),
    "hu": (("Europe/Budapest", "HU"),),
    "cs": (("Europe/Prague", "CZ"),),
}
"""Time zones and countries by language."""

LANGUAGES: Mapping[str, int] = {"en": 30, "es": 14, "fr": 14, "ja": 10, "ar": 8, "hu": 14, "cs": 10}


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of 1 unless a name says otherwise; delays are medians."""

    chats: float = 0.35
    """Reached in Telegram (ours)."""
    both: float = 0.5
    """Of those who chat, reached by mail as well (ours)."""
    no_consent: float = 0.03
    """Known, but never agreed to be written to (ours)."""
    zone_unknown: float = 0.1
    """The shop does not know their time zone (ours)."""
    answers: tuple[float, ...] = (0.30, 0.15, 0.12)
    """Answer the first message; the second when silent so far; each later one (25 to 35 % first, then 40 to 50 %)."""
    goes_on: float = 0.88
    """Answer the next question, having answered one (ours)."""
    chat_minutes: float = 45.0
    mail_minutes: float = 240.0
    """Until a first answer (ours: people differ by a factor of ten either way)."""
    much_later: float = 0.05
    """Come back to it after days (ours)."""
    awake: tuple[int, int] = (7, 23)
    """Local hours in which nearly all answers are given."""
    acts: Mapping[str, float] = field(
        default_factory=lambda: {
            "tap": 0.74, "words": 0.13, "question": 0.035, "later": 0.035, "human": 0.015, "stop": 0.025,
            "command": 0.01, "delete_data": 0.004, "bought_here": 0.003, "chitchat": 0.003,
        }
    )  # fmt: skip
    """How somebody answers: most tap, some write (ours)."""
    changes_mind: float = 0.03
    """Tap a button of an earlier question instead (ours)."""
    blocks: float = 0.008
    """Block the bot at a message (ours)."""
    bounces: float = 0.03
    """Addresses that do not exist (ours)."""
    hiccups: float = 0.004
    """Messages that a channel asks to send again a little later (ours)."""
    buys_anyway: float = 0.04
    """Buy within the month whatever is done (about 5 in 100 is usual)."""
    buys_helped: float = 0.22
    """Buy after an offer that removes what held them back (ours)."""
    buys_otherwise: float = 0.05
    """Buy after an offer that does not (ours)."""
    staff_hours: float = 3.0
    """Until a person of the shop takes over, in working hours (ours)."""


USUAL = Habits()
"""The habits that every rehearsal assumes."""
