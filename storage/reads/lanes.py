"""Which raw input is about a person: it has no column for them, so it is found by its lane and by what it names."""

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from storage.database import Tx
from storage.tables import conversations, identities, inbox, links

SHOPS = ("shop", "shopify", "woocommerce")
"""Sources whose input names people by `identities`, the shop's own id among them."""


async def of_person(tx: Tx, prospect_id: int) -> ColumnElement[bool]:
    """The condition that holds for every row of the inbox that is about this prospect."""
    rows = await tx.execute(
        select(identities.c.kind, identities.c.value).where(identities.c.prospect_id == prospect_id)
    )
    known = [(row.kind, row.value) for row in rows]
    talks = (
        await tx.execute(
            select(conversations.c.id, conversations.c.uid).where(conversations.c.prospect_id == prospect_id)
        )
    ).all()
    pages = (await tx.execute(select(links.c.id).where(links.c.prospect_id == prospect_id))).scalars().all()
    lanes = {f"prospect:{prospect_id}"}
    lanes |= {f"conversation:{name}" for row in talks for name in (row.id, row.uid)}
    lanes |= {f"link:{link_id}" for link_id in pages}
    about: list[ColumnElement[bool]] = [inbox.c.lane.in_(sorted(lanes))]
    about += [and_(inbox.c.source == "page", inbox.c.payload.startswith(f'{{"link": {link_id},')) for link_id in pages]
    return or_(*about, of_identities(known))


def of_identities(known: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    """The condition that holds for every row of the inbox that names one of these identities (kind, value)."""
    lanes = {f"{source}:{value}" for kind, value in known for source in ("shop", kind)}
    about = [_names(kind, value) for kind, value in known if kind != "telegram"]
    return or_(inbox.c.lane.in_(sorted(lanes)), *about)


def _names(kind: str, value: str) -> ColumnElement[bool]:
    """The payload names this identity. A shop's id may be as short as `7`, so it counts only where identities stand."""
    written = {json.dumps(value, ensure_ascii=False), json.dumps(value)}
    if kind == "external":
        told = [inbox.c.payload.contains(f'"external": {text}', autoescape=True) for text in sorted(written)]
        return and_(inbox.c.source.in_(SHOPS), or_(*told))
    return or_(*(inbox.c.payload.contains(text[1:-1], autoescape=True) for text in sorted(written)))
