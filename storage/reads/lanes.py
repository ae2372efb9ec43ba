"""Which raw input is about a person: it has no column for them, so it is found by its lane and by what it names."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from storage.database import Tx
from storage.tables import conversations, identities, inbox, links

SHOPS = ("shop", "shopify", "woocommerce")
"""Sources whose input names people by `identities`, the shop's own id among them."""

PIECE: Final = 20_000
"""Row ids that are looked through in one statement: all that ever came in may take longer than a statement may."""


@dataclass(frozen=True, slots=True)
class Names:
    """What input about somebody is known by: its lanes, the numbers of their links, their identities (kind, value)."""

    lanes: frozenset[str]
    links: frozenset[int]
    known: frozenset[tuple[str, str]]

    def condition(self) -> ColumnElement[bool]:
        """What holds for every row of the inbox that is about them. No index helps: ask it of some rows at a time."""
        about: list[ColumnElement[bool]] = [inbox.c.lane.in_(sorted(self.lanes))]
        pages = (inbox.c.payload.startswith(f'{{"link": {link_id},') for link_id in sorted(self.links))
        about += [and_(inbox.c.source == "page", page) for page in pages]
        about += [_names(kind, value) for kind, value in sorted(self.known) if kind != "telegram"]
        return or_(*about)

    def are_among(self, others: "Names") -> bool:
        """Whether whoever looks for the others finds all that these find."""
        return self.lanes <= others.lanes and self.links <= others.links and self.known <= others.known


def names_of(known: Iterable[tuple[str, str]]) -> Names:
    """What input is known by that names one of these identities (kind, value)."""
    identified = frozenset(known)
    lanes = frozenset(f"{source}:{value}" for kind, value in identified for source in ("shop", kind))
    return Names(lanes, frozenset(), identified)


async def of_person(tx: Tx, prospect_id: int) -> Names:
    """What input about this prospect is known by."""
    rows = await tx.execute(
        select(identities.c.kind, identities.c.value).where(identities.c.prospect_id == prospect_id)
    )
    named = names_of((row.kind, row.value) for row in rows)
    talks = await tx.execute(
        select(conversations.c.id, conversations.c.uid).where(conversations.c.prospect_id == prospect_id)
    )
    pages = (await tx.execute(select(links.c.id).where(links.c.prospect_id == prospect_id))).scalars().all()
    lanes = {f"prospect:{prospect_id}", *(f"link:{link_id}" for link_id in pages)}
    lanes |= {f"conversation:{name}" for row in talks for name in (row.id, row.uid)}
    return Names(named.lanes | lanes, frozenset(pages), named.known)


async def newest(tx: Tx) -> int:
    """The row id of the newest input; 0 when there is none."""
    return int((await tx.execute(select(func.coalesce(func.max(inbox.c.id), 0)))).scalar_one())


def pieces(until: int, after: int = 0) -> Iterator[ColumnElement[bool]]:
    """The rows behind `after` up to `until`, as conditions that hold for some of them each."""
    for start in range(after, until, PIECE):
        yield and_(inbox.c.id > start, inbox.c.id <= min(start + PIECE, until))


def _names(kind: str, value: str) -> ColumnElement[bool]:
    """The payload names this identity. A shop's id may be as short as `7`, so it counts only where identities stand."""
    written = {json.dumps(value, ensure_ascii=False), json.dumps(value)}
    if kind == "external":
        told = [inbox.c.payload.contains(f'"external": {text}', autoescape=True) for text in sorted(written)]
        return and_(inbox.c.source.in_(SHOPS), or_(*told))
    return or_(*(inbox.c.payload.contains(text[1:-1], autoescape=True) for text in sorted(written)))
