"""POST /events: what the shop reports. Kept as raw input before it is answered; what it means is decided in a turn."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.api.problems import Fault, Problem
from bot.api.values import read_fields
from bot.data import cells
from bot.data.cells import Moments, Parser
from bot.data.columns import Declared, prospects_kind
from bot.data.imports import IDENTITIES
from bot.data.purchases import DECLARED, shop_input
from bot.data.writing import plain
from flows.audience.attributes import Attributes, Written
from storage.ids import new_uid
from storage.inbox import RawInput

KINDS: Final = ("cart_abandoned", "checkout_started", "viewed", "quote_sent", "purchase", "refund")
ORDERS: Final = ("purchase", "refund")
MOST: Final = 500
"""Events in one request."""

HEAD: Final = frozenset({"type", "kind", "id", "occurred_at", "prospect"})
ORDER: Final[Mapping[str, Parser]] = {
    "order_id": cells.shop_id,
    "amount": cells.money,
    "currency": cells.currency,
    "product_id": cells.shop_id,
    "code": cells.text,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event, ready to be kept, with the id it is answered by."""

    id: str
    raw: RawInput


class EventReader:
    """Reads the body of POST /events."""

    def __init__(
        self, moments: Moments, now: Any, *, key: str | None = None, attributes: Attributes | None = None
    ) -> None:
        """`key` is the stored Idempotency-Key: it names events that have no id of their own.

        Fields of declared `attributes` are read by their type, and become facts about the prospect.
        """
        self._moments, self._now, self._key = moments, now, key
        self._parsers = {
            name: parser
            for name, parser in {**prospects_kind(moments, attributes).columns, **ORDER}.items()
            if isinstance(parser, Declared) or not name.startswith("company_")
        }

    def read(self, document: Any) -> list[Event]:
        """All events of a body. Raises Problem (422) naming every place that is wrong; then none of them is kept."""
        many = document if isinstance(document, list) else [document]
        if not 1 <= len(many) <= MOST:
            raise Problem(422, f"send 1 to {MOST} events in a request")
        faults: list[Fault] = []
        events = [
            self._event(one, f"/{number}" if isinstance(document, list) else "", number, faults)
            for number, one in enumerate(many)
        ]
        if faults:
            raise Problem(422, "nothing was kept: an event is wrong; see errors", faults=faults[:50])
        return [event for event in events if event is not None]

    def _event(self, document: Any, pointer: str, number: int, faults: list[Fault]) -> Event | None:
        if not isinstance(document, dict):
            faults.append(Fault(pointer, "an event is an object"))
            return None
        before = len(faults)
        kind = self._kind(document, pointer, faults)
        head = read_fields(document, {"id": cells.shop_id, "occurred_at": self._moments.past}, pointer, faults)
        values = self._values(document, pointer, faults)
        identities = {kind: values.pop(name) for name, kind in IDENTITIES.items() if values.get(name)}
        _check(kind, identities, values, pointer, faults)
        if len(faults) > before:
            return None
        declared = {name: values.pop(name) for name in list(values) if isinstance(values[name], Written)}
        data = {**_others(document, self._parsers), **values}
        if declared:
            data[DECLARED] = {name: [value.text, value.number] for name, value in declared.items()}
        if kind == "refund" and "id" in head:
            data["refund_id"] = str(head["id"])[:64]
        natural_key = self._natural_key(kind, head, values, document, number)
        at = head.get("occurred_at", self._now)
        return Event(str(head.get("id") or natural_key), shop_input(kind, natural_key, identities, at, data))

    def _kind(self, document: Mapping[str, Any], pointer: str, faults: list[Fault]) -> str:
        named = document.get("type", document.get("kind"))
        if named not in KINDS:
            faults.append(Fault(f"{pointer}/type", f"must be one of {', '.join(KINDS)}"))
        return str(named)

    def _values(self, document: Mapping[str, Any], pointer: str, faults: list[Fault]) -> dict[str, Any]:
        """Fields of the event itself, and over them those of its `prospect`."""
        values = read_fields(document, self._parsers, pointer, faults)
        nested = document.get("prospect")
        if nested is not None and not isinstance(nested, dict):
            faults.append(Fault(f"{pointer}/prospect", "must be an object"))
        elif nested:
            values |= read_fields(nested, self._parsers, f"{pointer}/prospect", faults)
        return values

    def _natural_key(
        self, kind: str, head: Mapping[str, Any], values: Mapping[str, Any], document: Any, number: int
    ) -> str:
        if kind == "refund" and "id" in head:
            return f"refund:{values['order_id']}:{head['id']}"
        if kind in ORDERS:
            return f"{kind}:{values['order_id']}"
        if "id" in head:
            # Carts and quotes may be numbered each by themselves.
            return f"event:{kind}:{head['id']}"
        if self._key is not None:
            return f"request:{self._key}:{number}"
        if "occurred_at" in head:
            written = json.dumps(plain(document), sort_keys=True)
            return f"same:{hashlib.sha256(written.encode()).hexdigest()}"
        # Nothing tells it from the next one like it: somebody may well leave two carts in a week.
        return f"once:{new_uid()}"


def _check(
    kind: str, identities: Mapping[str, str], values: Mapping[str, Any], pointer: str, faults: list[Fault]
) -> None:
    if kind in ORDERS and "order_id" not in values:
        faults.append(Fault(f"{pointer}/order_id", "is missing; an order is known by it"))
    known_by_order = kind == "refund" or (kind == "purchase" and "code" in values)
    if not identities and not known_by_order and not any(fault.pointer.startswith(f"{pointer}/") for fault in faults):
        faults.append(Fault(f"{pointer}/prospect", "names nobody; give external_id, email or phone"))


def _others(document: Mapping[str, Any], parsers: Mapping[str, Parser]) -> dict[str, Any]:
    """What we have no meaning for is kept with the event as it came."""
    nested = document.get("prospect")
    named: Sequence[tuple[str, Any]] = [*document.items(), *(nested.items() if isinstance(nested, dict) else ())]
    return {name: plain(value) for name, value in named if name not in parsers and name not in (*HEAD, DECLARED)}
