"""The page behind a poster's QR code: the first question to somebody we do not know yet.

Looking makes nobody: scanners and link previews look too. The first answer makes the prospect, and leads to their own
survey page, where it goes on.
"""

from dataclasses import dataclass

import segno
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web import posted
from bot.channels.web.bubbles import spoken
from bot.channels.web.gate import Gate
from bot.channels.web.house import House
from bot.channels.web.survey import LONGEST, Refused, put_off
from bot.channels.web.talk import Talk
from bot.channels.web.throttle import Throttle
from bot.channels.web.words import Words, language_of_visitor, languages, words
from bot.runtime import envelopes
from bot.runtime.preview import question_behind
from bot.web.pages import render
from flows.messages import Message
from storage import conversations, links, places, prospects
from storage.database import Record
from storage.engines import AWAY_KINDS
from storage.ids import new_uid
from storage.inbox import RawInput

SOURCE, VISITOR = "door", "visitor"

NEW_PEOPLE = 20
"""Newcomers per address and minute: a shop's guests share one address, and a script should not fill the list."""

LOOKS = 600
"""Looks at one poster's page in a minute."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look through the door: the place, the words of the visitor's language, and the question to ask."""

    place: Record
    words: Words
    question: Message | None


class Doorway:
    """The pages below /d/."""

    def __init__(self, house: House) -> None:
        """Nobody has come by yet."""
        self._house, self._gate = house, Gate(house)
        self._looks, self._new = Throttle(house.clock, LOOKS), Throttle(house.clock, NEW_PEOPLE)

    async def show(self, request: Request, token: str) -> Response:
        """The first question; or, for somebody who has just answered, the way to their own page."""
        token = posted.clean_token(token)
        seen = await self._look(request, token)
        if seen is None:
            return self._gate.wrong_link(request)
        visitor = request.query_params.get("v", "")
        if visitor and posted.FORM_ID.fullmatch(visitor):
            own = await self._own_page(visitor)
            if own is not None:
                return RedirectResponse(own, 303)
        return self._page(request, token, seen, pending=bool(visitor))

    async def post(self, request: Request, token: str) -> Response:
        """The first answer: written down, then shown on the visitor's own page."""
        token = posted.clean_token(token)
        posted.check_meant(request)
        seen = await self._look(request, token)
        if seen is None:
            return self._gate.wrong_link(request)
        form = await posted.read_form(request)
        option, text = posted.field(form, "option"), posted.field(form, "text")
        prompt = seen.question.prompt if seen.question is not None else None
        offered = {button.option for button in prompt.buttons} if prompt is not None else set()
        if option and option not in offered:
            return RedirectResponse(f"/d/{token}", 303)
        if not option and not 0 < len(text) <= LONGEST:
            problem = seen.words("web-too-long", limit=LONGEST) if text else seen.words("web-empty-answer")
            return self._page(request, token, seen, refused=Refused(problem, text))
        if not self._new.allows(request.client.host if request.client else "unknown"):
            raise HTTPException(429)
        try:
            return await self._come_in(token, seen, form, option or None, None if option else text)
        except AWAY_KINDS as error:
            refused = put_off(request, error, seen.words.language, form, text)
            return self._page(request, token, seen, refused=refused)

    async def _come_in(self, token: str, seen: Seen, form: FormData, option: str | None, text: str | None) -> Response:
        visitor = posted.form_id(form).partition(".")[0]
        answer = envelopes.door_answer(
            token, visitor, seen.words.language, posted.number(form, "visit"), option=option, text=text
        )
        rows = await self._house.intake.put_many([RawInput(SOURCE, visitor, f"{VISITOR}:{visitor}", answer)])
        await self._house.intake.settled(rows[0])
        return RedirectResponse(await self._own_page(visitor) or f"/d/{token}?v={visitor}", 303)

    async def _look(self, request: Request, token: str) -> Seen | None:
        if not self._looks.allows(token[:64]):
            raise HTTPException(429)
        async with self._house.database.read() as tx:
            place = await places.behind(tx, token)
            if place is None:
                return None
            language = language_of_visitor(request, self._house, place.language)
            question = await question_behind(tx, self._house.context, place, language, self._house.clock.now())
        return Seen(place, words(self._house, language), question)

    async def _own_page(self, visitor: str) -> str | None:
        """Where a visitor's conversation is, once their answer has been taken."""
        async with self._house.database.read() as tx:
            found = await prospects.find(tx, {VISITOR: visitor})
            if not found:
                return None
            talk = await conversations.latest(tx, found[0])
            now, secret = self._house.clock.now(), self._house.context.secret
            token = await links.known_token(tx, secret, "survey", found[0], now, talk)
        return f"/s/{token}#now" if token is not None else None

    def _page(
        self,
        request: Request,
        token: str,
        seen: Seen,
        *,
        pending: bool = False,
        refused: Refused | None = None,
    ) -> Response:
        question, said = seen.question, seen.words
        talk = Talk(
            link_id=0,
            prospect_id=0,
            words=said,
            status="waiting",
            by_person=False,
            prompt=question.prompt if question is not None else None,
            bubbles=(spoken(question, self._house.clock.now(), said, {"privacy": "/privacy"}, asks=True),)
            if question is not None
            else (),
            links={},
            pending=pending,
            pulse="",
        )
        telegram = f"https://t.me/{self._house.bot_name}?start={token}" if self._house.bot_name else None
        buttons = talk.prompt.buttons if talk.prompt is not None and not pending else ()
        return render(
            request,
            "survey/door.html",
            status=refused.status if refused else 200,
            headers=dict(refused.headers) if refused else None,
            language=said.language,
            w=said,
            talk=talk,
            address=f"/d/{token}",
            options=tuple(button for button in buttons if not button.option.startswith("!")),
            problem=refused.problem if refused else None,
            text=refused.text if refused else "",
            composes=talk.prompt is not None and talk.prompt.own_words and not pending,
            form_id=(refused and refused.form) or new_uid(),
            from_mail=False,
            new=None,
            chosen=None,
            aside=(),
            languages=languages(self._house),
            telegram=telegram,
            qr=segno.make(telegram, error="m").svg_data_uri(scale=4, border=2) if telegram else None,
            limit=LONGEST,
        )
