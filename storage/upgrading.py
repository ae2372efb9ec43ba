"""Alembic, which brings a schema to the newest version. Loaded only when there is something to make."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config(connection: Connection | None = None) -> Config:
    """How alembic finds the migrations, and the connection that it works on."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    found.attributes["connection"] = connection
    return found


def bring_up(connection: Connection) -> None:
    """Make and change tables until the schema is the newest, in the caller's transaction."""
    command.upgrade(config(connection), "head")
