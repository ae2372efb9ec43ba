"""Published flows: immutable versions, from which conversations are never torn away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from storage.database import Record, Tx
from storage.failpoints import failpoint
from storage.tables import flow_versions


async def publish(tx: Tx, name: str, digest: str, sources: str, now: datetime) -> tuple[int, bool]:
    """Publish a flow.

    Returns its version and whether it is new. The same content as the newest version changes nothing.
    """
    known = await newest(tx, name)
    if known is not None and known.digest == digest:
        return known.version, False
    version = known.version + 1 if known is not None else 1
    await tx.execute(
        insert(flow_versions).values(name=name, version=version, digest=digest, sources=sources, published_at=now)
    )
    failpoint("publish.before_commit")
    return version, True


async def newest(tx: Tx, name: str) -> Record | None:
    """The newest published version of a flow (version, digest), or None when it was never published."""
    return (await tx.execute(_NEWEST, {"flow": name})).one_or_none()


_NEWEST = (
    select(flow_versions.c.version, flow_versions.c.digest)
    .where(flow_versions.c.name == bindparam("flow"))
    .order_by(flow_versions.c.version.desc())
    .limit(1)
)


async def sources(tx: Tx, name: str, version: int) -> str | None:
    """What was published under this name and version."""
    query = select(flow_versions.c.sources).where(flow_versions.c.name == name, flow_versions.c.version == version)
    text: str | None = (await tx.execute(query)).scalar_one_or_none()
    return text


async def versions(tx: Tx, name: str) -> list[int]:
    """The published versions of a flow, newest first."""
    query = select(flow_versions.c.version).where(flow_versions.c.name == name)
    return list((await tx.execute(query.order_by(flow_versions.c.version.desc()))).scalars())


async def published(tx: Tx, name: str) -> Sequence[Record]:
    """The published versions of a flow, newest first (version, published_at)."""
    query = select(flow_versions.c.version, flow_versions.c.published_at).where(flow_versions.c.name == name)
    return (await tx.execute(query.order_by(flow_versions.c.version.desc()))).all()


async def names(tx: Tx) -> list[str]:
    """The flows that were ever published, by name."""
    return list((await tx.execute(select(flow_versions.c.name).distinct().order_by(flow_versions.c.name))).scalars())
