"""Prospects to travel with: one in each language, reachable as a journey needs it."""

from dataclasses import dataclass
from typing import Any

from flows.definition.flow import Flow
from tests.edge.telegram import ChatMessage, FakeUser
from tests.journeys.rig import SHOP, Rig

LANGUAGES = ("en", "es", "fr", "ja", "ar", "hu", "cs")

TOO_DEAR = {
    "en": "The price is too high",
    "es": "Es demasiado caro para mí",
    "fr": "C'est trop cher pour moi",
    "ja": "値段が高すぎます",
    "ar": "السعر مرتفع جدا بالنسبة لي",
    "hu": "Túl drága nekem",
    "cs": "Je to na mě moc drahé",
}
"""Clear sentences that name the price."""

STOP_WORDS = {
    "en": "stop",
    "es": "basta",
    "fr": "arrête",
    "ja": "配信停止",
    "ar": "توقف",
    "hu": "leiratkozom",
    "cs": "přestaňte mi psát",
}

PRODUCT = "Copper Kettle"


@dataclass
class Traveller:
    """A prospect with a Telegram account."""

    rig: Rig
    reference: str
    language: str
    user: FakeUser
    flow: Flow

    def text(self, message_id: str, attribute: str | None = None, **facts: Any) -> str:
        """A text of the flow as it must be said to them."""
        known = {"shop": SHOP, "product": PRODUCT, "known": "yes", "name": ""}
        return self.flow.texts.say(self.language, message_id, attribute, **{**known, **facts})

    def barrier(self, option: str = "price") -> str:
        """The label of an option of the first question."""
        return self.text("barrier", option)

    @property
    def bot_messages(self) -> list[ChatMessage]:
        """What the bot wrote, as it stands now."""
        return [message for message in self.user.chat if message.by == "bot"]

    async def arrive(self) -> None:
        """Press Start by their own deep link, without waiting."""
        links = await self.rig.links(self.reference)
        await self.user.start(links["telegram"].partition("start=")[2])

    async def conversation(self) -> dict[str, Any]:
        """Their conversation, as exported."""
        return await self.rig.conversation(self.reference)


async def flow_of(rig: Rig) -> Flow:
    """The shipped flow, as published."""
    async with rig.house.database.read() as tx:
        return await rig.house.context.flows.newest(tx, "barriers")


def row_of(reference: str, language: str, *, email: bool = True, telegram: bool = True, **more: Any) -> dict[str, Any]:
    """A row of prospects.csv."""
    return {
        "external_id": reference,
        "email": f"{reference}@mail.example" if email else "",
        "language": language,
        "timezone": "UTC",
        "consent_email": "yes" if email else "",
        "consent_telegram": "yes" if telegram else "",
        "product_name": PRODUCT,
        **more,
    }


async def travellers(rig: Rig, *wanted: tuple[str, str], email: bool = True) -> list[Traveller]:
    """Imported prospects (reference, language) with an account each, not arrived yet."""
    await rig.import_prospects(*(row_of(reference, language, email=email) for reference, language in wanted))
    flow = await flow_of(rig)
    return [
        Traveller(rig, reference, language, rig.user(language=language, first_name="Test"), flow)
        for reference, language in wanted
    ]


async def one_in_each_language(rig: Rig) -> list[Traveller]:
    """Seven prospects, all arrived and asked their first question."""
    people = await travellers(rig, *((f"shop-{language}", language) for language in LANGUAGES))
    for person in people:
        await person.arrive()
    await rig.quiet()
    return people
