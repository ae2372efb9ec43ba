"""Passwords of staff: argon2id, long, and none that everybody tries first."""

import asyncio
import re
from functools import cache
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

LEAST = 15
MOST = 200
COMMON = Path(__file__).parent / "data" / "common-passwords.txt"
RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
)


class Passwords:
    """Hashes and checks passwords off the event loop, at most two at a time: each takes 64 MiB for a moment."""

    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._turns = asyncio.Semaphore(2)

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether this is the password of which `kept` is the hash; without one, the same work and False."""
        async with self._turns:
            fits = await asyncio.to_thread(self._verify, password[:MOST], kept)
        return fits and kept is not None

    def _verify(self, password: str, kept: str | None) -> bool:
        # Somebody who is not known is compared too, so that both answers take the same time.
        nobody = hash_of_nobody()
        return self._hasher.verify(password, kept or nobody)


@cache
def hash_of_nobody() -> str:
    """A hash that no password is kept under; made at the first sign-in of a process, whoever tries it."""
    return PasswordHash((Argon2Hasher(),)).hash("nobody has this password")


def weakness(password: str, email: str) -> str | None:
    """Why this password is not taken (`short`, `long`, `common`, `name`), or None when it may be used."""
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    plain = re.sub(r"[\W_]+", "", password.lower())
    if plain in common() or worn(plain):
        return "common"
    name = re.sub(r"[\W_]+", "", email.partition("@")[0].lower())
    if len(name) > 2 and len(plain.replace(name, "")) < 6:
        return "name"
    return None


@cache
def common() -> frozenset[str]:
    """Long passwords that stand on every guesser's list, in small letters without signs between."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def worn(plain: str) -> bool:
    """Whether it only looks long: few different signs, one piece repeated, a run of keys, a common word and figures."""
    if len(set(plain)) < 5:
        return True
    if any(len(plain) >= 2 * size and plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, 9)):
        return True
    if any(plain in run * 2 or plain[::-1] in run * 2 for run in RUNS):
        return True
    return plain.strip("0123456789") in {
        "password",
        "passwort",
        "motdepasse",
        "contrasena",
        "jelszo",
        "heslo",
        "welcome",
        "administrator",
        "letmein",
        "qwerty",
        "qwertyuiop",
        "iloveyou",
        "holdback",
    }
