"""The HTML part: an MJML frame, made into HTML once, then filled for each mail.

Opening it fetches nothing from us, so nobody is watched: the logo travels inside the mail.
"""

import base64
import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

import mjml
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from bot.brand import Logo
from bot.channels.email.letter import Letter, Link, MailShop
from bot.channels.email.palette import DARK, LIGHT, Palette, palette
from flows.words import RIGHT_TO_LEFT

_LONGEST_POINT: Final = 3
"""Characters of an answer that can be a point of a scale, such as 5 or yes."""
_POINTS: Final = 5
"""So many answers fit beside each other on the smallest phone, each still wide enough to tap."""
_TEMPLATE: Final = "templates/mail.mjml.j2"
_FONTS: Final = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,{},sans-serif"
_SCRIPTS: Final = {"ar": "'Geeza Pro','Noto Sans Arabic'", "ja": "'Hiragino Sans','Yu Gothic','Noto Sans CJK JP'"}
_LONGEST_UNBROKEN: Final = 24
_QUESTION_MARK: Final = re.compile(r"([?؟](?=\s|$)|？)")
_LEADING: Final = {"ar": "1.7", "ja": "1.65"}
# Blanks that no eye sees: without them a mail client goes on after the preheader with the first words of the letter.
_FILLER: Final = Markup(" ") + Markup("&#847;&zwnj;&nbsp;") * 40


def html_page(letter: Letter, shop: MailShop) -> str:
    """The letter as an HTML document. Raises ValueError for an accent colour that is none."""
    light, dark = _palettes(shop.accent)
    asked, added = split_question(letter.question or "")
    right_to_left = letter.language in RIGHT_TO_LEFT
    return _template().render(
        letter=letter,
        shop=shop,
        logo=shop.logo,
        logo_id=logo_id(shop.logo) if shop.logo else "",
        scale=_is_scale(letter.answers),
        asked=asked,
        added=added,
        light=light,
        dark=dark,
        dir="rtl" if right_to_left else "ltr",
        start="right" if right_to_left else "left",
        end="left" if right_to_left else "right",
        fonts=_FONTS.format(_SCRIPTS.get(letter.language, "'Noto Sans'")),
        leading=_LEADING.get(letter.language, "1.5"),
        address=" · ".join(shop.postal_address.split("\n")),
        initial=shop.name.strip()[:1].upper(),
        filler=_FILLER,
    )


@lru_cache(maxsize=2)
def logo_id(logo: Logo) -> str:
    """The Content-ID by which the page shows the logo."""
    return f"{hashlib.sha256(logo.data).hexdigest()[:16]}@holdback"


def standing_alone(html: str, logo: Logo | None) -> str:
    """The page with its logo written into it, for where there is no mail around it."""
    if logo is None:
        return html
    data = base64.b64encode(logo.data).decode()
    return html.replace(f"cid:{logo_id(logo)}", f"data:image/{logo.kind};base64,{data}")


def _is_scale(answers: tuple[Link, ...]) -> bool:
    """Whether the answers are points of a scale (1 to 5): those stand in one row."""
    return 2 < len(answers) <= _POINTS and all(len(answer.label) <= _LONGEST_POINT for answer in answers)


def linked(paragraph: str, letter: Letter) -> Markup:
    """The paragraph escaped, its line breaks kept, our own addresses in it made links, and a code never broken in two.

    Only our own addresses: one that somebody smuggled into a name stays plain text.
    """
    known = [url for url in letter.own if url.startswith(("https://", "http://"))]
    if letter.code and len(letter.code) <= _LONGEST_UNBROKEN:
        known.append(letter.code)
    pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True))) or "(?!)"
    pieces = re.split(f"({pattern})", paragraph)
    return Markup("").join(_marked(piece, letter) for piece in pieces).replace("\n", Markup("<br>"))


def _marked(piece: str, letter: Letter) -> Markup:
    if piece == letter.code:
        return Markup('<b dir="ltr" style="white-space:nowrap">{}</b>').format(piece)
    return Markup('<a href="{0}">{0}</a>').format(piece) if piece in letter.own else escape(piece)


def split_question(question: str) -> tuple[str, str]:
    """The question itself, which is set large, and what is added after it ("... One tap is enough.")."""
    mark = _QUESTION_MARK.search(question)
    end = mark.end() if mark else len(question)
    return question[:end], question[end:].strip()


@lru_cache(maxsize=1)
def _template() -> Template:
    source = (files("bot.channels.email") / _TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters["linked"] = linked
    # fonts={}: MJML would otherwise ask every reader's client to fetch fonts from a third party.
    return environment.from_string(mjml.mjml2html(source, fonts={}))


@lru_cache(maxsize=8)
def _palettes(accent: str | None) -> tuple[Palette, Palette]:
    return palette(accent, LIGHT), palette(accent, DARK)
