"""Staff: who may sign in, with which role, and the one-time links by which they do it first."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import delete, func, insert, select, update

from storage import dialects
from storage.database import Record, Tx
from storage.ids import fingerprint
from storage.tables import staff, staff_tokens

Role = Literal["viewer", "agent", "admin"]

ROLES: Final[tuple[Role, ...]] = ("viewer", "agent", "admin")
"""Those who look, those who talk to prospects, those who look after staff. Each may do what the ones before may."""

LINK_LIFETIME: Final = timedelta(minutes=30)
"""How long a one-time login link waits to be used."""


def normalise_email(email: str) -> str:
    """An address in the one form it is stored and compared in."""
    return email.strip().lower()


async def add(tx: Tx, email: str, role: Role, now: datetime) -> int:
    """A new member of staff, without a password; returns the row id. Known already: gets this role, let in again."""
    row = dialects.insert(tx, staff).values(email=normalise_email(email), role=role, created_at=now)
    known = row.on_conflict_do_update(index_elements=["email"], set_={"role": role, "disabled_at": None})
    return int((await tx.execute(known.returning(staff.c.id))).scalar_one())


async def find_by_email(tx: Tx, email: str) -> Record | None:
    """The member of staff with this address (id, email, role, password_hash, created_at, disabled_at), or None."""
    return (await tx.execute(select(staff).where(staff.c.email == normalise_email(email)))).one_or_none()


async def get(tx: Tx, staff_id: int) -> Record | None:
    """The member of staff with this row id."""
    return (await tx.execute(select(staff).where(staff.c.id == staff_id))).one_or_none()


async def list_all(tx: Tx) -> Sequence[Record]:
    """Everybody, by address, with `seen_at`: when they were last here, or None."""
    seen = (
        select(func.max(staff_tokens.c.seen_at))
        .where(staff_tokens.c.staff_id == staff.c.id, staff_tokens.c.kind == "session")
        .scalar_subquery()
    )
    return (await tx.execute(select(staff, seen.label("seen_at")).order_by(staff.c.email))).all()


async def disable(tx: Tx, staff_id: int, now: datetime) -> bool:
    """Let this person in no more: sessions and links end at once. False when nobody was in by this number."""
    gone = await tx.execute(
        update(staff).where(staff.c.id == staff_id, staff.c.disabled_at.is_(None)).values(disabled_at=now)
    )
    await tx.execute(delete(staff_tokens).where(staff_tokens.c.staff_id == staff_id))
    return gone.rowcount == 1


async def enable(tx: Tx, staff_id: int) -> bool:
    """Let this person in again. False when there is no such person, or they were in already."""
    back = await tx.execute(
        update(staff).where(staff.c.id == staff_id, staff.c.disabled_at.is_not(None)).values(disabled_at=None)
    )
    return back.rowcount == 1


async def set_password(tx: Tx, staff_id: int, password_hash: str) -> None:
    """Keep a password's hash. Every session and link of this person ends: who knew the old one is out."""
    await tx.execute(update(staff).where(staff.c.id == staff_id).values(password_hash=password_hash))
    await tx.execute(delete(staff_tokens).where(staff_tokens.c.staff_id == staff_id))


async def make_login_token(tx: Tx, staff_id: int, now: datetime) -> str:
    """A token of 256 bits that signs this person in once within half an hour. Earlier ones stop. Only hashes stay."""
    token = secrets.token_urlsafe(32)
    await tx.execute(delete(staff_tokens).where(staff_tokens.c.staff_id == staff_id, staff_tokens.c.kind == "login"))
    await tx.execute(
        insert(staff_tokens).values(
            hash=fingerprint(token),
            kind="login",
            staff_id=staff_id,
            created_at=now,
            seen_at=now,
            expires_at=now + LINK_LIFETIME,
        )
    )
    return token


async def login_token_works(tx: Tx, token: str, now: datetime) -> bool:
    """Whether this token would sign somebody in. Looking does not use it up."""
    query = (
        select(staff.c.id)
        .join(staff_tokens, staff_tokens.c.staff_id == staff.c.id)
        .where(
            staff_tokens.c.hash == fingerprint(token),
            staff_tokens.c.kind == "login",
            staff_tokens.c.expires_at > now,
            staff.c.disabled_at.is_(None),
        )
    )
    return (await tx.execute(query)).one_or_none() is not None


async def use_login_token(tx: Tx, token: str, now: datetime) -> int | None:
    """Use a token up; returns whom it signs in, or None: unknown, used, expired, or the person may not come in."""
    if not await login_token_works(tx, token, now):
        return None
    used = await tx.execute(
        delete(staff_tokens)
        .where(staff_tokens.c.hash == fingerprint(token), staff_tokens.c.kind == "login")
        .returning(staff_tokens.c.staff_id)
    )
    return used.scalar_one_or_none()
