"""What an arrival means: which conversation it belongs to, and which event it is there."""

from datetime import datetime
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
    Unblocked,
    WasCancelled,
    WasRefused,
)
from bot.runtime.context import Context
from bot.runtime.receive import chat, connected, door, inside, page, shop
from bot.runtime.receive.step import Meaning
from storage.database import Tx


async def receive(tx: Tx, context: Context, arrival: Arrival, now: datetime) -> Meaning:
    """Find the people and conversations an arrival is about, note what it says about them.

    And name the events to be taken.
    """
    match arrival:
        case PressedStart() | Spoke() | PressedButton() | GaveCommand() | Blocked() | Unblocked():
            return await chat.receive(tx, context, arrival, now)
        case AnsweredOnPage() | CommandedOnPage():
            return await page.receive(tx, context, arrival, now)
        case CameThrough():
            return await door.receive(tx, context, arrival, now)
        case ShopReported():
            return await shop.receive(tx, context, arrival, now)
        case CheckoutReported() | OrderReported() | CustomerReported() | PrivacyRequested():
            return await connected.receive(tx, context, arrival, now)
        case StaffActed() | WasRefused() | WasCancelled():
            return await inside.receive(tx, arrival)
        case Ignored(reason=reason):
            return Meaning(f"ignored: {reason}")
        case _:
            assert_never(arrival)
