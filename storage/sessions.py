"""Sessions of staff and the brake on guessing passwords. A copy of the database opens none."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update

from storage.database import Tx
from storage.ids import fingerprint
from storage.staff import Role
from storage.tables import login_attempts, staff, staff_tokens

IDLE: Final = timedelta(hours=12)
"""A session that was not used for so long is over."""

ABSOLUTE: Final = timedelta(days=7)
"""And so is one that began so long ago."""

TOUCH: Final = timedelta(minutes=5)
"""How exactly it is noted when a session was last used: a page does not write at every look."""

WINDOW: Final = timedelta(minutes=15)
GUESSES: Final = 10
"""So many passwords are evaluated within the window, for one account and for one address."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in member of staff. `csrf` stands in every form of this session."""

    staff_id: int
    email: str
    role: Role
    has_password: bool
    csrf: str
    seen_at: datetime


async def start(tx: Tx, staff_id: int, now: datetime) -> str:
    """A new session; returns its token (256 bits), which only the browser keeps. Sessions that are over go."""
    token = secrets.token_urlsafe(32)
    await tx.execute(delete(staff_tokens).where(staff_tokens.c.expires_at <= now))
    await tx.execute(
        insert(staff_tokens).values(
            hash=fingerprint(token),
            kind="session",
            staff_id=staff_id,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
            csrf=secrets.token_urlsafe(32),
        )
    )
    return token


async def find(tx: Tx, token: str, now: datetime) -> Session | None:
    """The session of this token, or None: unknown, over, or its owner may not come in any more."""
    query = (
        select(
            staff.c.id,
            staff.c.email,
            staff.c.role,
            staff.c.password_hash.is_not(None).label("has_password"),
            staff_tokens.c.csrf,
            staff_tokens.c.seen_at,
        )
        .join(staff, staff.c.id == staff_tokens.c.staff_id)
        .where(
            staff_tokens.c.hash == fingerprint(token),
            staff_tokens.c.kind == "session",
            staff_tokens.c.expires_at > now,
            staff_tokens.c.seen_at > now - IDLE,
            staff.c.disabled_at.is_(None),
        )
    )
    row = (await tx.execute(query)).one_or_none()
    return Session(row.id, row.email, row.role, bool(row.has_password), row.csrf, row.seen_at) if row else None


async def touch(tx: Tx, token: str, now: datetime) -> None:
    """This session is in use."""
    await tx.execute(update(staff_tokens).where(staff_tokens.c.hash == fingerprint(token)).values(seen_at=now))


async def end(tx: Tx, token: str) -> None:
    """End one session."""
    await tx.execute(
        delete(staff_tokens).where(staff_tokens.c.hash == fingerprint(token), staff_tokens.c.kind == "session")
    )


async def end_all(tx: Tx, staff_id: int) -> None:
    """End every session of this person."""
    await tx.execute(delete(staff_tokens).where(staff_tokens.c.staff_id == staff_id, staff_tokens.c.kind == "session"))


async def may_guess(tx: Tx, keys: Sequence[str], now: datetime) -> bool:
    """Whether a password may be evaluated for these keys (account, address); if so, the guess is counted against each.

    Counted before it is evaluated, in a writing transaction: many guesses at once are no more than one after the other.
    """
    hashes = [fingerprint(key) for key in keys]
    await tx.execute(
        delete(login_attempts).where(login_attempts.c.account.in_(hashes), login_attempts.c.at <= now - WINDOW)
    )
    counts = await tx.execute(
        select(func.count()).where(login_attempts.c.account.in_(hashes)).group_by(login_attempts.c.account)
    )
    if any(count >= GUESSES for count in counts.scalars()):
        return False
    await tx.execute(insert(login_attempts), [{"account": one, "at": now} for one in hashes])
    return True


async def forgive(tx: Tx, keys: Sequence[str]) -> None:
    """The password was right: earlier guesses for these keys no longer count."""
    await tx.execute(delete(login_attempts).where(login_attempts.c.account.in_([fingerprint(key) for key in keys])))
