"""The survey page: the conversation as a chat that needs no script. Only what is posted is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import segno
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web import posted
from bot.channels.web.bubbles import Bubble
from bot.channels.web.gate import Gate
from bot.channels.web.house import House
from bot.channels.web.talk import SOURCE, Talk, lane, look
from bot.channels.web.words import languages
from bot.runtime import envelopes
from bot.runtime.arrivals import AnsweredOnPage
from bot.runtime.products import Product
from bot.runtime.tokens import MailToken, find_tokens
from bot.web.bodies import COME_AGAIN
from bot.web.errors import note_away
from bot.web.pages import pages_of, render
from bot.web.security import csp_with_pictures_from
from flows.messages import Button
from flows.words import Channel
from storage import inbox
from storage.engines import AWAY_KINDS, is_silent
from storage.ids import new_uid
from storage.inbox import RawInput

LONGEST: Final = 4000
"""Characters of an answer in own words."""

UTM: Final = ("utm_source", "utm_medium", "utm_campaign")
LONGEST_ORIGIN: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page says: an answer chosen in a mail, the question it was chosen for, who sent them.

    `mail` is the token of the mail, which nobody has checked yet. `origin` holds the UTM parameters that are there
    (`utm_source`, `utm_medium`, `utm_campaign`).
    """

    option: str | None
    visit: int | None
    from_mail: bool
    origin: Mapping[str, str] = field(default_factory=dict)
    mail: MailToken | None = None

    def chosen(self, talk: Talk) -> Button | None:
        """The answer that waits to be confirmed, if it is one to the open question."""
        prompt = talk.prompt
        if prompt is None or self.option is None or self.visit not in (None, prompt.visit):
            return None
        return next((button for button in prompt.buttons if button.option == self.option), None)

    def is_stale(self, talk: Talk) -> bool:
        """Whether the question it was chosen for has been answered since."""
        visit = talk.prompt.visit if talk.prompt is not None else None
        return self.visit is not None and self.visit != visit


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an answer was not taken, in words, and the answer itself, so that nothing is lost.

    Where it may be posted again as it is, `form` is the id of its form: should it have been kept after all, it is one.
    """

    problem: str
    text: str = ""
    form: str | None = None

    @property
    def status(self) -> int:
        """The status to say it with: it was not right, or it comes at a bad moment."""
        return 503 if self.form else 422

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes with the status."""
        return COME_AGAIN if self.form else {}


def asked(request: Request) -> Asked:
    """Read the query; whatever does not fit is as if it were not there."""
    query = request.query_params
    visit = query.get("v", "")
    known = visit.isascii() and visit.isdigit() and len(visit) < 10
    return Asked(
        query.get("a") or None,
        int(visit) if known else None,
        "a" in query or query.get("c") == "email",
        origin_of(query),
        mail_of(query),
    )


def origin_of(said: Mapping[str, Any]) -> dict[str, str]:
    """The UTM parameters of an address or a form, as one line each; what is no text or too long is left out."""
    found = {name: " ".join(str(said.get(name) or "").split()) for name in UTM}
    return {name: value for name, value in found.items() if 0 < len(value) <= LONGEST_ORIGIN and value.isprintable()}


def mail_of(said: Mapping[str, Any]) -> MailToken | None:
    """The token of the mail that led here, if the address or the form has what looks like one."""
    return next(iter(find_tokens(str(said.get("m") or "")[:LONGEST_ORIGIN])), None)


