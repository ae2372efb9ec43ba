"""Everything that can happen to a conversation. What comes from outside is one kind of thing: an Event."""

from dataclasses import dataclass

from flows.words import Channel, ShopEvent


@dataclass(frozen=True, slots=True)
class Started:
    """The first wait is over, or the prospect came by themselves: ask now, on `channel`."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Opened:
    """The prospect arrived on another channel (survey page, deep link): go on there, at the same question."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Tapped:
    """An answer was tapped.

    `visit` is the prompt's; a tap for another visit than the open one is stale and harmless.
    """

    option: str
    visit: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class Said:
    """The prospect wrote something in their own words; `by_mail`: in answer to a mail, and not on a page it led to."""

    text: str
    channel: Channel
    by_mail: bool = False


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command that works at every step.

    Stop, help, privacy, why, person, mydata, limit, forget, language (with a language as argument), pause (with a
    number of days, three without one), resume (which ends a pause).
    """

    name: str
    channel: Channel
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer is due. `turn` is the turn that set it: if the conversation has moved on, the timer is stale."""

    name: str
    turn: int


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A channel refused for good (bot blocked, address gone): carry on elsewhere, or end in peace."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Bought:
    """The goal is reached: everything pending stops."""

    order_id: str


@dataclass(frozen=True, slots=True)
class Happened:
    """The shop reports something of the prospect; it may be what the conversation waits for."""

    kind: ShopEvent


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The shop stopped the campaign, or the prospect was erased: end without a word.

    `outcome` is `cancelled` or `erased`.
    """

    outcome: str


@dataclass(frozen=True, slots=True)
class StaffTook:
    """A person takes the conversation over; the flow is silent until it is handed back."""

    staff: str


@dataclass(frozen=True, slots=True)
class StaffSaid:
    """A person of the shop writes to the prospect."""

    staff: str
    text: str


@dataclass(frozen=True, slots=True)
class StaffReleased:
    """The person hands the conversation back: the flow goes on with its open question."""

    staff: str


@dataclass(frozen=True, slots=True)
class StaffCorrected:
    """A person of the shop puts right what the answer of `visit` was understood as: the barriers it names, best first.

    `sub_code` is the finer reason it names from now on, None for none.
    """

    staff: str
    visit: int
    barriers: tuple[str, ...]
    sub_code: str | None = None


Event = (
    Started
    | Opened
    | Tapped
    | Said
    | Commanded
    | TimerFired
    | Unreachable
    | Bought
    | Happened
    | Cancelled
    | StaffTook
    | StaffSaid
    | StaffReleased
    | StaffCorrected
)
