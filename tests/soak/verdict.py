"""What is wrong at the end of a soak: three ledgers, patience, and what grew."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from tests.crash.ledgers import Death, Ledgers, judge, unknown
from tests.crash.reading import read
from tests.soak.flatness import Line
from tests.soak.town import Town
from tests.soak.visitors import Visitors, Wait

STORIES: Final = 8
"""So many stories are told."""


async def ledgers_of(town: Town) -> Ledgers:
    """The three ledgers.

    Of unknown fate may be what was being sent when something was hit, and what was lost on the wire. `judge` finds a
    row beyond these.
    """
    ledgers = await read(town.world, {}, repeats=True)
    spoiled = {
        str(call.params.get("chat_id"))
        for call in town.world.telegram.ledger.calls
        if call.method == "sendMessage" and call.fault
    }
    may_be = {row.id for row in ledgers.said if row.id in town.interrupted or row.to in spoiled}
    return replace(ledgers, death=Death(frozenset(unknown(ledgers) & may_be), len(ledgers.got), len(ledgers.got)))


def findings(ledgers: Ledgers, visitors: Visitors) -> list[str]:
    """Everything that is wrong with what came in, what is kept and what people got."""
    return [
        *visitors.town.findings,
        *judge(ledgers),
        *_repeated(ledgers, visitors),
        *in_vain(ledgers, visitors.in_vain),
    ]


def _repeated(ledgers: Ledgers, visitors: Visitors) -> Iterable[str]:
    """The same words come twice only to somebody who asked again."""
    for (to, text), times in Counter((one.to, one.text) for one in ledgers.got).items():
        if times > 1 and to not in visitors.asked_again:
            yield f"said twice: {to} got {text[:40]!r} {times} times"


def in_vain(ledgers: Ledgers, waits: Iterable[Wait]) -> Iterable[str]:
    """Who waited so long has a message of which nobody knows, made while they waited."""
    for wait in _unexcused(ledgers, waits):
        yield (
            f"message lost or late: {wait.chat} waited for {wait.words!r} from {wait.since:%H:%M:%S} on, and nothing "
            "that was to be said to them since then is unknown"
        )


def _unexcused(ledgers: Ledgers, waits: Iterable[Wait]) -> list[Wait]:
    """What is unknown explains the one wait in which it was made, and none before or after it."""
    lost = unknown(ledgers)
    made = defaultdict(list)
    for row in ledgers.said:
        if row.id in lost and row.made_at is not None:
            made[row.to].append(row.made_at)
    return [wait for wait in waits if not any(wait.since <= at <= wait.until for at in made[wait.chat])]


async def stories(town: Town, ledgers: Ledgers, visitors: Visitors) -> list[str]:
    """When everything came and went of a few who waited in vain: what somebody needs who looks for the reason."""
    told = []
    for chat in list(dict.fromkeys(wait.chat for wait in _unexcused(ledgers, visitors.in_vain)))[:STORIES]:
        lane = f"telegram:{chat}"
        came = await town.rows(f"SELECT received_at, done_at, attempts FROM inbox WHERE lane = '{lane}' ORDER BY id")
        said = await town.rows(
            "SELECT outbox.kind, outbox.created_at, outbox.sent_at, outbox.state, outbox.attempts FROM outbox "
            "JOIN identities ON identities.prospect_id = outbox.prospect_id "
            f"WHERE identities.kind = 'telegram' AND identities.value = '{chat}' ORDER BY outbox.id"
        )
        told.append(f"the story of {chat}: in {[tuple(map(str, row)) for row in came]}")
        told.append(f"the story of {chat}: out {[tuple(map(str, row)) for row in said]}")
    return told


def grown(lines: Sequence[Line]) -> list[str]:
    """What grew more than is allowed."""
    return [f"not flat: {one}" for one in lines if not one.flat]
