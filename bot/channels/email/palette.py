"""The colours of a mail, in both themes: those of the pages (bot/web/static/tokens.css), the shop's accent fitted in.

A mail cannot use custom properties or color-mix, so they are worked out here.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.web.theme import fit, ink_on


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme; every colour is `#rrggbb`."""

    paper: str
    surface: str
    sunken: str
    ink: str
    ink_2: str
    line: str
    line_2: str
    accent: str
    accent_ink: str
    accent_text: str
    accent_soft: str


LIGHT: Final = Palette(
    paper="#f6f7f4",
    surface="#ffffff",
    sunken="#eef0ec",
    ink="#16211e",
    ink_2="#53605c",
    line="#e0e4df",
    line_2="#7f8b86",
    accent="#0b6b60",
    accent_ink="#ffffff",
    accent_text="#0a6359",
    accent_soft="#e6f2ef",
)
DARK: Final = Palette(
    paper="#0f1413",
    surface="#171d1b",
    sunken="#1f2624",
    ink="#e7edea",
    ink_2="#a2aeaa",
    line="#2a3330",
    line_2="#74807b",
    accent="#5cc4b3",
    accent_ink="#04211c",
    accent_text="#6fcfbf",
    accent_soft="#1b322e",
)
_BUTTON_CONTRAST: Final = 4.5
_SHARE_OF_ACCENT: Final = 0.12


def palette(accent: str | None, base: Palette) -> Palette:
    """The theme with the shop's accent in it. Raises ValueError when it is not of the form #rrggbb."""
    if accent is None:
        return base
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise ValueError(f"the accent colour {accent!r} is not of the form #rrggbb, such as #0b6b60")
    fitted = fit(accent.lower(), base.paper if base is LIGHT else base.sunken, _BUTTON_CONTRAST)
    soft = _mix(fitted, base.surface)
    text = fit(fitted, soft, _BUTTON_CONTRAST)
    return replace(base, accent=fitted, accent_ink=ink_on(fitted), accent_soft=soft, accent_text=text)


def _mix(accent: str, surface: str) -> str:
    """A little of the accent in the surface."""
    pairs = zip(bytes.fromhex(accent[1:]), bytes.fromhex(surface[1:]), strict=True)
    return "#" + "".join(f"{round(other + (one - other) * _SHARE_OF_ACCENT):02x}" for one, other in pairs)
