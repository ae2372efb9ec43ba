"""Which version of the schema a database has, and which one this program needs.

Alembic makes and changes tables (storage/upgrading.py). To know a version it is not needed, and loading it would take a
tenth of each start.
"""

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect

VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"


def schema_version(connection: Connection) -> str | None:
    """The schema version of a database, None for one without."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    return version


@cache
def newest_version() -> str:
    """The schema version that this program needs: the number of its last migration, with which its file begins."""
    return max(file.name.partition("_")[0] for file in VERSIONS.glob("[0-9]*_*.py"))
