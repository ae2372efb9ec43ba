"""Random ids and hashes: what the outside sees, and what is kept of secrets."""

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_draw: Callable[[int], bytes] = secrets.token_bytes
"""Where ids come from: so many bytes at random. Replaced by `rehearsed` alone."""


@contextmanager
def rehearsed(dice: random.Random) -> Iterator[None]:
    """Draw ids from this dice inside the block, so that a rehearsal comes out the same again.

    Only in a process that serves nobody: whoever knows the seed knows every id.
    """
    global _draw  # noqa: PLW0603 - the one place; passing it along would put it into every function of storage
    usual, _draw = _draw, dice.randbytes
    try:
        yield
    finally:
        _draw = usual


def new_uid() -> str:
    """A random id of 128 bits, 22 characters out of A-Z a-z 0-9 _ -, never with a - in front.

    On a command line that would be an option.
    """
    uid = base64.urlsafe_b64encode(_draw(16)).rstrip(b"=").decode()
    return uid if uid[0] != "-" else f"A{uid[1:]}"


READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs that nobody mistakes for another when they read them off paper."""


def new_readable() -> str:
    """A random id of eight signs, short enough to be typed by hand. Not a secret: only for what hangs in public."""
    return "".join(secrets.choice(READABLE) for _ in range(8))


def new_seed() -> int:
    """A random number that fixes a conversation's order of options."""
    return int.from_bytes(_draw(4)) % 2**31


def keyed_hash(key: bytes, text: str) -> str:
    """HMAC with SHA-256 in hex: what is kept of something that names somebody, and nobody can try without the key."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def fingerprint(text: str) -> str:
    """SHA-256 in hex: what is stored of a token, and what makes a key short."""
    return hashlib.sha256(text.encode()).hexdigest()
