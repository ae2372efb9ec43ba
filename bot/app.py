"""The composition root: the one file that knows every room.

Puts the server together and runs it until it is told to stop.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog

from bot import footing, memory
from bot.channels.email.imap import MailFolder
from bot.channels.email.reader import MailReader
from bot.channels.email.shop import mail_shop
from bot.channels.email.smtp import KEPT, LINES, EmailChannel
from bot.channels.telegram.client import Client, connect
from bot.channels.telegram.menu import TelegramUnavailable, introduce, menu_digest, register
from bot.channels.telegram.outgoing import TelegramChannel
from bot.channels.telegram.poller import poll
from bot.channels.telegram.webhook import point_webhook
from bot.house import House, open_house
from bot.lock import only_server
from bot.report import keeping
from bot.runtime import abandoned, jumps, loops, sender_standing, shares, trial, weekly
from bot.runtime.clock import Clock
from bot.runtime.dispatcher import Dispatcher
from bot.runtime.failpoints import failpoint
from bot.runtime.hinting import Hinting
from bot.runtime.outages import AWAY, Outages
from bot.runtime.pace import Limit
from bot.runtime.ports import Channel
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from flows.understanding import use_embedding
from storage import facts, inbox, outbox

log = structlog.get_logger("app")

ROLES = ("web", "intake", "dispatch", "timers")
"""What a process may do; by default one process does all of it."""

__all__ = ["House", "open_house", "running", "serve"]


async def serve(
    settings: Settings,
    only: tuple[str, ...] = ROLES,
    *,
    demo: bool = False,
    started: Callable[[House], None] | None = None,
) -> None:
    """Run until SIGINT or SIGTERM. `only` names the roles of this process; `started` is called when the pages answer.

    Raises AlreadyRunning for a second server on one SQLite file, AddressTaken when BIND is in use, and whatever
    `footing` refuses; DatabaseSuspect, after an end in order, when the disk failed meanwhile.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(settings, only, demo=demo) as house:
        house.database.trust.when_lost(lambda: loop.call_soon_threadsafe(stop.set))
        if started is not None:
            started(house)
        await stop.wait()
    house.database.trust.refuse()


@asynccontextmanager
async def running(
    settings: Settings, only: tuple[str, ...] = ROLES, *, demo: bool = False, clock: Clock | None = None
) -> AsyncIterator[House]:
    """The whole house at work, until the block is left: then it stops in order."""
    file = footing.file_of(settings.database)
    if use_embedding():
        log.info("texts are embedded too")
    with only_server(file):
        async with AsyncExitStack() as stack:
            whole = file is None or await footing.before(file)
            house = await stack.enter_async_context(open_house(settings, server=True, clock=clock))
            supervisor = Supervisor(house.clock)
            if file is not None:
                await footing.opened(house, file)
                await _clean_up_after_crash(house)
            await house.presence.come(only)
            bot = await _telegram(stack, house, supervisor, only)
            try:
                if file is not None:
                    footing.watch(house, file, supervisor, whole=whole)
                supervisor.run("memory", lambda: memory.look_after(house.clock, supervisor))
                _start_loops(house, supervisor, only, bot)
                async with AsyncExitStack() as doors:
                    if "web" in only:
                        web = await asyncio.to_thread(_make_doors, house, supervisor, demo=demo)
                        await doors.enter_async_context(web)
                    yield house
                    # The doors close first: a page that waits for its turn still gets it.
            finally:
                supervisor.stopping.set()
                house.bells.ring()
                await supervisor.stop()
                await house.presence.go()


def _make_doors(house: House, supervisor: Supervisor, *, demo: bool) -> AbstractAsyncContextManager[None]:
    """Most of a start is loading the pages: done in a thread, while who has written meanwhile is answered already."""
    from bot import doors  # noqa: PLC0415 - see above; and a process without pages needs none of it

    return doors.opened(house, supervisor, doors.create_web(house, demo=demo))


async def _clean_up_after_crash(house: House) -> None:
    """We are the only process.

    What was half done when the last one ended is taken up, or parked where nobody can know.
    """
    await house.database.transact(inbox.release_leases)
    failpoint("start.taken_up")
    parked = await house.database.transact(outbox.park_interrupted)
    failpoint("start.parked")
    if parked:
        log.warning("messages of unknown fate were parked; see the console", count=parked)


async def _telegram(
    stack: AsyncExitStack, house: House, supervisor: Supervisor, only: tuple[str, ...]
) -> Client | None:
    token = house.settings.telegram_token
    if token is None:
        return None
    bot = await stack.enter_async_context(connect(token.get_secret_value(), house.settings.telegram_api_url))
    supervisor.run("introduce", lambda: _introduce(house, bot, supervisor))
    if "intake" in only and house.settings.telegram_mode == "polling":
        supervisor.run("poll", lambda: poll(bot, house.intake, house.clock, supervisor, house.telegram))
    if "intake" in only or "web" in only:
        away = Outages(house.database, house.clock, house.bells, house.texts, lambda: receiving(house, only))
        supervisor.run("outages", lambda: away.watch(supervisor))
    return bot


