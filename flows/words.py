"""The closed lists of words that every room uses: barriers, channels, languages and the kinds of things."""

from typing import Final, Literal

Channel = Literal["telegram", "email", "web"]
"""Where a prospect and Holdback meet.

`telegram` and `email` can be written to; `web` is a page that the prospect opens.
"""

CHANNELS: Final[tuple[Channel, ...]] = ("telegram", "email", "web")

ADDRESSED: Final[tuple[Channel, ...]] = ("telegram", "email")
"""The channels that can be written to, of the kinds of identity of the same names."""

Barrier = Literal[
    "price",
    "reviews",
    "quality",
    "shipping",
    "trust",
    "fit",
    "timing",
    "approval",
    "no_longer_needed",
    "bought_elsewhere",
    "other",
]
"""What holds a prospect back (PRODUCT.md S1)."""

BARRIERS: Final[tuple[Barrier, ...]] = (
    "price",
    "reviews",
    "quality",
    "shipping",
    "trust",
    "fit",
    "timing",
    "approval",
    "no_longer_needed",
    "bought_elsewhere",
    "other",
)

FINAL_BARRIERS: Final[frozenset[str]] = frozenset({"no_longer_needed", "bought_elsewhere"})
"""Answers that are respected for good: no offer, no further question, never asked again."""

Language = Literal["en", "es", "fr", "ja", "ar", "hu", "cs"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "es", "fr", "ja", "ar", "hu", "cs")
LANGUAGE_NAMES: Final[dict[str, str]] = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
    "ar": "العربية",
    "hu": "Magyar",
    "cs": "Čeština",
}
"""Each language in its own words, which those who look for it can read."""

RIGHT_TO_LEFT: Final[frozenset[str]] = frozenset({"ar"})

Status = Literal["waiting", "asking", "held", "snoozed", "resting", "ended"]
"""Where a conversation stands.

Before its first message, with an open question, in a person's hands, put off, at a step that waits, or over.
"""

ShopEvent = Literal["viewed", "cart_abandoned", "checkout_started", "quote_sent"]
"""What a shop reports of a prospect while a conversation goes on. A purchase is none of these: it ends everything."""

SHOP_EVENTS: Final[tuple[ShopEvent, ...]] = ("viewed", "cart_abandoned", "checkout_started", "quote_sent")

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)

Outcome = Literal[
    "helped",
    "not_helped",
    "answered",
    "not_interested",
    "bought",
    "says_bought",
    "silent",
    "stopped",
    "unreachable",
    "erased",
    "cancelled",
    "never_contacted",
]
"""How a conversation ended. `bought` is a recorded purchase, `says_bought` the prospect's own word;
`never_contacted` the control group that nobody writes to."""

BOUGHT: Final = "bought"
SAYS_BOUGHT: Final = "says_bought"
STOPPED: Final = "stopped"
ERASED: Final = "erased"
"""Outcomes after which something is decided elsewhere: nobody is called, nobody is written to first."""
