"""What is stored and why, in a few honest sentences, for everybody."""

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.house import House
from bot.channels.web.known import register
from bot.channels.web.words import language_of_visitor, languages, words
from bot.web.pages import render
from storage.reads import known_facts


class Privacy:
    """The page /privacy."""

    def __init__(self, house: House) -> None:
        """Nothing is read yet."""
        self._house = house

    async def show(self, request: Request) -> Response:
        """In the language the address asks for (`?lang=`), else the browser's."""
        language = language_of_visitor(request, self._house)
        settings, attributes = self._house.settings, self._house.context.attributes
        async with self._house.database.read() as tx:
            kept = await known_facts.kept_names(tx, attributes)
        return render(
            request,
            "survey/privacy.html",
            language=language,
            w=words(self._house, language),
            languages=languages(self._house),
            postal_address=settings.mail_postal_address,
            mail=settings.mail_from,
            register=register(attributes, kept, language),
        )
