"""What is wrong at the end of a soak: three ledgers, patience, and what grew."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tests.crash.ledgers import Death, Ledgers, judge, unknown
from tests.crash.reading import read
from tests.soak.flatness import Line
from tests.soak.town import Town
from tests.soak.visitors import Visitors


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
    return [*visitors.town.findings, *judge(ledgers), *_repeated(ledgers, visitors), *_in_vain(ledgers, visitors)]


def _repeated(ledgers: Ledgers, visitors: Visitors) -> Iterable[str]:
    """The same words come twice only to somebody who asked again."""
    for (to, text), times in Counter((one.to, one.text) for one in ledgers.got).items():
        if times > 1 and to not in visitors.asked_again:
            yield f"said twice: {to} got {text[:40]!r} {times} times"


def _in_vain(ledgers: Ledgers, visitors: Visitors) -> Iterable[str]:
    """Who waited so long has a message of which nobody knows."""
    lost = unknown(ledgers)
    excused = {row.to for row in ledgers.said if row.id in lost}
    for chat, words in visitors.asked_again.items():
        if chat not in excused:
            yield f"message lost or late: {chat} waited for {words!r}, and nothing of theirs is unknown"


def grown(lines: Sequence[Line]) -> list[str]:
    """What grew more than is allowed."""
    return [
        f"not flat: {one.allowed.what} of {one.of} grew by {one.growth:.1f} {one.allowed.unit} in the second half"
        for one in lines
        if not one.flat
    ]
