"""The shop's one colour: checked for contrast and fitted to light and dark.

A shop may choose any colour; a pale yellow would leave white words on it unreadable. So the colour is kept in hue and
moved in lightness only as far as WCAG 2.2 AA asks: 4.5 : 1 for words and 3 : 1 for lines and bars, in each theme.
"""

import colorsys
import re

LIGHT_PAPER = "#f6f7f4"
DARK_SURFACE = "#1f2624"
INKS = ("#ffffff", "#0b1210")
# Lines, bars and fills need less than words; the ink on a fill is chosen to read.
GRAPHICS = 3.1
# A soft ground (a tenth of the accent in the surface) costs words in the accent some contrast; this is what remains.
WORDS_ON_SOFT = 5.4


def luminance(colour: str) -> float:
    """The relative luminance (0 to 1) of `#rrggbb`, as WCAG defines it."""
    parts = (value / 255 for value in bytes.fromhex(colour[1:]))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio (1 to 21) of two colours `#rrggbb`."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def fit(colour: str, ground: str, ratio: float) -> str:
    """`colour` moved away from `ground` in lightness until it has `ratio` against it."""
    red, green, blue = (value / 255 for value in bytes.fromhex(colour[1:]))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    step = -0.01 if luminance(ground) > 0.5 else 0.01
    while contrast(colour, ground) < ratio and 0 <= light + step <= 1:
        light += step
        fitted = colorsys.hls_to_rgb(hue, light, saturation)
        colour = "#" + "".join(f"{round(part * 255):02x}" for part in fitted)
    return colour


def ink_on(colour: str) -> str:
    """The ink, white or near black, that reads best on `colour`."""
    return max(INKS, key=lambda ink: contrast(ink, colour))


def theme_css(accent: str | None) -> str:
    """The style sheet that puts the shop's `accent` (`#rrggbb`, None for ours) into both themes.

    Raises ValueError with a plain sentence when it is no such colour.
    """
    if accent is None:
        return ""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise ValueError(f"the accent colour {accent!r} is not of the form #rrggbb, such as #0b6b60")
    light = fit(accent.lower(), LIGHT_PAPER, GRAPHICS)
    dark = fit(accent.lower(), DARK_SURFACE, GRAPHICS)
    return (
        f"@layer tokens{{:root{{{_rules(light, LIGHT_PAPER)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_rules(dark, DARK_SURFACE)}}}}}}}"
    )


def _rules(accent: str, ground: str) -> str:
    text = fit(accent, ground, WORDS_ON_SOFT)
    return (
        f"--accent:{accent};--accent-ink:{ink_on(accent)};--accent-text:{text};"
        "--accent-soft:color-mix(in oklab,var(--accent) 12%,var(--surface))"
    )
