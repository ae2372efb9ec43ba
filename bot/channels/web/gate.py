"""The gate before links: a brake on guessing and on flooding, and the kind page for a link that leads nowhere."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.house import House
from bot.channels.web.throttle import Throttle
from bot.channels.web.words import language_of_visitor, words
from bot.web.pages import render
from storage.ids import fingerprint

WRONG_LINKS = 120
"""Links that lead nowhere, per address and minute. Many may share one address; a guesser has 10^57 to try."""

LOOKS, POSTS = 120, 30
"""Looks and posts per link and minute."""


class Gate:
    """One gate for the links of one kind of page."""

    def __init__(self, house: House) -> None:
        """Nobody has come by yet."""
        self._house = house
        self._wrong = Throttle(house.clock, WRONG_LINKS)
        self._looks, self._posts = Throttle(house.clock, LOOKS), Throttle(house.clock, POSTS)

    def check(self, request: Request, token: str) -> None:
        """Count a request to this link. Raises HTTPException 429 when there were too many."""
        brake = self._posts if request.method == "POST" else self._looks
        if not brake.allows(fingerprint(token)):
            raise HTTPException(429)

    def wrong_link(self, request: Request) -> Response:
        """The kind page: nothing was recorded. The same for unknown, expired, used up and erased."""
        address = request.client.host if request.client else "unknown"
        if not self._wrong.allows(address):
            raise HTTPException(429)
        language = language_of_visitor(request, self._house)
        return render(request, "survey/wrong.html", status=404, language=language, w=words(self._house, language))
