"""`holdback api-key`: keys of the REST API."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, family, now, say, table, with_database
from bot.cli.errors import fail

if TYPE_CHECKING:
    from storage.database import Database

app = family("Add, list and revoke keys of the REST API.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Who the key is for, e.g. webshop.")]


@app.command()
def add(
    name: Name,
    scope: Annotated[
        list[str] | None, typer.Option(metavar="SCOPE", help="What it may do, again for each; everything if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: this once, and never again.

    Example: holdback api-key add webshop --scope events:write --scope prospects:write
    """
    from storage import keys

    unknown = sorted(set(scope or ()) - set(keys.SCOPES))
    if unknown:
        fail(f"--scope: there is no {unknown[0]}; there are {', '.join(keys.SCOPES)}")
    if not name.strip() or len(name) > 64 or not name.isprintable():
        fail("a key needs a name of 1 to 64 characters; write one such as webshop")
    at = now()
    key = with_database(lambda database: database.transact(lambda tx: keys.add(tx, name, at, scope or None)))
    if key is None:
        fail(f"there is a key {name!r} already; take another name", 1)
    say({"name": name, "key": key}, [key], as_json=as_json)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the keys by name; the keys themselves are nowhere kept.

    Example: holdback api-key list
    """
    from storage import keys

    async def read(database: "Database") -> list[dict[str, Any]]:
        async with database.read() as tx:
            return [dict(row._mapping) for row in await keys.everyone(tx)]  # noqa: SLF001 - SQLAlchemy's public name

    rows = with_database(read)
    heads = ("NAME", "MAY", "MADE", "REVOKED")
    told = [
        (row["name"], " ".join(row["scopes"] or ["everything"]), row["created_at"], row["revoked_at"]) for row in rows
    ]
    lines = table([heads, *told])
    say({"keys": rows}, lines, as_json=as_json)


@app.command()
def revoke(name: Name, as_json: AsJson = False) -> None:
    """Let a key count no more.

    Example: holdback api-key revoke webshop
    """
    from storage import keys

    at = now()
    if not with_database(lambda database: database.transact(lambda tx: keys.revoke(tx, name, at))):
        fail(f"there is no key {name!r} that counts; see `holdback api-key list`", 1)
    say({"name": name, "revoked": True}, [f"the key {name} counts no more"], as_json=as_json)
