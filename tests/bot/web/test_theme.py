"""The shop's colour is readable in both themes, whatever it is; so are our own."""

import itertools
import math
import re

import pytest

from bot.web.assets import STATIC
from bot.web.theme import contrast, fit, ink_on, luminance, theme_css
from flows.words import BARRIERS

TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")


def token(theme: str, name: str) -> str:
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", theme)
    assert found, name
    return found[1]


@pytest.mark.parametrize("accent", ["#ffee00", "#0b6b60", "#ff0000", "#000000", "#ffffff", "#7f7f7f", "#1e90ff"])
def test_any_colour_of_a_shop_becomes_readable(accent: str) -> None:
    sheet = theme_css(accent)
    light, dark = sheet.split("@media")
    for part, ground in ((light, "#ffffff"), (light, "#f6f7f4"), (dark, "#171d1b"), (dark, "#1f2624")):
        colour, ink, text = re.findall(r"--accent(?:-ink|-text)?:(#[0-9a-f]{6})", part)
        assert contrast(text, ground) >= 4.5
        assert contrast(ink, colour) >= 4.5
        assert contrast(colour, ground) >= 3


def test_a_readable_colour_is_left_alone() -> None:
    assert fit("#0b6b60", "#ffffff", 4.5) == "#0b6b60"


@pytest.mark.parametrize("accent", ["red", "#fff", "#12345g", "url(x)", "#0b6b60;}*{display:none"])
def test_what_is_no_colour_is_refused(accent: str) -> None:
    with pytest.raises(ValueError, match="not of the form #rrggbb"):
        theme_css(accent)


def test_black_and_white_are_the_ends_of_the_scale() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert luminance("#ffffff") == pytest.approx(1)
    assert ink_on("#ffffff") == "#0b1210"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_are_readable_on_every_ground(theme: str) -> None:
    words = ("ink", "ink-2", "accent-text", "good", "warn", "bad")
    for name, ground in itertools.product(words, ("paper", "surface", "sunken")):
        assert contrast(token(theme, name), token(theme, ground)) >= 4.5, (name, ground)
    for name, ground in (("accent-ink", "accent"), ("bad-ink", "bad"), ("accent-text", "accent-soft"), ("ink", "note")):
        assert contrast(token(theme, name), token(theme, ground)) >= 4.5, (name, ground)
    for name in ("line-2", "accent"):
        assert contrast(token(theme, name), token(theme, "surface")) >= 3, name


# How a colour looks to people without red, green or blue cones: Machado, Oliveira and Fernandes, 2009, linear RGB.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, eye: str) -> tuple[float, float, float]:
    """The colour in OKLab as that eye sees it."""
    parts = (value / 255 for value in bytes.fromhex(colour[1:]))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = (max(0.0, sum(a * b for a, b in zip(row, linear, strict=True))) for row in EYES[eye])
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_the_barriers_are_told_apart_by_every_eye(theme: str, eye: str) -> None:
    colours = {barrier: token(theme, f"b-{barrier}") for barrier in BARRIERS}
    assert len(colours) == 11
    for (one, first), (other, second) in itertools.combinations(colours.items(), 2):
        # 0.02 in OKLab is about the smallest step that people notice; twice that is a clear one.
        assert math.dist(seen(first, eye), seen(second, eye)) >= 0.04, (one, other)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_each_barrier_stands_out_from_the_ground(theme: str) -> None:
    for barrier in BARRIERS:
        assert contrast(token(theme, f"b-{barrier}"), token(theme, "surface")) >= 3, barrier


def test_every_barrier_has_its_rule() -> None:
    assert all(f'[data-barrier="{barrier}"] {{ --b: var(--b-{barrier}); }}' in TOKENS for barrier in BARRIERS)
