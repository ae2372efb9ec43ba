"""`holdback staff`: the people of the shop, and how they get in."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.common import AsJson, family, now, say, settings, table, with_database
from bot.cli.errors import fail

if TYPE_CHECKING:
    from storage.database import Database, Tx

app = family("Add, list, disable and let in the people of the shop.")
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's email address.")]


@app.command()
def add(
    email: Email,
    role: Annotated[Literal["viewer", "agent", "admin"], typer.Option(help="What they may do.")],
    as_json: AsJson = False,
) -> None:
    """Add somebody, or change their role; prints a one-time login link.

    Example: holdback staff add mira@shop.example --role admin
    """
    from bot.data.cells import email as address_of
    from bot.data.errors import CellRefused
    from storage import audit, staff

    try:
        address = address_of(email)
    except CellRefused as refused:
        fail(f"EMAIL {refused}")

    async def work(tx: "Tx") -> str:
        staff_id = await staff.add(tx, address, role, now())
        await audit.note(tx, "command line", "staff added", f"{address} as {role}", now())
        return await staff.make_login_token(tx, staff_id, now())

    token = with_database(lambda database: database.transact(work))
    _tell_link(address, token, role, as_json=as_json)


@app.command()
def link(email: Email, as_json: AsJson = False) -> None:
    """Print a one-time login link; earlier ones stop working.

    Example: holdback staff link mira@shop.example
    """
    from storage import staff

    async def work(tx: "Tx") -> tuple[str | None, str]:
        row = await staff.find_by_email(tx, email)
        if row is None or row.disabled_at is not None:
            return None, ""
        return await staff.make_login_token(tx, row.id, now()), str(row.role)

    token, role = with_database(lambda database: database.transact(work))
    if token is None:
        fail(f"nobody with the address {email!r} may come in; add them with `holdback staff add`", 1)
    _tell_link(email, token, role, as_json=as_json)


def _tell_link(email: str, token: str, role: str, *, as_json: bool) -> None:
    from bot.console import LINK_PATH

    address = f"{settings().base_url}{LINK_PATH}{token}"
    say({"email": email, "role": role, "link": address}, [address], as_json=as_json)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List everybody, with their role and when they were last here.

    Example: holdback staff list
    """
    from storage import staff

    names = ("email", "role", "created_at", "seen_at", "disabled_at")

    async def read(database: "Database") -> list[dict[str, Any]]:
        async with database.read() as tx:
            return [{name: getattr(row, name) for name in names} for row in await staff.list_all(tx)]

    rows = with_database(read)
    heads = ("EMAIL", "ROLE", "ADDED", "LAST HERE", "DISABLED")
    say({"staff": rows}, table([heads, *(tuple(row[name] for name in names) for row in rows)]), as_json=as_json)


@app.command()
def disable(email: Email, as_json: AsJson = False) -> None:
    """Let somebody in no more: their sessions and links end at once.

    Example: holdback staff disable mira@shop.example
    """
    from storage import audit, staff

    async def work(tx: "Tx") -> bool:
        row = await staff.find_by_email(tx, email)
        if row is None or not await staff.disable(tx, row.id, now()):
            return False
        await audit.note(tx, "command line", "staff disabled", row.email, now())
        return True

    if not with_database(lambda database: database.transact(work)):
        fail(f"nobody with the address {email!r} may come in; see `holdback staff list`", 1)
    say({"email": email, "disabled": True}, [f"{email} may come in no more"], as_json=as_json)
