"""`holdback doctor`: looks at everything that can be wrong, and says the cure."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.common import AsJson, family, moment, now, say
from bot.cli.errors import DONE, WRONG, explain

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database

app = family("Check settings, database, Telegram, mail, flows and the clock.")
State = Literal["good", "warning", "wrong"]
BLOCK_LASTS = timedelta(days=7)
"""A mail server that did not want our mail is told of for so long."""

PATIENCE = 10.0
"""Seconds that another server may take to answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one thing."""

    name: str
    state: State
    says: str


@app.command()
def doctor(
    dns: Annotated[
        Path | None,
        typer.Option("--dns-answers", metavar="FILE", help="What `dig` printed: judge SPF, DKIM and DMARC."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check settings, database, Telegram, mail, flows and the clock; say what is wrong and the cure.

    Example: holdback doctor --dns-answers dns.txt
    """
    findings = asyncio.run(_examine(dns))
    wrong = any(finding.state == "wrong" for finding in findings)
    checks = [{"name": one.name, "state": one.state, "says": one.says} for one in findings]
    width = max(len(one.name) for one in findings)
    lines = [f"{one.name.ljust(width)}  {one.state.ljust(7)}  {one.says}" for one in findings]
    say({"ok": not wrong, "checks": checks}, lines, as_json=as_json)
    raise typer.Exit(WRONG if wrong else DONE)


async def _examine(dns: Path | None) -> list[Finding]:
    from bot import logs
    from bot.settings import SettingsInvalid, load_settings

    try:
        settings = load_settings()
    except SettingsInvalid as error:
        return [Finding("settings", "wrong", line) for line in str(error).splitlines()]
    logs.set_up("ERROR", "text")
    findings = [*_settings(settings), _brand(settings), *_dns(settings, dns), *_shops(settings)]
    checks: dict[str, Callable[[Settings], Awaitable[Finding]]] = {
        "file": _file,
        "database": _database,
        "flows": _flows,
        "telegram": _telegram,
        "smtp": _smtp,
        "imap": _imap,
        "returned": _returned,
        "reputation": _reputation,
    }
    for name, check in checks.items():
        try:
            findings.append(await check(settings))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one thing, the others are looked at too
            findings.append(Finding(name, "wrong", " ".join(explain(error)[1]).removeprefix("error: ")))
    at = now()
    sane = at.year >= 2025
    says = (
        f"it is {moment(at)}" if sane else f"it says {moment(at)}; set this machine's clock, or nothing is sent in time"
    )
    return [*findings, Finding("clock", "good" if sane else "wrong", says)]


def _settings(settings: "Settings") -> Iterator[Finding]:
    yield Finding("settings", "good", f"read; {settings.shop_name}, {settings.timezone}, {settings.languages}")
    if not settings.base_url.startswith("https://"):
        cure = "people elsewhere cannot open its links; set HOLDBACK_PUBLIC_URL to its https:// address"
        yield Finding("address", "warning", f"{settings.base_url} is only for this machine: {cure}")
    if settings.smtp_url is not None and not settings.mail_postal_address:
        yield Finding("mail", "warning", "mails need a postal address; set HOLDBACK_MAIL_POSTAL_ADDRESS")


def _brand(settings: "Settings") -> Finding:
    """Logo and colour; a colour in which nobody could read is fitted, and that is said."""
    from bot.brand import BrandInvalid
    from bot.channels.email.palette import LIGHT, palette
    from bot.channels.email.shop import mail_shop
    from flows.errors import FlowInvalid

    try:
        logo = mail_shop(settings).logo
    except BrandInvalid as problem:
        return Finding("brand", "wrong", str(problem))
    except FlowInvalid as problem:
        return Finding("brand", "wrong", f"{str(problem).splitlines()[0]} (see `holdback mail check`)")
    picture = f"logo of {logo.width} x {logo.height} pixels" if logo else "no logo (brand/logo.png in FLOWS_DIR)"
    if not settings.accent:
        return Finding("brand", "good", f"{picture}; our colour, until HOLDBACK_ACCENT is set")
    used = palette(settings.accent, LIGHT).accent
    if used != settings.accent:
        cure = "set HOLDBACK_ACCENT to a darker one to choose it yourself"
        return Finding("brand", "warning", f"{settings.accent} is too pale to read, so {used} is used on light; {cure}")
    return Finding("brand", "good", f"{picture}; {settings.accent}")


def _dns(settings: "Settings", file: Path | None) -> Iterator[Finding]:
    """Whether receivers believe that our mails are the shop's."""
    from bot.channels.email.signing import SigningProblem
    from bot.cli.doctor_dns import look

    try:
        yield from (Finding(one.name, one.state, one.says) for one in look(settings, file))
    except SigningProblem as problem:
        yield Finding("dkim", "wrong", str(problem))


def _shops(settings: "Settings") -> Iterator[Finding]:
    """Shops reach us by the public address, and only with their secret."""
    for name, secret in (("shopify", settings.shopify_secret), ("woocommerce", settings.woocommerce_secret)):
        if secret is None:
            yield Finding(name, "good", f"not connected: /hooks/{name} is closed")
        elif not settings.base_url.startswith("https://"):
            cure = "set HOLDBACK_PUBLIC_URL to the https:// address of this server"
            yield Finding(name, "warning", f"it has a secret, but cannot call {settings.base_url}: {cure}")
        else:
            yield Finding(name, "good", f"its webhooks go to {settings.base_url}/hooks/{name}")
    if settings.webhooks_to_private_addresses:
        cure = "unset HOLDBACK_WEBHOOKS_TO_PRIVATE_ADDRESSES unless this is a test"
        yield Finding("webhooks", "warning", f"webhooks may be sent into this network: {cure}")