class Survey:
    """The pages below /s/."""

    def __init__(self, house: House) -> None:
        """Nobody has come by yet."""
        self._house, self._gate = house, Gate(house)

    async def show(self, request: Request, token: str) -> Response:
        """The conversation, with the answer chosen in a mail, if there is one, waiting to be confirmed."""
        token = posted.clean_token(token)
        self._gate.check(request, token)
        talk = await look(self._house, token)
        if talk is None:
            return self._gate.wrong_link(request)
        return self._page(request, token, talk, asked(request))

    async def news(self, request: Request, token: str) -> Response:
        """What was said since the page was loaded, for pages with scripts; 204 when nothing has changed."""
        self._gate.check(request, token)
        talk = await look(self._house, token)
        if talk is None or talk.pulse == request.query_params.get("pulse"):
            return Response(status_code=204)
        seen = request.query_params.get("seen", "")
        count = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
        return self._page(request, token, talk, asked(request), template="survey/news.html", new=talk.bubbles[count:])

    async def post(self, request: Request, token: str) -> Response:
        """An answer, or another wish. Written down before anything else, then shown where it led."""
        token = posted.clean_token(token)
        posted.check_meant(request)
        self._gate.check(request, token)
        form = await posted.read_form(request)
        talk = await look(self._house, token)
        if talk is None:
            return self._gate.wrong_link(request)
        match posted.field(form, "do"):
            case "language":
                return await self._change_language(talk, token, form)
            case "choices":
                found = await self._house.links(talk.prospect_id)
                return RedirectResponse(urlsplit(found["preferences"]).path, 303)
            case "change":
                return await self._change(talk, token, form)
            case _:
                return await self._answer(request, talk, token, form)

    async def _change_language(self, talk: Talk, token: str, form: FormData) -> Response:
        language = posted.field(form, "language")
        if language in self._house.context.languages and language != talk.words.language:
            await self._put(talk, form, envelopes.page_command(talk.link_id, "language", language))
        return RedirectResponse(f"/s/{token}#now", 303)

    async def _answer(self, request: Request, talk: Talk, token: str, form: FormData) -> Response:
        option, text, visit = posted.field(form, "option"), posted.field(form, "text"), posted.number(form, "visit")
        hint = Asked(None, None, posted.field(form, "c") == "email", origin_of(form), mail_of(form))
        if not option and not text:
            return self._page(request, token, talk, hint, refused=Refused(talk.words("web-empty-answer")))
        if not option and len(text) > LONGEST:
            problem = talk.words("web-too-long", limit=LONGEST)
            return self._page(request, token, talk, hint, refused=Refused(problem, text))
        if option and not talk.offers(option, visit):
            return await self._too_late(token, _key(talk, form), visit)
        channel: Channel = "email" if hint.from_mail else "web"
        words = None if option else text
        answer = AnsweredOnPage(talk.link_id, visit, option or None, words, channel, hint.origin, mail=hint.mail)
        try:
            await self._put(talk, form, envelopes.page_answer(answer))
        except AWAY_KINDS as error:
            refused = put_off(request, error, talk.words.language, form, text)
            return self._page(request, token, talk, hint, refused=refused)
        return RedirectResponse(f"/s/{token}#now", 303)

    async def _change(self, talk: Talk, token: str, form: FormData) -> Response:
        """Another answer to an earlier question, as by its old button in Telegram. Each has a form of its own."""
        option, visit = posted.field(form, "to"), posted.number(form, "of")
        label, key = talk.may_become(option, visit), f"{_key(talk, form)}:{visit}"
        if label is None:
            return await self._too_late(token, key, visit)
        channel: Channel = "email" if posted.field(form, "c") == "email" else "web"
        answer = AnsweredOnPage(talk.link_id, visit, option, None, channel, label=label)
        await self._write_down(talk, key, envelopes.page_answer(answer))
        return RedirectResponse(f"/s/{token}#now", 303)

    async def _too_late(self, token: str, key: str, visit: int) -> Response:
        """Not an answer to the open question: nothing is recorded. A form sent twice needs no word about it."""
        async with self._house.database.read() as tx:
            twice = await inbox.knows(tx, SOURCE, key)
        return RedirectResponse(f"/s/{token}#now" if twice else f"/s/{token}?v={max(visit, 0)}#now", 303)

    async def _put(self, talk: Talk, form: FormData, payload: str) -> None:
        await self._write_down(talk, _key(talk, form), payload)

    async def _write_down(self, talk: Talk, key: str, payload: str) -> None:
        rows = await self._house.intake.put_many([RawInput(SOURCE, key, lane(talk.link_id), payload)])
        await self._house.intake.settled(rows[0])

    def _page(
        self,
        request: Request,
        token: str,
        talk: Talk,
        ask: Asked,
        *,
        template: str = "survey/page.html",
        refused: Refused | None = None,
        new: Sequence[Bubble] | None = None,
    ) -> Response:
        """The page itself, or with `new` bubbles the part that changed. What was refused is said, its words kept."""
        buttons = talk.prompt.buttons if talk.prompt is not None and not talk.pending else ()
        own = tuple(button for button in buttons if button.option.startswith("!"))
        options = tuple(button for button in buttons if not button.option.startswith("!"))
        telegram = talk.links.get("telegram") if not talk.over else None
        return render(
            request,
            template,
            status=refused.status if refused else 200,
            headers=_allowing(talk.product) | (dict(refused.headers) if refused else {}),
            language=talk.words.language,
            w=talk.words,
            talk=talk,
            address=f"/s/{token}",
            options=options or own,
            aside=own if options else (),
            chosen=ask.chosen(talk) if not talk.pending else None,
            from_mail=ask.from_mail,
            origin=ask.origin,
            mail=ask.mail,
            stale=ask.is_stale(talk) and not talk.pending,
            composes=not talk.over and (talk.status == "held" or (talk.prompt is not None and talk.prompt.own_words)),
            form_id=(refused and refused.form) or new_uid(),
            languages=languages(self._house),
            qr=segno.make(telegram, error="m").svg_data_uri(scale=4, border=2) if telegram else None,
            telegram=telegram,
            refused=refused,
            limit=LONGEST,
            new=new,
        )


def _key(talk: Talk, form: FormData) -> str:
    return f"{talk.link_id}:{posted.form_id(form)}"


def put_off(request: Request, error: Exception, language: str, form: FormData, text: str) -> Refused:
    """The database is away: the words stay in their field, to be sent once more. Raises any other error."""
    if not is_silent(error):
        raise error
    note_away(request, error)
    say = pages_of(request).texts.say
    problem = " ".join(say(language, f"error-503-{part}", {}) for part in ("what", "cure"))
    return Refused(problem, text, posted.form_id(form).partition(".")[0])


def _allowing(product: Product | None) -> dict[str, str]:
    """The page may show the product's picture, from where the shop keeps it and from nowhere else."""
    origin = product.picture_origin if product is not None else None
    return {"content-security-policy": csp_with_pictures_from(origin)} if origin else {}
