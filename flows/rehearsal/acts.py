"""What can happen in a transcript, as its author writes it: one thing per act, with the channel if it matters."""

from typing import Final, Self

from pydantic import model_validator

from flows.events import (
    Bought,
    Cancelled,
    Commanded,
    Event,
    Happened,
    Opened,
    Said,
    StaffCorrected,
    StaffReleased,
    StaffSaid,
    StaffTook,
    Started,
    Tapped,
    Unreachable,
)
from flows.fields import Duration, Strict
from flows.state import State
from flows.words import Channel, ShopEvent

_KINDS: Final = (
    "start",
    "open",
    "tap",
    "say",
    "command",
    "wait",
    "unreachable",
    "buy",
    "happens",
    "cancel",
    "take",
    "staff_says",
    "give_back",
    "put_right",
)


class Act(Strict):
    """One thing that happens. Exactly one of the keys from `start` to `put_right`; the rest says more about it.

    `tap` names an option (of the open question, unless `visit` names another); `on` is the channel (where the
    conversation is, unless given); `argument` belongs to `command`; `by` is the member of staff.
    `put_right` names the barriers that the answer of `visit` (the last one, unless given) names from now on.
    """

    start: Channel | None = None
    open: Channel | None = None
    tap: str | None = None
    say: str | None = None
    command: str | None = None
    wait: Duration | None = None
    unreachable: Channel | None = None
    buy: str | None = None
    happens: ShopEvent | None = None
    cancel: str | None = None
    take: bool | None = None
    staff_says: str | None = None
    give_back: bool | None = None
    put_right: tuple[str, ...] | None = None
    on: Channel | None = None
    visit: int | None = None
    sub_code: str | None = None
    argument: str | None = None
    by: str = "staff"

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        given = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"an act is one thing, not {len(given)}; write one of {', '.join(_KINDS)}")
        return self

    def event(self, state: State) -> Event:
        """The event that this act is, in a conversation that stands like this. `wait` is none."""
        here: Channel = self.on or state.channel or "telegram"
        if self.start is not None:
            return Started(self.start)
        if self.open is not None:
            return Opened(self.open)
        if self.say is not None:
            return Said(self.say, here)
        if self.command is not None:
            return Commanded(self.command, here, self.argument)
        if self.tap is not None:
            open_visit = state.prompt.visit if state.prompt else 0
            return Tapped(self.tap, open_visit if self.visit is None else self.visit, here)
        if self.put_right is not None:
            last = state.answers[-1].visit if state.answers else 0
            return StaffCorrected(self.by, last if self.visit is None else self.visit, self.put_right, self.sub_code)
        return self._event_of_shop()

    def _event_of_shop(self) -> Event:
        if self.unreachable is not None:
            return Unreachable(self.unreachable)
        if self.buy is not None:
            return Bought(self.buy)
        if self.happens is not None:
            return Happened(self.happens)
        if self.staff_says is not None:
            return StaffSaid(self.by, self.staff_says)
        if self.take is not None:
            return StaffTook(self.by)
        if self.give_back is not None:
            return StaffReleased(self.by)
        return Cancelled(self.cancel or "cancelled")
