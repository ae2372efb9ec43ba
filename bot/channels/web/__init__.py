"""The pages of prospects: the survey, their choices, and what is stored about them.

They translate what is posted and decide nothing. The composition root gives `ROOM` to `bot.web.pages.Pages` (templates
and style) and includes `router(house)`.
"""

from pathlib import Path
from typing import Final

from fastapi import APIRouter

from bot.channels.web.confirm import Confirm
from bot.channels.web.door import Doorway
from bot.channels.web.house import House
from bot.channels.web.preferences import Preferences
from bot.channels.web.privacy import Privacy
from bot.channels.web.survey import Survey

ROOM: Final = Path(__file__).parent
"""The folder with this room's templates and static files."""

__all__ = ["ROOM", "House", "router"]

LOOKING = ["GET", "HEAD"]


def router(house: House) -> APIRouter:
    """Every page of this room. Looking changes nothing; what is posted goes to the inbox first."""
    pages = APIRouter(include_in_schema=False)
    survey, preferences, doorway = Survey(house), Preferences(house), Doorway(house)
    confirm = Confirm(house)
    for path, page in (
        ("/s/{token}", survey.show),
        ("/s/{token}/news", survey.news),
        ("/u/{token}", preferences.show),
        ("/u/{token}/delete", preferences.ask_to_delete),
        ("/d/{token}", doorway.show),
        ("/c/{token}", confirm.show),
        ("/privacy", Privacy(house).show),
    ):
        pages.add_api_route(path, page, methods=LOOKING, response_model=None)
    pages.add_api_route("/s/{token}", survey.post, methods=["POST"], response_model=None)
    pages.add_api_route("/d/{token}", doorway.post, methods=["POST"], response_model=None)
    pages.add_api_route("/c/{token}", confirm.post, methods=["POST"], response_model=None)
    pages.add_api_route("/u/{token}", preferences.post, methods=["POST"], response_model=None)
    return pages
