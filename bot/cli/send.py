"""`holdback send`: whether anything is sent at all."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import AsJson, family, now, say, with_database

if TYPE_CHECKING:
    from storage.database import Database, Tx

app = family("Send nothing from now on, or send again; see how it stands.")
BY = "command line"


@app.command()
def off(
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="Shown at the head of every page of the console.")
    ] = "switched off on the command line",
    as_json: AsJson = False,
) -> None:
    """Send nothing from now on: every process obeys within a second. Answers are still received.

    Example: holdback send off --why "the prices in the mail are wrong"
    """
    from storage import audit, hold

    async def work(tx: "Tx") -> None:
        await hold.hold(tx, why.strip()[:200] or "switched off on the command line")
        await audit.note(tx, BY, "sending switched off", why.strip()[:200], now())

    with_database(lambda database: database.transact(work))
    say({"sending": False, "why": why}, ["nothing is sent until `holdback send on`"], as_json=as_json)


@app.command()
def on(as_json: AsJson = False) -> None:
    """Send again: what has waited goes out, unless it has come too late by its own rules.

    Example: holdback send on
    """
    from storage import audit, hold

    async def work(tx: "Tx") -> bool:
        was_off = await hold.release(tx)
        if was_off:
            await audit.note(tx, BY, "sending switched on", "", now())
        return was_off

    was_off = with_database(lambda database: database.transact(work))
    line = "messages are sent again" if was_off else "messages were being sent; nothing has changed"
    say({"sending": True, "changed": was_off}, [line], as_json=as_json)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether messages are sent.

    Example: holdback send status
    """
    from storage import hold

    async def look(database: "Database") -> str | None:
        async with database.read() as tx:
            return await hold.reason(tx)

    why = with_database(look)
    line = "messages are sent" if why is None else f"nothing is sent: {why}; `holdback send on` sends again"
    say({"sending": why is None, "why": why}, [line], as_json=as_json)
