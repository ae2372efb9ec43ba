"""What was posted: whether it came from our own page, and what stands in its fields."""

import re
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

FORM_ID = re.compile(r"[A-Za-z0-9_-]{22}(\.[a-z]{1,12})?", re.ASCII)
UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
AFTER_LINK = ".,;:!?)>]}'\"»”’"
"""What mail programs take for a part of an address at the end of a sentence."""


def clean_token(token: str) -> str:
    """A token as it was given out, without what stood behind it in a sentence."""
    return token.rstrip(AFTER_LINK)


def check_meant(request: Request) -> None:
    """Refuse a form that another site sent. The link itself proves who it is, so there is no cookie to protect."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "null")
    foreign = site in ("cross-site", "same-site")
    if site is None and origin != "null":
        foreign = urlsplit(origin).netloc != request.headers.get("host", "")
    if foreign:
        raise HTTPException(403)


async def read_form(request: Request) -> FormData:
    """The posted fields; files are refused."""
    return await request.form(max_files=0, max_fields=20)


def field(form: FormData, name: str) -> str:
    """A field as text, without space around and signs that no keyboard makes; empty when it is not there."""
    value = form.get(name, "")
    text = value if isinstance(value, str) else ""
    return UNREADABLE.sub("", text.replace("\r\n", "\n")).strip()


def number(form: FormData, name: str) -> int:
    """A field as a number, -1 when it is none."""
    text = field(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def form_id(form: FormData) -> str:
    """The id that this form was rendered with: posting it twice is one answer. A form without one counts for itself."""
    given = field(form, "form")
    return given if FORM_ID.fullmatch(given) else secrets.token_urlsafe(16)
