"""What a campaign found out and brought: evidence in words, and the campaign report as HTML and PDF.

The composition root gives `ROOM` to `bot.web.pages.Pages`, so that the console says the same words.
"""

from pathlib import Path
from typing import Final

ROOM: Final = Path(__file__).parent
"""The folder with this room's templates and texts."""
