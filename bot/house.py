"""The house put together, without its web pages: what the command line and the server share."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.email.health import MailHealth
from bot.channels.email.inbound import read_mail
from bot.channels.email.local import LocalMailbox
from bot.channels.email.shop import mail_shop
from bot.channels.telegram.health import TelegramHealth
from bot.channels.telegram.incoming import translate as translate_telegram
from bot.library import Library
from bot.runtime import envelopes
from bot.runtime.abandoned import report_abandoned
from bot.runtime.arrivals import Arrival
from bot.runtime.bells import Bells
from bot.runtime.campaigns import Campaigns
from bot.runtime.clock import Clock
from bot.runtime.context import Context
from bot.runtime.erasing import Eraser
from bot.runtime.flowshelf import FlowShelf, load_checked
from bot.runtime.intake import Intake
from bot.runtime.keeper import Keeper
from bot.runtime.links import Addresses, make_links
from bot.runtime.presence import Presence
from bot.runtime.publishing import Publisher
from bot.runtime.turns import Translator, Turner
from bot.settings import Settings
from bot.shops import makers
from bot.webhooks.sender import Sender
from flows.audience.attributes import Attributes
from flows.definition.moving import Names
from flows.offers.catalogue import Catalogue
from flows.scene import Shop
from flows.texts import Texts
from storage import campaigns, conversations, facts, flowbook, segments
from storage.database import Database, Tx, ensure_schema
from storage.tactics import StrategyShelf

SECRET_FILE = "secret.key"  # noqa: S105 - the name of the file, not what is in it


@dataclass
class House:
    """Everything one process works with. Made by `open_house`, closed with it."""

    settings: Settings
    clock: Clock
    database: Database
    library: Library
    bells: Bells
    context: Context
    intake: Intake
    turner: Turner
    campaigns: Campaigns
    texts: Texts
    keeper: Keeper
    presence: Presence
    telegram: TelegramHealth = field(default_factory=TelegramHealth)
    telegram_sending: TelegramHealth = field(default_factory=TelegramHealth)
    mail: MailHealth = field(default_factory=MailHealth)
    bot_name: str | None = None
    mailbox: LocalMailbox | None = None

    @property
    def secret(self) -> bytes:
        """The key of hashes and links; it is not in the database."""
        return self.context.secret

    @property
    def shop(self) -> Shop:
        """The shop that speaks."""
        return self.context.shop

    @property
    def catalogue(self) -> Catalogue:
        """The offers in force."""
        return self.context.catalogue

    @property
    def attributes(self) -> Attributes:
        """What is kept about prospects, and why."""
        return self.context.attributes

    @property
    def base_url(self) -> str:
        """The address people reach this server by."""
        return self.settings.base_url

    @property
    def webhooks(self) -> Sender:
        """What sends webhooks to the systems of the shop."""
        private = self.settings.webhooks_to_private_addresses
        return Sender(self.database, self.clock, self.secret, private=private)

    def addresses(self) -> Addresses:
        """Where links lead: this server, and the bot once its name is known."""
        return Addresses(self.base_url, self.bot_name)

    async def settle(self) -> None:
        """Take every turn that waits, in this process, until nothing is left that is due now. Sends nothing."""
        while await self.report_abandoned() + await self.turner.take_inbox() + await self.turner.take_timers():
            pass

    async def report_abandoned(self) -> int:
        """Report the checkouts that were silent long enough; returns how many."""
        return await report_abandoned(self.database, self.clock, self.bells)

    async def settled(self, inbox_id: int, timeout: float = 5.0) -> bool:  # noqa: ASYNC109 - how long a page may wait
        """Wait until this input has been processed; False when that takes longer."""
        return await self.intake.settled(inbox_id, timeout)

    async def links(self, prospect_id: int, conversation_id: int | None = None) -> dict[str, str]:
        """The prospect's own addresses by purpose.

        `survey`, `preferences`, `unsubscribe`, `privacy`, `telegram` with a bot.
        """

        async def make(tx: Tx) -> dict[str, str]:
            conversation = conversation_id or await conversations.live(tx, prospect_id)
            whose = prospect_id, conversation
            return (await make_links(tx, self.context, self.addresses(), [whose], self.clock.now()))[whose]

        return await self.database.transact(make)

    async def publish(self, name_or_path: str) -> tuple[str, int, bool]:
        """Publish a flow after every check.

        Returns its name, version and whether that is new. Raises FlowInvalid, FlowError.
        """
        sources = load_checked(self.library, name_or_path)
        name = self.library.name_of(sources)
        document, digest = sources.to_json(), sources.digest()
        version, new = await self.database.transact(
            lambda tx: flowbook.publish(tx, name, digest, document, self.clock.now())
        )
        return name, version, new

    def publisher(self, by: str, names: Names | None = None) -> Publisher:
        """What publishes flows with a plan for the conversations that run; `by` stands in their journals."""
        return Publisher(self.database, self.clock, self.context.flows, by, names or {})


@asynccontextmanager
async def open_house(settings: Settings, *, server: bool = False, clock: Clock | None = None) -> AsyncIterator[House]:
    """Open the database (a fresh one gets its tables), publish what was never published, and put the rooms together.

    `server` is true in the process that serves: it alone folds SQLite's write-ahead log in. Raises SchemaOutdated,
    FlowInvalid.
    """
    settings.home_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    await ensure_schema(settings.database)
    database = Database(settings.database, checkpoints=server)
    try:
        house = _put_together(settings, database, clock or Clock())
        await _publish_all(house)
        async with database.read() as tx:
            house.bot_name = await facts.get(tx, "telegram_username") if settings.telegram_token else None
        yield house
    finally:
        await database.close()


def _put_together(settings: Settings, database: Database, clock: Clock) -> House:
    library, bells, presence = Library(settings.flows_dir), Bells(), Presence(database, clock)
    attributes, texts = library.attributes(), library.common_texts()
    context = Context(
        shop=Shop(settings.shop_name, settings.shop_url or None, settings.timezone, settings.quiet),
        catalogue=library.catalogue(),
        languages=settings.language_list,
        secret=read_secret(settings),
        flows=FlowShelf(attributes),
        has_bot=settings.telegram_token is not None,
        messages_per_week=settings.messages_per_week,
        warm_up=settings.warm_up,
        texts=texts,
        checkout_silence=settings.checkout_silence,
        attributes=attributes,
        scoring=library.scoring(),
        strategies=StrategyShelf(attributes),
    )
    mailbox = None
    if settings.smtp_url is None:
        mailbox = LocalMailbox(settings.home_dir / "mailbox", mail_shop(settings), texts, clock)
    return House(
        settings=settings,
        clock=clock,
        database=database,
        library=library,
        bells=bells,
        context=context,
        intake=Intake(database, clock, bells),
        turner=Turner(
            database, clock, bells, context, translators(), Eraser(database, clock, context.secret), presence
        ),
        campaigns=Campaigns(database, clock, bells, context),
        texts=texts,
        keeper=Keeper(database, clock, bells, context.scoring, context.catalogue.currency, settings.timezone),
        presence=presence,
        mailbox=mailbox,
    )


def translators() -> dict[str, Translator]:
    """How the raw input of each source is read."""
    return {
        "telegram": translate_telegram_payload,
        "page": envelopes.read_page,
        "door": envelopes.read_door,
        "staff": envelopes.read_staff,
        "shop": envelopes.read_shop,
        "shopify": makers.read_shopify,
        "woocommerce": makers.read_woocommerce,
        "mail": read_mail,
        "refusal": envelopes.read_refusal,
        "cancel": envelopes.read_cancel,
    }


def translate_telegram_payload(payload: str) -> Arrival:
    """A Telegram update as it was kept."""
    return translate_telegram(envelopes.read_document(payload))


def read_secret(settings: Settings) -> bytes:
    """The secret from SECRET_KEY, else from a file under HOME_DIR that is made once and readable by nobody else."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    file: Path = settings.home_dir / SECRET_FILE
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip().encode()


