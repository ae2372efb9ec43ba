"""The words around a conversation, in one language, with the shop's name filled in."""

from dataclasses import dataclass

from starlette.requests import Request

from bot.channels.web.house import House
from bot.web.texts import direction
from flows.texts import Texts, Value
from flows.words import LANGUAGE_NAMES, LANGUAGES


@dataclass(frozen=True, slots=True)
class Words:
    """Called by templates: `w("web-send")`."""

    texts: Texts
    language: str
    shop: str

    def __call__(self, text_id: str, attribute: str | None = None, **values: Value) -> str:
        """The text, with the shop's name kept together where the writing runs the other way."""
        name = f"\u2068{self.shop}\u2069" if direction(self.language) == "rtl" else self.shop
        wanted = self.language if self.texts.has(self.language, text_id, attribute) else "en"
        return self.texts.say(wanted, text_id, attribute, **{"shop": name, **values})


def words(house: House, language: str) -> Words:
    """The words in this language."""
    spoken = language if language in LANGUAGES else "en"
    return Words(house.texts, spoken, house.context.shop.name)


def languages(house: House) -> tuple[tuple[str, str], ...]:
    """The languages in use, each with its own name."""
    return tuple((language, LANGUAGE_NAMES[language]) for language in LANGUAGES if language in house.context.languages)


def language_of_visitor(request: Request, house: House, fallback: str | None = None) -> str:
    """The language of a visitor: the one they ask for in the address, else the browser's first that is in use.

    A browser that asks for none of them gets `fallback`, else the shop's first.
    """
    accepted = request.headers.get("accept-language", "").split(",")
    wanted = [request.query_params.get("lang", ""), *(part.split(";")[0] for part in accepted), fallback or ""]
    primary = (tag.strip().lower().split("-")[0] for tag in wanted)
    return next((tag for tag in primary if tag in house.context.languages), house.context.languages[0])
