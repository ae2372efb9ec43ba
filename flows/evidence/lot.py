"""Who is in which group, by lot: a stable hash of the prospect, so that the answer never changes."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

Arm = Literal["offer", "control", "never"]
"""Asked and given offers; asked and given none; never written to."""

ARMS: Final[tuple[Arm, ...]] = ("offer", "control", "never")


@dataclass(frozen=True, slots=True)
class Lot:
    """The shares of a lot, in percent: `never` contacted, `control` asked without an offer.

    `came`: they came by themselves, so that nobody could stay uncontacted, and the lot decided about their offer only.
    """

    never: int
    control: int
    came: bool = False

    def __str__(self) -> str:
        """As it stands beside a conversation: `10/20`, or `10/20+` for who came by themselves."""
        return f"{self.never}/{self.control}{'+' if self.came else ''}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the lot gave. Without a `lot` nothing was decided by chance, and the conversation proves nothing."""

    arm: Arm
    lot: Lot | None


def draw(campaign: str, prospect_uid: str, *, never: int, control: int, by_themselves: bool) -> Drawn:
    """The group of a prospect in a campaign: the same for ever while the shares stay the same.

    `never` and `control` are percentages. Somebody who comes by themselves is always answered: the lot can only decide
    about their offer, and for those it would have left alone it decides nothing.
    """
    if never == 0 and control == 0:
        return Drawn("offer", None)
    place = int.from_bytes(hashlib.sha256(f"{campaign}:{prospect_uid}".encode()).digest()[:4]) % 100
    if by_themselves and place < never:
        return Drawn("offer", None)
    lot = Lot(never, control, by_themselves)
    if place < never:
        return Drawn("never", lot)
    return Drawn("control" if place < never + control else "offer", lot)


def read_lot(text: str) -> Lot | None:
    """A lot as it stands beside a conversation; None for anything that is none."""
    never, mark, control = text.removesuffix("+").partition("/")
    if not mark or not never.isdigit() or not control.isdigit():
        return None
    return Lot(int(never), int(control), text.endswith("+"))
