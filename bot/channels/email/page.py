"""The HTML part: an MJML frame, made into HTML once, then filled for each mail.

Opening it fetches nothing from us, so nobody is watched: the logo travels inside the mail.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from jinja2 import Template
from markupsafe import Markup

from bot.brand import Logo
from bot.channels.email.frame import prepared
from bot.channels.email.letter import Letter, Link, MailShop
from bot.channels.email.palette import DARK, LIGHT, palette
from flows.words import RIGHT_TO_LEFT

_LONGEST_POINT: Final = 3
"""Characters of an answer that can be a point of a scale, such as 5 or yes."""
_POINTS: Final = 5
"""So many answers fit beside each other on the smallest phone, each still wide enough to tap."""
_FONTS: Final = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,{},sans-serif"
_SCRIPTS: Final = {"ar": "'Geeza Pro','Noto Sans Arabic'", "ja": "'Hiragino Sans','Yu Gothic','Noto Sans CJK JP'"}
_WORD_FONTS: Final = {"ja": "Yu Gothic, Meiryo, sans-serif"}
_QUESTION_MARK: Final = re.compile(r"([?؟](?=\s|$)|？)")
_LEADING: Final = {"ar": "1.7", "ja": "1.65"}
# Blanks that no eye sees: without them a mail client goes on after the preheader with the first words of the letter.
_FILLER: Final = Markup(" ") + Markup("&#847;&zwnj;&nbsp;") * 40


def html_page(letter: Letter, shop: MailShop) -> str:
    """The letter as an HTML document. Raises ValueError for an accent colour that is none."""
    return "".join(html_pieces(letter, shop))


def html_pieces(letter: Letter, shop: MailShop) -> Iterator[str]:
    """The document piece by piece; the long ones are the same in every letter of the shop. Raises as `html_page`."""
    asked, added = split_question(letter.question or "")
    dress, frame = dressed(shop.frame, shop.accent, letter.language)
    return frame.generate(
        dress,
        letter=letter,
        shop=shop,
        logo=shop.logo,
        logo_id=logo_id(shop.logo) if shop.logo else "",
        address=" · ".join(shop.postal_address.split("\n")),
        initial=shop.name.strip()[:1].upper(),
        scale=_is_scale(letter.answers),
        asked=asked,
        added=added,
    )


@lru_cache(maxsize=32)
def dressed(frame: str | None, accent: str | None, language: str) -> tuple[Mapping[str, object], Template]:
    """Colours, fonts and sides of all letters in this language, and the frame in which they stand already."""
    right_to_left = language in RIGHT_TO_LEFT
    dress = {
        "light": palette(accent, LIGHT),
        "dark": palette(accent, DARK),
        "dir": "rtl" if right_to_left else "ltr",
        "start": "right" if right_to_left else "left",
        "end": "left" if right_to_left else "right",
        "fonts": _FONTS.format(_SCRIPTS.get(language, "'Noto Sans'")),
        "word_fonts": _WORD_FONTS.get(language, "Segoe UI, Arial, sans-serif"),
        "leading": _LEADING.get(language, "1.5"),
        "filler": _FILLER,
    }
    return dress, prepared(frame, dress)


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


def split_question(question: str) -> tuple[str, str]:
    """The question itself, which is set large, and what is added after it ("... One tap is enough.")."""
    mark = _QUESTION_MARK.search(question)
    end = mark.end() if mark else len(question)
    return question[:end], question[end:].strip()
