"""The colours of the printed report, as red, green and blue."""

from typing import Final

Colour = tuple[int, int, int]

INK: Final[Colour] = (28, 33, 38)
SOFT: Final[Colour] = (91, 101, 112)
LINE: Final[Colour] = (214, 220, 226)
FILL: Final[Colour] = (238, 241, 244)
ACCENT: Final[Colour] = (11, 107, 92)
GOOD: Final[Colour] = (26, 127, 75)
BAD: Final[Colour] = (179, 38, 30)
