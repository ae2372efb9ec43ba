"""A webhook as it is kept: what the shop sent, who it is about, and what its headers say. Nothing is decided here."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.data.writing import plain
from bot.shops.reading import Document, moment
from storage.checkouts import normalised
from storage.inbox import RawInput

LARGEST_BODY: Final = 1024 * 1024
"""Bytes. An order of a hundred lines has a tenth of that."""


@dataclass(frozen=True, slots=True)
class Told:
    """A webhook, read: `origin` is the shop's own address, `at` when it happened there, or when we heard of it."""

    topic: str
    at: datetime
    origin: str
    identities: dict[str, str]
    document: Document


@dataclass(frozen=True, slots=True)
class Headers:
    """The names (small letters) of a shop's headers; `moment` may be missing."""

    signature: str
    topic: str
    delivery: str
    origin: str
    moment: str | None


@dataclass(frozen=True, slots=True)
class Maker:
    """What differs from shop to shop: headers, the topics that are kept, and where a body says who and what."""

    name: str
    headers: Headers
    topics: frozenset[str]
    identities: Callable[[Document], dict[str, str]]
    resource: Callable[[Document], str]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A call that is not taken: the HTTP status, and why, in words for the shop's staff."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class NotKept:
    """A call that is answered with 200 and not kept: a greeting, or a topic that is not ours."""

    topic: str


def signed(body: bytes, given: str, secret: str) -> bool:
    """Whether the body was signed with the secret; takes as long for a wrong signature as for a right one."""
    right = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(given.strip().encode("utf-8", "replace"), right)


def accept(
    maker: Maker, headers: Mapping[str, str], body: bytes, secret: str, now: datetime
) -> RawInput | NotKept | Rejection:
    """The webhook to be written down before 200 is answered, or why not. Header names in small letters.

    The signature is looked at before the body is: what is not signed leaves nothing behind.
    """
    if len(body) > LARGEST_BODY:
        return Rejection(413, "the body is larger than 1 MiB")
    if not signed(body, headers.get(maker.headers.signature, ""), secret):
        return Rejection(401, "the signature does not fit the secret")
    topic = headers.get(maker.headers.topic, "").strip().lower()
    if topic not in maker.topics:
        return NotKept(topic[:64])
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return Rejection(400, "the body is not JSON")
    if not isinstance(document, dict):
        return Rejection(400, "the body is no JSON object")
    return _raw(maker, headers, topic, body, document, now)


def _raw(
    maker: Maker, headers: Mapping[str, str], topic: str, body: bytes, document: dict[str, Any], now: datetime
) -> RawInput:
    who = normalised(maker.identities(document))
    said = moment(headers.get(maker.headers.moment, "")) if maker.headers.moment else None
    envelope = {
        "topic": topic,
        "at": plain(min(said or now, now)),
        "origin": headers.get(maker.headers.origin, "")[:200],
        "identities": who,
        "document": document,
    }
    # WooCommerce gives two changes in one second the same number: the body tells them apart. A retry has the same body.
    digest = hashlib.sha256(body).hexdigest()[:16]
    key = f"{headers.get(maker.headers.delivery, '')[:100]}:{topic}:{maker.resource(document)[:100]}:{digest}"
    lane = f"shop:{next(iter(who.values()), None) or maker.name}"
    payload = json.dumps(envelope, ensure_ascii=False).encode("utf-8", "replace").decode()
    return RawInput(maker.name, key, lane, payload)


def read_told(payload: str) -> Told:
    """A webhook as it was kept. Raises ValueError, KeyError, TypeError for anything else."""
    envelope = json.loads(payload)
    return Told(
        topic=str(envelope["topic"]),
        at=datetime.fromisoformat(envelope["at"]),
        origin=str(envelope["origin"]),
        identities={str(kind): str(value) for kind, value in envelope["identities"].items()},
        document=envelope["document"],
    )
