"""Mails that Holdback sends first keep apart at each provider, whichever process sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.runtime.pace import Limit
from bot.runtime.providers import provider_of
from storage import provider_turns
from storage.database import Tx
from storage.outbox import Leased

SPACED: Final = "kept apart from other mails to the same provider"
"""Why a mail waits for its turn; who has this reason has been given one."""

BURST: Final = 10
"""So many go at once to a provider that has rested."""

FARTHEST: Final = timedelta(days=4)
"""Nobody is given a turn later than this: what seems so was given before the clock was set back."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """Gives turns: the generic cell rate algorithm, one moment for each provider.

    `apart`: from one turn to the next. `due`: until when turns are given away; `given` is what was added to that.
    """

    apart: timedelta
    due: Mapping[str, datetime]
    given: dict[str, datetime] = field(default_factory=dict)

    def turn(self, provider: str, now: datetime) -> timedelta:
        """How long the next mail to this provider has to wait for its turn, which is given to it."""
        due = self.given.get(provider) or self.due.get(provider, now)
        begins = due if now < due <= now + FARTHEST else now
        self.given[provider] = begins + self.apart
        return max(begins - (BURST - 1) * self.apart - now, timedelta(0))


async def turns(
    tx: Tx, key: bytes, limits: Mapping[str, Limit], mails: Sequence[tuple[Leased, str]], now: datetime
) -> dict[int, timedelta]:
    """How long each of these mails (row, address) has to wait for its turn with its provider, by row id.

    An answer waits for nobody, and who has waited for their turn (see SPACED) does not wait once more. Ask it for what
    goes otherwise: a turn that nobody takes holds up who comes after.
    """
    new = [(row, provider_of(address)) for row, address in mails if _is_kept_apart(limits, row)]
    if not new:
        return {}
    due = await provider_turns.due(tx, key, {provider for _, provider in new})
    spacing = Spacing(timedelta(seconds=limits[new[0][0].channel].apart), due)
    waits = {row.id: spacing.turn(provider, now) for row, provider in new}
    await provider_turns.keep(tx, key, spacing.given)
    return {row.id: waits[row.id] for row, _ in new if row.proactive}


def _is_kept_apart(limits: Mapping[str, Limit], row: Leased) -> bool:
    limit = limits.get(row.channel)
    return limit is not None and bool(limit.apart) and row.reason != SPACED
