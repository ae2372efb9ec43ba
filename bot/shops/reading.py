"""Reading what shops send without trusting it: a field that is missing, odd or absurd is simply not known."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from bot.data import cells
from bot.data.cells import Parser
from bot.data.errors import CellRefused

Document = Mapping[str, Any]
"""A JSON object."""

LONGEST: Final = 2000
CONSENT_TEXT: Final = "The customer agreed to marketing in the shop."
"""What is noted as the words of a consent that came from the shop's own marketing field."""


def read(parser: Parser, value: Any) -> Any:
    """The value as its column keeps it, or None when it is empty or cannot be that."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > LONGEST:
        return None
    written = str(value).strip()
    try:
        return parser(written) if written else None
    except CellRefused:
        return None


def name(value: Any) -> str | None:
    """A short text: an id, a name."""
    found: str | None = read(cells.shop_id, value)
    return found


def amount(value: Any) -> Decimal | None:
    """Money, never negative. What shops compute with more decimals than money has is rounded."""
    found: Decimal | None = read(_rounded, value)
    return found


def _rounded(written: str) -> Decimal:
    try:
        figure = Decimal(written)
        return cells.amount(written if figure == round(figure, 2) else str(round(figure, 3)))
    except InvalidOperation:
        raise CellRefused("is not an amount") from None


def moment(value: Any) -> datetime | None:
    """A moment in ISO 8601; without a zone it is UTC (WooCommerce's `..._gmt`)."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if 1990 <= found.year <= 2200 else None


def part(document: Any, key: str) -> Document:
    """An object inside an object; an empty one when there is none."""
    found = document.get(key) if isinstance(document, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def parts(document: Any, key: str) -> Sequence[Document]:
    """The objects of a list inside an object."""
    found = document.get(key) if isinstance(document, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def first(*values: Any) -> Any:
    """The first value that is known, or None."""
    return next((value for value in values if value not in (None, "")), None)


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what is known."""
    return {key: value for key, value in values.items() if value is not None}


def identities(external: Any, emails: Sequence[Any], phones: Sequence[Any]) -> dict[str, str]:
    """How the shop knows somebody, by kind: the first of each that can be one."""
    number = name(external)
    return known(
        {
            "external": number if number not in ("0", None) else None,
            "email": first(*(read(cells.email, one) for one in emails)),
            "phone": first(*(read(cells.phone, one) for one in phones)),
        }
    )


def visit_of(landing: Any) -> dict[str, str]:
    """Source, medium and campaign out of the address somebody came by (`utm_...`)."""
    if not isinstance(landing, str) or len(landing) > LONGEST:
        return {}
    try:
        query = parse_qs(urlsplit(landing).query, max_num_fields=50)
    except ValueError:
        return {}
    return known({field: name(query.get(f"utm_{field}", [""])[0]) for field in ("source", "medium", "campaign")})
