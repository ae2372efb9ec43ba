"""Which fact of a person is being corrected, and what may be written for it."""

from bot.console.gate import Visit
from flows.audience.attributes import AttributeDefinition

FIXED = frozenset({"currency"})
"""What nobody corrects by hand: the amounts beside it would change their meaning."""


def editing(visit: Visit) -> AttributeDefinition | None:
    """The attribute that the address names (`?edit=city`), or None."""
    return None if (name := visit.asked("edit", limit=64)) in FIXED else visit.house.attributes.get(name)
