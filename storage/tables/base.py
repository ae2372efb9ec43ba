"""What the table files share: the metadata and the columns that occur everywhere."""

from typing import Final

from sqlalchemy import Column, ForeignKey, MetaData

from storage.columns import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

QUEUE: Final = {"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.01}
"""PostgreSQL's settings of a table whose rows go from state to state.

There is room to change them where they stand, and what that leaves behind is cleared away early.
"""


def row_id() -> Column[int]:
    """The row's number, inside only."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def prospect_id(*, nullable: bool = False) -> Column[int]:
    """Whose row this is; it goes with the prospect."""
    return Column("prospect_id", Id, ForeignKey("prospects.id", ondelete="CASCADE"), nullable=nullable)


def conversation_id(*, nullable: bool = False) -> Column[int]:
    """Which conversation this row belongs to; it goes with it."""
    return Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=nullable)