async def _publish_all(house: House) -> None:
    """Shipped flows are published when they are new or have changed with an update.

    A shop's own only when they never were.
    """
    for name in house.library.flow_names():
        async with house.database.read() as tx:
            known = await flowbook.newest(tx, name)
        changed = known is not None and known.digest != house.library.load_flow(name).digest()
        if known is None or (changed and house.library.is_shipped(name)):
            await house.publish(name)
    now = house.clock.now()
    await _seed_segments(house)
    for definition in house.library.campaigns().values():
        await house.database.transact(lambda tx, one=definition: campaigns.put(tx, one, now))  # type: ignore[misc]


async def _seed_segments(house: House) -> None:
    """The shipped segments, once: one that was deleted stays so. And the currency that money is compared in."""
    now, currency = house.clock.now(), house.catalogue.currency
    async with house.database.read() as tx:
        seeded, kept = await facts.get(tx, "segments_seeded"), await facts.get(tx, "currency")
    if seeded is not None and kept == currency:
        return

    async def work(tx: Tx) -> None:
        await facts.put(tx, "currency", currency)
        await facts.put(tx, "segments_seeded", "yes")
        for segment in () if seeded is not None else house.library.segments():
            if await segments.get(tx, segment.name) is None:
                await segments.save(tx, segment, by="Holdback", now=now)

    await house.database.transact(work)
