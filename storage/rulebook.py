"""Saved rules: every version stays, the newest of a kind counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from storage.database import Record, Tx
from storage.dialects import one_at_a_time
from storage.tables import rule_versions

SCORING = "scoring"
"""The kind of rules that prospects are scored by."""


async def save(tx: Tx, kind: str, definition: Mapping[str, Any], by: str, now: datetime) -> int:
    """Keep a new version; returns its number. The same as the newest one changes nothing."""
    await one_at_a_time(tx, f"rules {kind}")
    last = await newest(tx, kind)
    if last is not None and last.definition == dict(definition):
        return int(last.version)
    version = int(last.version) + 1 if last is not None else 1
    row = {"kind": kind, "version": version, "definition": dict(definition), "created_by": by, "created_at": now}
    await tx.execute(insert(rule_versions).values(row))
    return version


async def newest(tx: Tx, kind: str) -> Record | None:
    """The version that counts (version, definition, created_by, created_at), or None when none was ever saved."""
    query = select(rule_versions).where(rule_versions.c.kind == kind).order_by(rule_versions.c.version.desc()).limit(1)
    return (await tx.execute(query)).one_or_none()


async def newest_number(tx: Tx, kind: str) -> int:
    """The number of the version that counts; 0 when none was ever saved."""
    query = select(rule_versions.c.version).where(rule_versions.c.kind == kind)
    found = (await tx.execute(query.order_by(rule_versions.c.version.desc()).limit(1))).scalar_one_or_none()
    return int(found or 0)


async def get(tx: Tx, kind: str, version: int) -> Record | None:
    """One version."""
    query = select(rule_versions).where(rule_versions.c.kind == kind, rule_versions.c.version == version)
    return (await tx.execute(query)).one_or_none()


async def history(tx: Tx, kind: str, limit: int = 20) -> list[Record]:
    """The newest versions, newest first."""
    query = select(rule_versions).where(rule_versions.c.kind == kind).order_by(rule_versions.c.version.desc())
    return list((await tx.execute(query.limit(limit))).all())
