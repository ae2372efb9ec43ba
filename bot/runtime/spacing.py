"""Mails that Holdback sends first keep apart at each provider, whichever process sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.runtime.pace import Limit
from bot.runtime.providers import provider_of
from storage import provider_paces
from storage.database import Tx
from storage.outbox import Leased

SPACED: Final = "kept apart from other mails to the same provider"
"""Why a mail waits for its place; who has this reason has been given one."""

BURST: Final = 10
"""So many go at once to a provider that has rested."""

FARTHEST: Final = timedelta(days=4)
"""Nobody books farther ahead: what seems to be booked later was booked before the clock was set back."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """Gives places: the generic cell rate algorithm, one moment for each provider.

    `apart`: from one place to the next. `booked`: until when each provider is booked; `until` is what was added to it.
    """

    apart: timedelta
    booked: Mapping[str, datetime]
    until: dict[str, datetime] = field(default_factory=dict)

    def place(self, provider: str, now: datetime) -> timedelta:
        """How long the next mail to this provider has to wait for its place, which is booked for it."""
        due = self.until.get(provider) or self.booked.get(provider, now)
        begins = due if now < due <= now + FARTHEST else now
        self.until[provider] = begins + self.apart
        return max(begins - (BURST - 1) * self.apart - now, timedelta(0))


async def book(
    tx: Tx, key: bytes, limits: Mapping[str, Limit], mails: Sequence[tuple[Leased, str]], now: datetime
) -> dict[int, timedelta]:
    """How long each of these mails (row, address) has to wait for its place with its provider, by row id.

    Who is missing waits for none: an answer, and who has waited for its place (see SPACED). Book for what goes
    otherwise: a place that nobody takes holds up who comes after.
    """
    new = [(row, provider_of(address)) for row, address in mails if _is_kept_apart(limits, row)]
    if not new:
        return {}
    booked = await provider_paces.booked(tx, key, {provider for _, provider in new})
    spacing = Spacing(timedelta(seconds=limits[new[0][0].channel].apart), booked)
    waits = {row.id: spacing.place(provider, now) for row, provider in new}
    await provider_paces.book(tx, key, spacing.until)
    return {row.id: waits[row.id] for row, _ in new if row.proactive}


def _is_kept_apart(limits: Mapping[str, Limit], row: Leased) -> bool:
    limit = limits.get(row.channel)
    return limit is not None and bool(limit.apart) and row.reason != SPACED
