"""What an arrival means: which conversation it belongs to, and which event it is there."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import assert_never

from bot.runtime.arrivals import (
    AnsweredOnPage,
    Arrival,
    Blocked,
    CameThrough,
    CheckoutReported,
    CommandedOnPage,
    CustomerReported,
    GaveCommand,
    Ignored,
    OrderReported,
    PressedButton,
    PressedStart,
    PrivacyRequested,
    ShopReported,
    Spoke,
    StaffActed,
    StaffPutRight,
    Unblocked,
    WasCancelled,
    WasRefused,
)
from bot.runtime.context import Context
from bot.runtime.mail_arrivals import MailComplained, MailReported, MailSetAside, WroteBack
from bot.runtime.receive import chat, connected, door, inside, interest, mail, newcomers, page, shop
from bot.runtime.receive.step import Meaning
from storage.database import Tx


async def receive(tx: Tx, context: Context, arrivals: Sequence[Arrival], now: datetime) -> list[Meaning]:
    """What these arrivals mean, in their order.

    Finds the people and conversations they are about, notes what they say about them, and names the events to be taken.
    No two of them are from the same sender.
    """
    known = await chat.look_up(
        tx, [one for one in arrivals if isinstance(one, Spoke | PressedButton | GaveCommand)], now
    )
    new = await newcomers.receive(tx, context, [one for one in arrivals if isinstance(one, PressedStart)], now)
    # Talk has been looked up and writes nothing: it is no reason to take apart what is taken together.
    order = sorted(range(len(arrivals)), key=lambda number: not isinstance(arrivals[number], chat.Talk))
    meanings: dict[int, Meaning] = {}
    for together, some in groupby(order, lambda number: interest.is_interest(arrivals[number])):
        numbers = list(some)
        if together:
            reports = [one for number in numbers if isinstance(one := arrivals[number], ShopReported)]
            meanings.update(zip(numbers, await interest.receive(tx, context, reports, now), strict=True))
            continue
        for number in numbers:
            arrival = arrivals[number]
            met = new.get((arrival.sender.kind, arrival.sender.value)) if isinstance(arrival, PressedStart) else None
            meanings[number] = met or await _receive(tx, context, known, arrival, now)
    return [meanings[number] for number in range(len(arrivals))]


async def _receive(  # noqa: C901 - an arm for each kind; the type checker counts them
    tx: Tx, context: Context, known: chat.Known, arrival: Arrival, now: datetime
) -> Meaning:
    match arrival:
        case Spoke() | PressedButton() | GaveCommand():
            return chat.meaning(known, arrival)
        case PressedStart() | Blocked() | Unblocked():
            return await chat.receive(tx, context, arrival, now)
        case AnsweredOnPage() | CommandedOnPage():
            return await page.receive(tx, context, arrival, now)
        case CameThrough():
            return await door.receive(tx, context, arrival, now)
        case ShopReported():
            return await shop.receive(tx, arrival, now)
        case CheckoutReported() | OrderReported() | CustomerReported() | PrivacyRequested():
            return await connected.receive(tx, context, arrival, now)
        case StaffActed() | StaffPutRight() | WasRefused() | WasCancelled():
            return await inside.receive(tx, arrival)
        case WroteBack() | MailReported() | MailComplained() | MailSetAside():
            return await mail.receive(tx, context, arrival, now)
        case Ignored(reason=reason):
            return Meaning(f"ignored: {reason}")
        case _:
            assert_never(arrival)
