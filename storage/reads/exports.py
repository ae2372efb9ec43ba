"""What exports and the API list: one query per kind, read page by page, each page in a short transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select

from flows.codec import decode_message
from storage import prospect_facts
from storage.database import Record, Tx
from storage.profile_loading import fact_value
from storage.reads.exporting import Export, Line, known_as, of_prospect
from storage.reads.judged import JUDGED
from storage.tables import answers, consents, conversations, grants, outbox, prospects, purchases, refunds
from storage.tables import prospect_facts as facts_table


async def page(
    tx: Tx, kind: str, *, after: int = 0, limit: int = 500, since: datetime | None = None, every: bool = False
) -> tuple[list[Line], int | None]:
    """The next lines of a kind (a key of EXPORTS) and the row id to go on after, None at the end.

    `since` leaves out what has not changed since then. `every` includes answers that were superseded.
    """
    export = EXPORTS[kind]
    query = export.query().where(export.id > after).order_by(export.id).limit(limit)
    if since is not None:
        query = query.where(or_(*(moment >= since for moment in export.since)))
    if export.hidden is not None and not every:
        query = query.where(~export.hidden)
    lines = await _lines(tx, export, query)
    return list(lines.values()), list(lines)[-1] if len(lines) == limit else None


async def of_people(tx: Tx, ids: Sequence[int]) -> dict[int, Line]:
    """The lines of the export of prospects for these ones, by row id."""
    export = EXPORTS["prospects"]
    return await _lines(tx, export, export.query().where(export.id.in_(ids)))


async def _lines(tx: Tx, export: Export, query: Select[Any]) -> dict[int, Line]:
    rows: Sequence[Record] = (await tx.execute(query)).all()
    lines = {row.id: export.line(row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for it
    if export.more is not None and lines:
        await export.more(tx, list(lines), list(lines.values()))
    return lines


async def count(tx: Tx, kind: str) -> int:
    """About how many lines an export will have: for a progress bar."""
    table = EXPORTS[kind].id.table
    return (await tx.execute(select(func.count()).select_from(table))).scalar_one()


def _consent(channel: str) -> ColumnElement[Any]:
    return (
        select(consents.c.granted)
        .where(consents.c.prospect_id == prospects.c.id, consents.c.channel == channel)
        .order_by(consents.c.id.desc())
        .limit(1)
        .scalar_subquery()
        .label(f"consent_{channel}")
    )


FACTS: Final = (
    "language", "timezone", "first_name", "last_name", "country", "city", "source", "medium", "campaign", "tags",
    "product_id", "product_name", "product_url", "price", "cart_value", "currency", "interest",
)  # fmt: skip
COMPANY: Final = (
    "company_name", "company_kind", "company_size", "company_industry", "company_location", "company_role",
)  # fmt: skip


def _prospects() -> Select[Any]:
    kinds = [known_as(kind, prospects.c.id) for kind in ("external", "email", "phone", "telegram")]
    agreed = [_consent("email"), _consent("telegram")]
    return select(prospects, prospects.c.uid.label("prospect"), *kinds, *agreed)


def _prospect_line(row: RowMapping) -> Line:
    company = {name: row["company"].get(name.removeprefix("company_")) for name in COMPANY}
    known = company | {"facts": {}}
    return {name: known[name] if name in known else row[name] for name in EXPORTS["prospects"].columns}


async def _with_facts(tx: Tx, ids: Sequence[int], lines: Sequence[Line]) -> None:
    """Declared attributes by name, as values."""
    found = await prospect_facts.of(tx, ids)
    for prospect_id, line in zip(ids, lines, strict=True):
        line["facts"] = {name: fact_value(row.text, row.number) for name, row in found[prospect_id].items()}


def _answers() -> Select[Any]:
    conversation = conversations.c.uid.label("conversation")
    query = of_prospect(answers, conversation, table=answers)
    return query.join(conversations, conversations.c.id == answers.c.conversation_id)


def _conversations() -> Select[Any]:
    return of_prospect(conversations, conversations.c.uid.label("conversation"), table=conversations)


def _messages() -> Select[Any]:
    query = of_prospect(outbox, conversations.c.uid.label("conversation"), table=outbox)
    return query.join(conversations, conversations.c.id == outbox.c.conversation_id)


def _message_line(row: RowMapping) -> Line:
    message = decode_message(row["message"])
    said = {"text": message.text, "language": message.language, "code": message.code}
    return {name: said[name] if name in said else row[name] for name in EXPORTS["messages"].columns}


def _grants() -> Select[Any]:
    query = of_prospect(grants, conversations.c.uid.label("conversation"), table=grants, optional=True)
    return query.outerjoin(conversations, conversations.c.id == grants.c.conversation_id)


def _purchases() -> Select[Any]:
    offer = grants.c.offer.label("offer")
    query = of_prospect(purchases, conversations.c.uid.label("conversation"), offer, table=purchases, optional=True)
    query = query.outerjoin(conversations, conversations.c.id == purchases.c.conversation_id)
    return query.outerjoin(grants, grants.c.id == purchases.c.grant_id)


LAST_FACT: Final = (
    select(func.max(facts_table.c.recorded_at)).where(facts_table.c.prospect_id == prospects.c.id).scalar_subquery()
)
"""When the last declared attribute of a prospect was heard of."""

LAST_REFUND: Final = (
    select(func.max(refunds.c.recorded_at)).where(refunds.c.order_id == purchases.c.order_id).scalar_subquery()
)
"""When the last refund of a purchase was heard of."""


def _named(kind: str) -> Callable[[RowMapping], Line]:
    return lambda row: {name: row[name] for name in EXPORTS[kind].columns}


EXPORTS: Final[dict[str, Export]] = {
    "prospects": Export(
        (
            "prospect", "external_id", "email", "phone", "telegram", *FACTS, *COMPANY, "consent_email",
            "consent_telegram", "facts", "attributes", "created_at", "updated_at",
        ),
        _prospects,
        _prospect_line,
        prospects.c.id,
        (prospects.c.updated_at, LAST_FACT),
        more=_with_facts,
    ),
    "answers": Export(
        (
            "prospect", "external_id", "campaign", "flow", "flow_version", "conversation", "step", "visit", "value",
            "barriers", "sub_code", "verbatim", "language", "channel", "product", "source", "asked_at", "answered_at",
            "superseded_at",
        ),
        _answers,
        _named("answers"),
        answers.c.id,
        (answers.c.answered_at, answers.c.superseded_at),
        hidden=answers.c.superseded_at.is_not(None),
    ),
    "conversations": Export(
        (
            "prospect", "external_id", "conversation", "campaign", "flow", "flow_version", "status", "outcome",
            "language", "channel", "barrier", "product", "source", "created_at", "updated_at", "first_contact_at",
            "ended_at", "goal_at", "needs_person", "needs_since", "held_by",
        ),
        _conversations,
        _named("conversations"),
        conversations.c.id,
        (conversations.c.updated_at,),
    ),
    "messages": Export(
        (
            "prospect", "external_id", "conversation", "channel", "kind", "text", "language", "code", "state", "reason",
            "created_at", "sent_at", "remote_id",
        ),
        _messages,
        _message_line,
        outbox.c.id,
        (outbox.c.created_at, outbox.c.sent_at),
        hidden=outbox.c.kind == "edit",
    ),
    "grants": Export(
        (
            "prospect", "external_id", "offer", "kind", "code", "value", "currency", "barrier", "granted_at",
            "expires_at", "redeemed_at", "campaign", "conversation",
        ),
        _grants,
        _named("grants"),
        grants.c.id,
        (grants.c.granted_at, grants.c.redeemed_at),
    ),
    "purchases": Export(
        (
            "prospect", "external_id", "order_id", "bought_at", "amount", "currency", "product_id", "code",
            "refunded_at", "refunded", "conversation", "offer", "recorded_at",
        ),
        _purchases,
        _named("purchases"),
        purchases.c.id,
        (purchases.c.recorded_at, purchases.c.refunded_at, LAST_REFUND),
    ),
    **JUDGED,
}  # fmt: skip