async def _file(settings: "Settings") -> Finding:
    """The disk, the file and the settings that SQLite's promises rest on."""
    from bot.cli.doctor_file import look

    found = await look(settings)
    return Finding("file", found.state, found.says)


async def _database(settings: "Settings") -> Finding:
    from storage import doubt, engines, hold, set_aside, unsure, workers
    from storage.database import Database

    file = engines.sqlite_file(engines.parse_url(settings.database))
    if file is not None and not file.exists():
        return Finding("database", "good", "not made yet; the first command that needs it makes it")
    database = Database(settings.database, checkpoints=False)
    try:
        await database.check()
        async with database.read() as tx:
            held, aside, at_work = await hold.reason(tx), await doubt.waiting(tx), len(await workers.live(tx))
            inputs, messages = await set_aside.count(tx), await unsure.count(tx)
    finally:
        await database.close()
    if held is not None:
        return Finding("database", "warning", f"nothing is sent ({held}); look around, then run `holdback db release`")
    if aside:
        cure = "if none of them went out, run `holdback db release --codes-unused`"
        return Finding("database", "warning", f"a restore has set {aside} codes aside: {cure}")
    if inputs or messages:
        waiting = f"inputs put aside: {inputs}, messages of unknown fate: {messages}"
        return Finding("database", "warning", f"{waiting}; settle them on the System page of the console")
    good = "SQLite, right version, whole" if file else f"PostgreSQL, right version; servers at work: {at_work}"
    return Finding("database", "good", good)


async def _flows(settings: "Settings") -> Finding:
    from bot.library import Library, review
    from flows.definition.problems import errors_of

    library = Library(settings.flows_dir)
    names = library.flow_names()
    library.catalogue()
    library.campaigns()
    bad = [name for name in names if errors_of(review(library.load_flow(name)).problems)]
    if bad:
        return Finding("flows", "wrong", f"{', '.join(bad)} cannot be played; see `holdback flow check {bad[0]}`")
    return Finding("flows", "good", ", ".join(names))


async def _telegram(settings: "Settings") -> Finding:
    from bot.channels.telegram.client import connect
    from bot.channels.telegram.menu import TelegramUnavailable, introduce

    if settings.telegram_token is None:
        return Finding("telegram", "good", "no token: the survey page is the chat")
    try:
        async with connect(settings.telegram_token.get_secret_value(), settings.telegram_api_url) as bot:
            name = await asyncio.wait_for(introduce(bot), PATIENCE)
    except TelegramUnavailable as problem:
        return Finding("telegram", "wrong", str(problem))
    except TimeoutError:
        return Finding("telegram", "wrong", "Telegram does not answer; check the network and HOLDBACK_TELEGRAM_API_URL")
    return Finding("telegram", "good", f"the bot is @{name}")


async def _smtp(settings: "Settings") -> Finding:
    if settings.smtp_url is None:
        return Finding("smtp", "good", "no mail server: mail lands in the local mailbox page")
    from bot.channels.email.server import MailServerProblem, check_smtp

    try:
        return Finding("smtp", "good", await check_smtp(settings, PATIENCE))
    except (MailServerProblem, ValueError) as problem:
        return Finding("smtp", "wrong", f"{problem} (HOLDBACK_SMTP_URL)")


async def _imap(settings: "Settings") -> Finding:
    if settings.imap_url is None:
        return Finding("imap", "good", "no mailbox: answers by email are not read")
    from bot.channels.email.imap import MailboxProblem, check_imap

    try:
        return Finding("imap", "good", await asyncio.to_thread(check_imap, settings, PATIENCE))
    except (MailboxProblem, ValueError) as problem:
        return Finding("imap", "wrong", str(problem))


@asynccontextmanager
async def _opened(settings: "Settings") -> "AsyncIterator[Database | None]":
    """The database, or None before it is made: looking makes none."""
    from storage import engines
    from storage.database import Database

    file = engines.sqlite_file(engines.parse_url(settings.database))
    if file is not None and not file.exists():
        yield None
        return
    database = Database(settings.database, checkpoints=False)
    try:
        yield database
    finally:
        await database.close()


async def _returned(settings: "Settings") -> Finding:
    """Whether somebody's mail server did not want our mail of late."""
    from storage import mail

    async with _opened(settings) as database:
        if database is None:
            return Finding("returned", "good", "no mail was sent yet")
        block = await database.look(mail.last_block)
    if block is None or now() - block.at > BLOCK_LASTS:
        return Finding("returned", "good", "no mail server refused ours of late")
    status = f" with {block.status}" if block.status else ""
    cure = "check SPF, DKIM and DMARC with --dns-answers, and the block lists your sending address may be on"
    return Finding("returned", "warning", f"a mail server refused ours{status} on {moment(block.at)}; {cure}")


async def _reputation(settings: "Settings") -> Finding:
    """Whether first mails are held back because receivers think ill of the shop's mail."""
    from bot.runtime import sender_standing

    async with _opened(settings) as database:
        since = await database.look(sender_standing.held_since) if database is not None else None
    if since is None:
        return Finding("reputation", "good", "no first mails are held back")
    cure = "see why on the page Connections of the console, and go on sending there"
    says = f"first mails have been held back since {moment(since)}: {sender_standing.REFUSED}; {cure}"
    return Finding("reputation", "warning", says)
