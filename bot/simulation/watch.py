"""What must never happen in a rehearsal, watched at every message and whenever the world is at rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.runtime.ports import Outgoing
from bot.simulation.actor import Actor
from flows.calendar import UNKNOWN_ZONE_HOURS, QuietHours
from flows.offers.catalogue import Catalogue
from storage.database import Record

ASKS = ("question", "reminder", "offer")
"""Kinds of messages that want something of somebody."""

A_DAY = 3
"""Messages that nobody has asked for, at most, in somebody's local day."""

A_WEEK = timedelta(days=7)

A_MOMENT = timedelta(seconds=1)
"""What is done at one moment of the virtual clock is written down within so long: turns stand microseconds apart."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that was broken: `rule` in a word or two, `number` of the person (None: the whole world), and what was."""

    rule: str
    number: int | None
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a transcript: when, who (`house`, `prospect`, `staff`), where, and what was said."""

    at: datetime
    who: str
    channel: str
    text: str


@dataclass
class Seen:
    """What the watch remembers of one person."""

    acted: datetime | None = None
    silent: tuple[datetime, str] | None = None
    bought: datetime | None = None
    live: dict[str, int] = field(default_factory=dict)
    unasked: int = 0
    day: tuple[str, int] = ("", 0)
    lately: list[datetime] = field(default_factory=list)


class Watch:
    """Looks at everything that is said, with a calendar and a memory of its own, and asks the engine nothing."""

    def __init__(
        self, quiet: QuietHours | None, shop_zone: str, rungs: int, only: int | None = None, a_week: int = 0
    ) -> None:
        """`rungs` of the flow's ladder of reminders; `only`: whose transcript is kept.

        `a_week`: how many messages at most somebody may get unasked in seven days; 0: any number.
        """
        self._quiet, self._shop_zone, self._rungs, self._only = quiet, shop_zone, rungs, only
        self._a_week = a_week
        self._seen: dict[int, Seen] = {}
        self._codes: dict[str, int] = {}
        self._touched: set[int] = set()
        self.broken: list[Broken] = []
        self.transcript: list[Line] = []

    def acted(self, actor: Actor, now: datetime) -> None:
        """The person, or somebody of the shop for them, has just done something: what follows is an answer to it."""
        seen = self._of(actor)
        seen.acted, seen.unasked = now, 0

    def silenced(self, actor: Actor, now: datetime, why: str) -> None:
        """From now on they must be left alone; where they blocked one channel, only there."""
        if not actor.blocked:
            self._of(actor).silent = (now, why)
        self._note(actor, now, "prospect", "", f"({why})")

    def buys(self, actor: Actor, now: datetime) -> None:
        """They buy: nothing is asked of them any more."""
        self._of(actor).bought = now
        self._note(actor, now, "prospect", "shop", "(buys)")

    def heard_from(self, actor: Actor, now: datetime, text: str) -> None:
        """What somebody said or tapped, for the transcript."""
        self._note(actor, now, "prospect", "telegram" if actor.in_chat else "web", text)

    def staff_says(self, actor: Actor, now: datetime, text: str) -> None:
        """What a person of the shop wrote, or did."""
        self.acted(actor, now)
        self._note(actor, now, "staff", "", text)

    def delivered(self, actor: Actor, channel: str, outgoing: Outgoing, remote: str, now: datetime) -> None:
        """A message is being handed to somebody: see whether it may be."""
        seen, prompt = self._of(actor), outgoing.message.prompt
        self._touched.add(actor.person.number)
        if prompt is None:
            seen.live.pop(remote, None)
        elif channel == "telegram":
            seen.live[remote] = prompt.visit
        if outgoing.kind == "edit":
            return
        self._note(actor, now, "house", channel, outgoing.message.text)
        self._silence(actor, seen, outgoing, now)
        if seen.acted is None or not timedelta(0) <= outgoing.created_at - seen.acted < A_MOMENT:
            self._unasked(actor, seen, outgoing, now)
        code = outgoing.message.code
        if code is not None and self._codes.setdefault(code, actor.person.number) != actor.person.number:
            self._break("a code twice", actor, now, f"the code was shown to prospect {self._codes[code]} before")

    def at_rest(self, now: datetime) -> None:
        """Nothing is on its way: whoever heard something has one open question at most."""
        for number in sorted(self._touched):
            visits = set(self._seen[number].live.values())
            if len(visits) > 1:
                self._tell("two questions", number, now, f"buttons of {len(visits)} questions are open in the chat")
        self._touched.clear()

    def nothing_left(self, left: dict[str, int], now: datetime, rules: Sequence[str]) -> None:
        """What was counted as left over, of these kinds, must be nothing."""
        for name in rules:
            if left[name]:
                self._tell(f"left: {name}", None, now, f"{left[name]} of {name} are left over")

    def failed(self, now: datetime, sending: Sequence[str]) -> None:
        """A turn could not be taken, or a message not be sent (by which errors): the world ends here."""
        what = f"sending ended in {', '.join(sending)}" if sending else "an input or a timer: the log names the error"
        self._tell("something failed", None, now, what)

    def offers(self, given: Sequence[Record], catalogue: Catalogue, now: datetime) -> None:
        """Each offer once for a person, each code once, and no limit is exceeded."""
        pairs = [(row.prospect_id, row.offer) for row in given if row.prospect_id is not None]
        codes = [row.code for row in given if row.code is not None]
        for name, keys in (("an offer twice", pairs), ("a code twice", codes)):
            if len(set(keys)) < len(keys):
                self._tell(name, None, now, f"{len(keys) - len(set(keys))} grants too many")
        for offer in catalogue.offers:
            mine = [row for row in given if row.offer == offer.id]
            promised = sum((row.value or Decimal(0) for row in mine), Decimal(0))
            budget = offer.limits.budget
            if len(mine) > offer.limits.total or (budget is not None and promised > budget):
                what = f"{offer.id}: {len(mine)} given, {promised} promised; the limits are {offer.limits}"
                self._tell("a limit exceeded", None, now, what)

    def _silence(self, actor: Actor, seen: Seen, outgoing: Outgoing, now: datetime) -> None:
        if seen.silent is not None and outgoing.kind != "staff":
            since, why = seen.silent
            if outgoing.kind in ASKS or outgoing.created_at >= since + A_MOMENT:
                what = f"a {outgoing.kind} after they {why} at {since:%d %b %H:%M}"
                self._break("said after a stop", actor, now, what)
        if seen.bought is not None and outgoing.kind in ASKS:
            self._break("asked after a purchase", actor, now, f"a {outgoing.kind} after the purchase")

    def _unasked(self, actor: Actor, seen: Seen, outgoing: Outgoing, now: datetime) -> None:
        """Nobody did anything just before it was written: it is ours to choose the moment, and not too often."""
        local = self._local(actor, now)
        if self._is_quiet(actor, local):
            self._break("at a quiet hour", actor, now, f"a {outgoing.kind} at {local:%a %H:%M} where they live")
        seen.unasked += 1
        day = f"{local:%Y-%m-%d}"
        seen.day = (day, seen.day[1] + 1 if seen.day[0] == day else 1)
        if seen.day[1] > A_DAY or seen.unasked > self._rungs + 1:
            self._break(
                "too many messages", actor, now, f"{seen.day[1]} today, {seen.unasked} since they last did something"
            )
        seen.lately = [*(at for at in seen.lately if now - at < A_WEEK), now]
        if self._a_week and len(seen.lately) > self._a_week:
            self._break("too many in a week", actor, now, f"{len(seen.lately)} in seven days, at most {self._a_week}")

    def _local(self, actor: Actor, now: datetime) -> datetime:
        zone = actor.person.zone if actor.person.zone_known else self._shop_zone
        return now.astimezone(ZoneInfo(zone))

    def _is_quiet(self, actor: Actor, local: datetime) -> bool:
        """Reckoned here and not with the calendar that is being watched."""
        if self._quiet is None:
            return False
        start, end = (self._quiet.start, self._quiet.end) if actor.person.zone_known else UNKNOWN_ZONE_HOURS
        minute = 60 * local.hour + local.minute
        night = minute >= start or minute < end if start > end else start <= minute < end
        return night or local.weekday() in self._quiet.rest_days

    def _of(self, actor: Actor) -> Seen:
        return self._seen.setdefault(actor.person.number, Seen())

    def _break(self, rule: str, actor: Actor, now: datetime, what: str) -> None:
        self._tell(rule, actor.person.number, now, what)

    def _tell(self, rule: str, number: int | None, now: datetime, what: str) -> None:
        self.broken.append(Broken(rule, number, now, what))

    def _note(self, actor: Actor, now: datetime, who: str, channel: str, text: str) -> None:
        if actor.person.number == self._only:
            self.transcript.append(Line(now.astimezone(actor.zone), who, channel, text))
