"""Three ledgers, and what is wrong between them: what came in, what the database says, what people really got.

The first and the last are kept on the other side of the wire, by the fake Telegram, the mail server and whoever posts;
the program's own counters are never asked. `judge` is pure: it can be shown doctored ledgers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the inbox: what stands in it of the wire's own number, and what became of it."""

    source: str
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class Said:
    """A row of the outbox that is a message of its own (edits are none).

    `to`: chat or address; `words`: its last paragraph; `made_at`: when it was put down (UTC), where that is judged.
    """

    id: int
    channel: str
    to: str
    words: str
    state: str
    remote_id: str | None
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Got:
    """A message that a person really got."""

    channel: str
    to: str
    remote_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A granted offer."""

    who: str
    offer: str
    code: str | None


@dataclass(frozen=True, slots=True)
class End:
    """From here on nothing more comes for this chat or address, but `most` last words."""

    to: str
    after: int
    most: int


@dataclass(frozen=True, slots=True)
class Death:
    """What was so at the moment of the kill. `delivered`: messages that people had; `told`: rows that admit it."""

    sending: frozenset[int]
    told: int
    delivered: int


@dataclass(frozen=True)
class Ledgers:
    """Everything that is judged. `facts` of the database beside what they `should` be; `waited_in_vain`: for what.

    `repeats`: people asked for something that was said before, so the same words may come twice.
    """

    received: Mapping[str, Sequence[str]]
    kept: Sequence[Kept]
    answers: Sequence[tuple[int, str, int]]
    given: Sequence[Given]
    codes_used: int
    said: Sequence[Said]
    got: Sequence[Got]
    death: Death | None = None
    ends: Sequence[End] = ()
    waited_in_vain: Sequence[str] = ()
    repeats: bool = False
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    should: Mapping[str, Sequence[str]] = field(default_factory=dict)


def judge(ledgers: Ledgers) -> list[str]:
    """Everything that is wrong, in sentences that begin with what kind of wrong it is."""
    return list(
        chain(
            _received(ledgers),
            _answers(ledgers),
            _given(ledgers),
            _messages(ledgers),
            _repetitions(ledgers),
            _window(ledgers),
            _silence(ledgers),
            _facts(ledgers),
        )
    )


def unknown(ledgers: Ledgers) -> set[int]:
    """Messages of which nobody knew whether they arrived, when the process was killed."""
    return {row.id for row in ledgers.said if row.state == "unknown" or _proved(row)}


def _proved(row: Said) -> bool:
    return row.state == "sent" and row.remote_id is None


def _received(ledgers: Ledgers) -> Iterable[str]:
    """What came in is kept exactly once, and done."""
    for source, numbers in ledgers.received.items():
        times = Counter(row.number for row in ledgers.kept if row.source == source)
        for number in dict.fromkeys([*numbers, *times]):
            if times[number] != 1:
                yield f"{'input kept twice' if times[number] else 'lost input'}: {source} {number}"
        for number in sorted(set(times) - set(numbers)):
            yield f"input from nowhere: {source} {number}"
    for row in ledgers.kept:
        if row.state != "done":
            yield f"input not handled: {row.source} {row.number} is {row.state}"


def _answers(ledgers: Ledgers) -> Iterable[str]:
    for (talk, step, visit), count in Counter(ledgers.answers).items():
        if count > 1:
            yield f"answer twice: conversation {talk} answered {step} (visit {visit}) {count} times"


def _given(ledgers: Ledgers) -> Iterable[str]:
    for (who, offer), count in Counter((one.who, one.offer) for one in ledgers.given).items():
        if count > 1:
            yield f"offer given twice: {who} has {offer} {count} times"
    codes = Counter(one.code for one in ledgers.given if one.code is not None)
    for code, count in codes.items():
        if count > 1:
            yield f"one code for two: {code} was given {count} times"
    if ledgers.codes_used != len(codes):
        yield f"codes off the shelf: {ledgers.codes_used} are used and {len(codes)} were given"


def _messages(ledgers: Ledgers) -> Iterable[str]:
    """Each row reached its person at most once, and exactly once when it says so."""
    got = {(one.channel, one.to, one.remote_id): one for one in ledgers.got}
    if len(got) < len(ledgers.got):
        yield "message twice: the other side has one under a number it had before"
    for row in ledgers.said:
        if row.remote_id is not None:
            if got.pop((row.channel, row.to, row.remote_id), None) is None:
                yield f"message lost: row {row.id} says it was sent as {row.remote_id}, and nobody got it"
        elif row.state in ("ready", "leased", "sending"):
            yield f"message stuck: row {row.id} is {row.state}"
    lost = unknown(ledgers)
    perhaps = [row for row in ledgers.said if row.id in lost]
    for one in got.values():
        mine = next((row for row in perhaps if (row.channel, row.to) == (one.channel, one.to) and _is(row, one)), None)
        if mine is None:
            yield f"message twice: {one.to} got {one.text[:40]!r}, and no row can be it"
        else:
            perhaps.remove(mine)


def _repetitions(ledgers: Ledgers) -> Iterable[str]:
    """The same words twice are two messages for one, unless somebody asked."""
    if ledgers.repeats or ledgers.waited_in_vain:
        return
    for (to, text), times in Counter((one.to, one.text) for one in ledgers.got).items():
        if times > 1:
            yield f"said twice: {to} got {text[:40]!r} {times} times"


def _is(row: Said, one: Got) -> bool:
    return " ".join(row.words.split())[:30] in " ".join(one.text.split())


def _window(ledgers: Ledgers) -> Iterable[str]:
    """`unknown` are exactly the messages that were being sent when the process was killed."""
    sending = ledgers.death.sending if ledgers.death is not None else frozenset()
    there = {row.id for row in ledgers.said}
    found, should = unknown(ledgers), {row for row in sending if row in there}
    if found != should:
        yield f"unknown is wrong: rows {sorted(found)} are, rows {sorted(should)} were being sent at the kill"
    if ledgers.death is not None and ledgers.death.delivered > ledgers.death.told:
        yield f"sent untold: people had {ledgers.death.delivered} messages, the database told of {ledgers.death.told}"
    if ledgers.waited_in_vain and not sending:
        yield f"message lost: {ledgers.waited_in_vain[0]} never came, and nothing was being sent"


def _silence(ledgers: Ledgers) -> Iterable[str]:
    for end in ledgers.ends:
        late = [one for one in ledgers.got if one.to == end.to][end.after + end.most :]
        if late:
            yield f"message after the end: {end.to} got {late[0].text[:40]!r}"


def _facts(ledgers: Ledgers) -> Iterable[str]:
    for name, should in ledgers.should.items():
        found = sorted(ledgers.facts.get(name, ()))
        if found != sorted(should):
            missing = Counter(should) - Counter(found)
            more = Counter(found) - Counter(should)
            yield f"{name} are wrong: missing {sorted(missing.elements())}, too many {sorted(more.elements())}"
