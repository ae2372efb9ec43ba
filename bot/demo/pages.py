"""The start page and the local mailbox of a demo, for this machine alone: they let anybody in and show all mail.

On every other server the root leads to the shop.
"""

import asyncio
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.channels.web.posted import check_meant, field, read_form
from bot.channels.web.words import languages
from bot.console import cookies
from bot.console.passwords import Passwords
from bot.demo.door import Demo
from bot.house import House
from bot.web.pages import render
from bot.web.security import FRAMING_CSP, LETTER_CSP, LETTER_HEADERS, is_loopback
from storage import audit, sessions, staff
from storage.database import Tx

ROOM: Final = Path(__file__).parent
"""The folder with this room's templates."""

FORMS: Final = {"page": "As it looks", "text": "Plain text", "source": "Source"}
"""The ways to read a mail."""

# The letter is shut in: no script, nothing from elsewhere. Its links may open a page of their own, which is free again.
POPUPS: Final = "allow-popups allow-popups-to-escape-sandbox"
OUTWARDS: Final = '<base target="_blank">'
SHUT_IN: Final = LETTER_HEADERS | {"content-security-policy": f"{LETTER_CSP} {POPUPS}"}


def router(house: House, *, demo: bool = False) -> APIRouter:
    """The root of the server; in a demo that listens to this machine only, the rest of these pages."""
    pages = APIRouter(include_in_schema=False)
    start = Start(house)
    look = ["GET", "HEAD"]
    here = demo and is_loopback(urlsplit(f"//{house.settings.bind}").hostname or "")
    pages.add_api_route("/", start.show if here else start.lead_to_shop, methods=look, response_model=None)
    if here:
        mailbox = Mailbox(house)
        pages.add_api_route("/demo/prospect", start.be_a_prospect, methods=["POST"], response_model=None)
        pages.add_api_route("/demo/console", start.open_console, methods=["POST"], response_model=None)
        pages.add_api_route("/mailbox", mailbox.show, methods=look, response_model=None)
        pages.add_api_route("/mailbox/{mail_id}", mailbox.show, methods=look, response_model=None)
        pages.add_api_route("/mailbox/{mail_id}/html", mailbox.letter, methods=look, response_model=None)
    return pages


class Start:
    """The start page and the doors on it."""

    def __init__(self, house: House) -> None:
        """Nobody has come by yet."""
        self._house, self._demo = house, Demo(house)

    async def lead_to_shop(self, request: Request) -> Response:
        """Not a demo: whoever comes here meant the shop."""
        if self._house.settings.shop_url:
            return RedirectResponse(self._house.settings.shop_url, 302)
        return render(request, "demo/quiet.html", language="en")

    async def show(self, request: Request) -> Response:
        """Where to go from here."""
        house = self._house
        return render(
            request,
            "demo/start.html",
            language="en",
            languages=languages(house),
            bot_name=house.bot_name,
            sends_mail=house.mailbox is None,
            address=house.base_url,
        )

    async def be_a_prospect(self, request: Request) -> Response:
        """A fresh prospect in the chosen language, on their survey page."""
        check_meant(request)
        language = field(await read_form(request), "language")
        address = await self._demo.new_visitor(language)
        return RedirectResponse(urlsplit(address).path, 303)

    async def open_console(self, request: Request) -> Response:
        """Into the console as the demo's owner, whose password nobody knows."""
        check_meant(request)
        house, now = self._house, self._house.clock.now()
        token = await self._demo.login_token()
        unknown = await Passwords().hash(secrets.token_urlsafe(32))

        async def come_in(tx: Tx) -> str | None:
            staff_id = await staff.use_login_token(tx, token, now)
            owner = await staff.get(tx, staff_id) if staff_id is not None else None
            if owner is None:
                return None
            if owner.password_hash is None:
                await staff.set_password(tx, owner.id, unknown)
            await audit.note(tx, owner.email, "login from the start page", owner.email, now)
            return await sessions.start(tx, owner.id, now)

        session = await house.database.transact(come_in)
        if session is None:
            raise HTTPException(403)
        response = RedirectResponse("/console/", 303)
        cookies.keep_session(response, house, session)
        return response


class Mailbox:
    """Every mail that would have been sent: a list, and one of them open."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def show(self, request: Request, mail_id: str | None = None) -> Response:
        """The list, with one mail beside it: as it looks, as plain text, or as it would have gone out."""
        box = self._house.mailbox
        form = request.query_params.get("form", "page")
        mails = await asyncio.to_thread(box.list) if box is not None else ()
        chosen = _number(mail_id) if mail_id is not None else None
        mail = await asyncio.to_thread(box.read, chosen) if box is not None and chosen is not None else None
        if mail_id is not None and mail is None:
            raise HTTPException(404)
        source = await asyncio.to_thread(box.source, mail.id) if box is not None and mail is not None else None
        return render(
            request,
            "demo/mailbox.html",
            headers={"content-security-policy": FRAMING_CSP},
            language="en",
            mails=mails,
            mail=mail,
            source=source.decode(errors="replace") if source is not None else "",
            forms=FORMS,
            form=form if form in FORMS else "page",
            kept=box is not None,
            popups=POPUPS,
        )

    async def letter(self, mail_id: str) -> Response:
        """The HTML part alone, for the frame it is shut into."""
        number, box = _number(mail_id), self._house.mailbox
        mail = await asyncio.to_thread(box.read, number) if box is not None and number is not None else None
        if mail is None:
            return PlainTextResponse("There is no such mail.", 404)
        return HTMLResponse(mail.html.replace("<head>", f"<head>{OUTWARDS}", 1), headers=SHUT_IN)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