def receiving(house: House, only: tuple[str, ...]) -> bool:
    """Whether this process receives updates now. By webhook it does as long as its pages answer and can keep them."""
    if house.settings.telegram_mode == "webhook":
        return "web" in only and not house.intake.put_off_within(AWAY)
    return "intake" in only and house.telegram.state == "ok"


async def _introduce(house: House, bot: Client, supervisor: Supervisor) -> None:
    """Learn the bot's name, set its menu; until Telegram answers, ask again."""
    name: str | None = None
    pause = 1.0
    while name is None:
        try:
            name = await introduce(bot)
        except TelegramUnavailable as problem:
            log.warning("telegram is not available", problem=str(problem))
            await supervisor.unless_stopping(house.clock.sleep(pause))
            pause = min(pause * 2, 60.0)
        if supervisor.stopping.is_set():
            return
    house.bot_name = name
    await house.database.transact(lambda tx: facts.put(tx, "telegram_username", name))
    await _set_menu(house, bot, name)
    secret = house.settings.telegram_webhook_secret
    if house.settings.telegram_mode == "webhook" and secret is not None:
        await point_webhook(bot, f"{house.base_url}/hooks/telegram", secret.get_secret_value())


async def _set_menu(house: House, bot: Client, name: str) -> None:
    """Set the bot's menu, unless it was set as it should be at an earlier start."""
    shop, languages = house.settings.shop_name, house.context.languages
    digest = menu_digest(name, house.texts, shop, languages)
    async with house.database.read() as tx:
        known = await facts.get(tx, "telegram_menu")
    if known != digest and await register(bot, house.texts, shop, languages, languages[0]):
        await house.database.transact(lambda tx: facts.put(tx, "telegram_menu", digest))


def _channels(house: House, bot: Client | None) -> Mapping[str, Channel]:
    channels: dict[str, Channel] = {}
    if bot is not None:
        channels["telegram"] = TelegramChannel(bot, house.clock, house.telegram_sending)
    if house.mailbox is not None:
        channels["email"] = house.mailbox
    else:
        shop = mail_shop(house.settings)
        channels["email"] = EmailChannel(house.settings, shop, house.texts, house.clock, idle=KEPT)
    return channels


def make_dispatcher(house: House, bot: Client | None, supervisor: Supervisor) -> Dispatcher:
    """The dispatcher with the channels that the settings name; the supervisor sees to their connections."""
    settings, channels = house.settings, _channels(house, bot)
    mail = channels["email"]
    if isinstance(mail, EmailChannel):
        supervisor.run("lines", lambda: mail.lines.watch(supervisor))
    rest = timedelta(seconds=settings.telegram_per_chat_seconds)
    apart = 60 / settings.mail_per_minute if settings.mail_per_minute and house.mailbox is None else 0.0
    limits = {
        "telegram": Limit(settings.telegram_per_second, rest),
        "email": Limit(at_once=LINES, apart=apart),
    }
    return Dispatcher(
        house.database,
        house.clock,
        house.bells,
        house.context,
        channels,
        limits,
        house.addresses,
        house.presence,
    )


def _read_mail(house: House, supervisor: Supervisor) -> None:
    """Read the mailbox that answers come to, if there is one."""
    where = MailFolder.from_settings(house.settings)
    if where is not None:
        reader = MailReader(where, house.database, house.intake, house.clock, supervisor, house.mail)
        supervisor.run("mail", reader.run)


def _start_loops(house: House, supervisor: Supervisor, only: tuple[str, ...], bot: Client | None) -> None:
    if "intake" in only:
        _read_mail(house, supervisor)
    if not house.database.is_sqlite:
        supervisor.run("presence", lambda: house.presence.watch(supervisor))
        hinting = Hinting(house.database, house.bells, house.presence, house.clock)
        supervisor.run("hints", lambda: hinting.run(supervisor))
    if "intake" in only or "web" in only:
        supervisor.run("turns", lambda: loops.take_turns(house.turner, house.bells, supervisor))
    if "timers" in only:
        supervisor.run("timers", lambda: loops.fire_timers(house.turner, house.bells, supervisor))
        supervisor.run(
            "weekly",
            lambda: weekly.look_weekly(house.database, house.clock, supervisor, currency=house.catalogue.currency),
        )
        supervisor.run("scores", lambda: house.keeper.watch(supervisor))
        supervisor.run("order", lambda: trial.watch(house.database, house.clock, house.keeper, supervisor))
        supervisor.run("shares", lambda: shares.keep_shares(house.database, house.clock, house.context, supervisor))
        supervisor.run("reputation", lambda: sender_standing.watch(house.database, house.clock, supervisor))
        supervisor.run("sweep", lambda: loops.sweep(house.database, house.campaigns, house.clock, supervisor))
        supervisor.run("figures", lambda: keeping.watch(house, supervisor))
        supervisor.run("abandoned", lambda: abandoned.watch(house.database, house.clock, house.bells, supervisor))
    if "dispatch" in only:
        dispatcher = make_dispatcher(house, bot, supervisor)
        supervisor.run("clock", lambda: jumps.watch(house.clock, supervisor))
        supervisor.run("send", lambda: loops.send(dispatcher, house.bells, supervisor))
        supervisor.run("webhooks", lambda: house.webhooks.run(supervisor))
