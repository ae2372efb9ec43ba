"""Random ids and hashes: what the outside sees, and what is kept of secrets."""

import hashlib
import secrets


def new_uid() -> str:
    """A random id of 128 bits, 22 characters out of A-Z a-z 0-9 _ -."""
    return secrets.token_urlsafe(16)


READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs that nobody mistakes for another when they read them off paper."""


def new_readable() -> str:
    """A random id of eight signs, short enough to be typed by hand. Not a secret: only for what hangs in public."""
    return "".join(secrets.choice(READABLE) for _ in range(8))


def new_seed() -> int:
    """A random number that fixes a conversation's order of options."""
    return secrets.randbelow(2**31)


def fingerprint(text: str) -> str:
    """SHA-256 in hex: what is stored of a token, and what makes a key short."""
    return hashlib.sha256(text.encode()).hexdigest()
