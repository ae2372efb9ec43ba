"""Moments by which something is to be done, as forms write them: in the shop's zone."""

from datetime import UTC, datetime

from starlette.exceptions import HTTPException

from bot.console.gate import Visit
from bot.web.filters import zone_of
from flows.calendar import next_working_day


def default_due(visit: Visit) -> str:
    """One working day from now, as a form's field for date and time wants it, in the shop's zone."""
    zone = visit.house.settings.timezone
    return next_working_day(visit.now, zone).astimezone(zone_of(zone)).strftime("%Y-%m-%dT%H:%M")


def read_due(text: str, visit: Visit) -> datetime | None:
    """A moment from a form, in the shop's zone; None when the field is empty. Raises HTTPException 422."""
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text)
        return local.replace(tzinfo=zone_of(visit.house.settings.timezone)).astimezone(UTC)
    except (ValueError, OverflowError):  # no moment, or one before or after all that can be told
        raise HTTPException(422) from None
