"""Signatures of Standard Webhooks (standardwebhooks.com), scheme v1: any of its libraries can check them."""

import base64
import hashlib
import hmac
from typing import Final

PREFIX: Final = "whsec_"


def secret_of(key: bytes, uid: str) -> str:
    """The signing secret of an endpoint, as its owner is given it. Derived, so that no database holds it."""
    derived = hmac.new(key, f"webhook:{uid}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(derived).decode()


def headers(secret: str, message_id: str, seconds: int, payload: str) -> dict[str, str]:
    """The three headers of a call made at this Unix time."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{message_id}.{seconds}.{payload}".encode(), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
