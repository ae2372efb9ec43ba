"""Where the first mail of a double opt-in leads: one button says that the address is theirs."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web import posted
from bot.channels.web.gate import Gate
from bot.channels.web.house import House
from bot.channels.web.talk import SOURCE, lane
from bot.channels.web.words import words
from bot.runtime import envelopes
from bot.web.pages import render
from storage import links, prospects
from storage.database import Record
from storage.ids import new_uid
from storage.inbox import RawInput


class Confirm:
    """The pages below /c/."""

    def __init__(self, house: House) -> None:
        """Nobody has come by yet."""
        self._house, self._gate = house, Gate(house)

    async def show(self, request: Request, token: str) -> Response:
        """What is asked, and one button. A scanner that opens every link of a mail confirms nothing."""
        token = posted.clean_token(token)
        self._gate.check(request, token)
        found = await self._look(token)
        if found is None:
            return self._gate.wrong_link(request)
        said = words(self._house, self._house.context.language(found[1].language))
        address = f"/c/{token}"
        return render(
            request, "survey/confirm.html", language=said.language, w=said, address=address, form_id=new_uid()
        )

    async def post(self, request: Request, token: str) -> Response:
        """The yes, written down; then to the question that waited for it."""
        token = posted.clean_token(token)
        posted.check_meant(request)
        self._gate.check(request, token)
        form = await posted.read_form(request)
        found = await self._look(token)
        if found is None:
            return self._gate.wrong_link(request)
        link, prospect = found
        payload = envelopes.page_command(link.id, "confirm")
        key = f"{link.id}:{posted.form_id(form)}"
        rows = await self._house.intake.put_many([RawInput(SOURCE, key, lane(link.id), payload)])
        await self._house.intake.settled(rows[0])
        survey = (await self._house.links(prospect.id, link.conversation_id))["survey"]
        return RedirectResponse(f"{urlsplit(survey).path}?c=email", 303)

    async def _look(self, token: str) -> tuple[Record, Record] | None:
        """The link and whose it is, or None: unknown, of another purpose, expired, or its prospect was erased."""
        async with self._house.database.read() as tx:
            link = await links.find(tx, token, "confirm", self._house.clock.now())
            prospect = await prospects.get(tx, link.prospect_id) if link is not None else None
        return (link, prospect) if link is not None and prospect is not None else None
