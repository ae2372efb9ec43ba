"""What a turn wants done.

The engine decides and never does; storage/turns makes rows of them in the turn's transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flows.answers import Answer
from flows.messages import Message, Prompt
from flows.words import Channel


@dataclass(frozen=True, slots=True)
class Say:
    """Put a message into the outbox.

    `proactive` messages wait for quiet hours and caps; replies to something the prospect just did go at once.
    """

    message: Message
    channel: Channel
    proactive: bool


@dataclass(frozen=True, slots=True)
class CloseQuestion:
    """The question of `visit` is answered or withdrawn.

    Edit its messages in place (buttons away, `mark` shown), cancel unsent copies.
    """

    visit: int
    mark: str | None


@dataclass(frozen=True, slots=True)
class Repaint:
    """The open question looks different now: other ticks at its options. Edit its messages in place."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Record:
    """Keep an answer."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Correct:
    """Staff put right what a standing answer names: `answer` in place of `former`, of the same question and visit.

    They differ in `barriers` and `sub_code` alone.
    """

    former: Answer
    answer: Answer


@dataclass(frozen=True, slots=True)
class RecordFact:
    """Keep what an answer says about the prospect: a declared attribute, in the form it is stored in.

    `visit` is the question it came from: taken back with it when the prospect changes their mind.
    """

    name: str
    text: str
    number: Decimal | None
    visit: int


@dataclass(frozen=True, slots=True)
class Supersede:
    """Answers from this visit on no longer apply: the prospect changed their mind."""

    visit: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Wake this conversation at `due` (UTC). One timer per name: a new one replaces the old."""

    name: str
    due: datetime


@dataclass(frozen=True, slots=True)
class CancelTimers:
    """No timer of this conversation fires any more."""


@dataclass(frozen=True, slots=True)
class CancelPending:
    """Messages of this conversation that are not yet handed to a sender are cancelled, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Chose:
    """An offer could be made: what was eligible, what was refused and why, and what was chosen (None: nothing).

    `refused` are pairs of offer and reason, `shares` pairs of eligible offer and the probability it was drawn with
    (empty when the order decided), `share` that of the chosen one. `strategy` is the live version, None without one.
    """

    barrier: str
    arm: str
    eligible: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    chosen: str | None
    share: Decimal | None = None
    shares: tuple[tuple[str, Decimal], ...] = ()
    strategy: int | None = None
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class Give:
    """Grant an offer, exactly once for this prospect. `code` is the one from the shelf that the message shows."""

    offer: str
    kind: str
    barrier: str | None
    code: str | None
    value: Decimal | None
    currency: str | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Staff are needed: `reason` is asked, question, checkout_problem, callback, appointment or refused."""

    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The prospect withdraws consent on every channel: nothing is sent after the farewell of this turn."""

    channel: Channel
    way: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The prospect prefers this language from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class EraseProspect:
    """The prospect asked, and confirmed, that everything about them is deleted."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The conversation is over."""

    outcome: str


Effect = (
    Say
    | CloseQuestion
    | Repaint
    | Record
    | Correct
    | RecordFact
    | Supersede
    | SetTimer
    | CancelTimers
    | CancelPending
    | Chose
    | Give
    | CallPerson
    | Withdraw
    | SetLanguage
    | EraseProspect
    | Finish
)
