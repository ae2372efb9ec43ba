"""Exports: what a conversation left behind, as CSV and JSON lines, page by page."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert

from bot.data import export
from bot.data.export import KINDS, export_lines
from flows.codec import encode_message
from flows.messages import Message
from storage.database import Database, Tx
from storage.tables import (
    answers,
    conversations,
    grants,
    identities,
    outbox,
    profiles,
    prospects,
    purchases,
    stage_changes,
    walk_ins,
)
from tests.opened import opened

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest_asyncio.fixture
async def database(sampled_database_url: str) -> AsyncIterator[Database]:
    async with opened(sampled_database_url) as database:
        await database.transact(fill)
        yield database


async def fill(tx: Tx) -> None:
    """One prospect who answered, was given a code and bought; and a grant whose owner was erased."""
    person = {"uid": "p" * 22, "created_at": NOW, "updated_at": NOW, "first_name": "=cmd()", "price": 12}
    more = {"tags": ["vip", "new"], "company": {"name": "Kiss Kft"}, "attributes": {"size": "38"}}
    owner = (await tx.execute(insert(prospects).values(**person, **more).returning(prospects.c.id))).scalar_one()
    for kind, value in (("external", "c-1"), ("email", "a@example.com"), ("phone", "+36301234567")):
        await tx.execute(
            insert(identities).values(prospect_id=owner, kind=kind, value=value, created_at=NOW, via="import")
        )
    talk = {"uid": "t" * 22, "prospect_id": owner, "campaign": "barriers", "flow": "barriers", "flow_version": 1}
    rest = {"state": "{}", "status": "ended", "turn": 3, "language": "en", "created_at": NOW, "updated_at": NOW}
    conversation = (
        await tx.execute(
            insert(conversations).values(**talk, **rest, unread=False, ended_at=NOW).returning(conversations.c.id)
        )
    ).scalar_one()
    where = {"prospect_id": owner, "conversation_id": conversation}
    await tx.execute(insert(profiles).values(prospect_id=owner, computed_at=NOW, stage="lead", fit=70, grade="B"))
    change = {"stage": "lead", "at": NOW, "recorded_at": NOW, "because": "answered"}
    await tx.execute(insert(stage_changes).values(prospect_id=owner, **change))
    said = {"barrier": "price", "staff": "mira@shop.example", "at": NOW}
    await tx.execute(insert(walk_ins).values(uid="w" * 22, **said))
    await tx.execute(insert(walk_ins).values(uid="u" * 22, prospect_id=owner, undone_at=NOW, **said))
    await _answers(tx, where)
    await _messages(tx, where)
    given = {"campaign": "barriers", "offer": "discount_10", "kind": "discount", "currency": "EUR", "granted_at": NOW}
    await tx.execute(insert(grants).values(**where, **given, code="A1", value=5, barrier="price"))
    await tx.execute(insert(grants).values(**given, code="A2", value=5))
    order = {"order_id": "o-1", "bought_at": NOW, "recorded_at": NOW, "amount": 20, "currency": "EUR"}
    await tx.execute(insert(purchases).values(**order, **where))


async def _answers(tx: Tx, where: dict[str, Any]) -> None:
    base = {"campaign": "barriers", "flow": "barriers", "flow_version": 1, "step": "why", "language": "en"}
    base |= {"channel": "telegram", "asked_at": NOW, "answered_at": NOW, **where}
    taken_back = {"visit": 1, "barriers": ["fit"], "verbatim": "too small", "superseded_at": NOW}
    await tx.execute(insert(answers).values(**base, **taken_back))
    await tx.execute(
        insert(answers).values(**base, visit=2, barriers=["price", "shipping"], verbatim='too "dear",\r\nreally')
    )


async def _messages(tx: Tx, where: dict[str, Any]) -> None:
    for number, kind in enumerate(("question", "edit", "offer")):
        message = Message("question", "en", ("Hello.", "What held you back?"))
        row = {"lane": "l", "channel": "telegram", "kind": kind, "message": encode_message(message), "proactive": True}
        more = {"dedupe_key": str(number), "state": "sent", "attempts": 1, "not_before": NOW, "fence": 1}
        at = NOW - timedelta(days=number)
        await tx.execute(insert(outbox).values(**row, **more, **where, created_at=at, sent_at=at, remote_id="7"))


async def lines(database: Database, kind: str, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) async for line in export_lines(database, kind, "jsonl", **options)]


async def test_answers_have_the_keys_of_the_contract(database: Database) -> None:
    found = await lines(database, "answers")
    assert len(found) == 1
    wanted = {
        "prospect": "p" * 22, "external_id": "c-1", "campaign": "barriers", "flow": "barriers", "flow_version": 1,
        "conversation": "t" * 22, "step": "why", "barriers": ["price", "shipping"],
        "verbatim": 'too "dear",\r\nreally', "language": "en", "channel": "telegram",
        "asked_at": "2026-11-21T12:00:00Z", "answered_at": "2026-11-21T12:00:00Z",
    }  # fmt: skip
    assert {name: found[0][name] for name in wanted} == wanted
    assert (await lines(database, "answers", every=True))[0]["verbatim"] == "too small"


async def test_messages_are_told_as_text_and_edits_are_left_out(database: Database) -> None:
    found = await lines(database, "messages")
    assert [row["kind"] for row in found] == ["question", "offer"]
    assert found[0]["text"] == "Hello.\n\nWhat held you back?"
    keys = {"prospect", "external_id", "conversation", "channel", "kind", "text", "state", "created_at", "sent_at"}
    assert keys | {"remote_id"} <= set(found[0])


async def test_grants_of_the_erased_stay_in_the_accounts(database: Database) -> None:
    found = await lines(database, "grants")
    assert [(row["prospect"], row["external_id"], row["code"]) for row in found] == [
        ("p" * 22, "c-1", "A1"),
        (None, None, "A2"),
    ]
    assert (found[0]["value"], found[0]["currency"], found[0]["barrier"]) == ("5.00", "EUR", "price")
    assert {"offer", "kind", "granted_at", "expires_at", "redeemed_at"} <= set(found[0])


async def test_prospects_and_purchases_and_conversations(database: Database) -> None:
    person = (await lines(database, "prospects"))[0]
    assert person["tags"] == ["vip", "new"] and person["company_name"] == "Kiss Kft"
    assert person["attributes"] == {"size": "38"} and person["price"] == "12.00" and person["consent_email"] is None
    order = (await lines(database, "purchases"))[0]
    assert (order["order_id"], order["conversation"], order["amount"]) == ("o-1", "t" * 22, "20.00")
    assert (await lines(database, "conversations"))[0]["status"] == "ended"


async def test_how_people_are_judged_and_what_is_said_in_the_shop(database: Database) -> None:
    (judged,), (step,) = await lines(database, "scores"), await lines(database, "stages")
    assert (judged["external_id"], judged["stage"], judged["fit"], judged["grade"]) == ("c-1", "lead", 70, "B")
    assert (step["external_id"], step["because"]) == ("c-1", "answered")
    assert [(one["id"], one["prospect"]) for one in await lines(database, "walk-ins")] == [("w" * 22, None)]
    assert [one["external_id"] for one in await lines(database, "walk-ins", every=True)] == [None, "c-1"]


async def test_csv_disarms_formulas_and_reads_back(database: Database) -> None:
    text = "".join([line async for line in export_lines(database, "prospects", "csv")])
    assert text.endswith("\r\n")
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert row["first_name"] == "'=cmd()" and row["phone"] == "'+36301234567" and row["tags"] == "vip;new"
    assert row["attributes"] == '{"size": "38"}' and row["telegram"] == "" and row["price"] == "12.00"
    answered = "".join([line async for line in export_lines(database, "answers", "csv")])
    rows = list(csv.DictReader(io.StringIO(answered, newline="")))
    assert rows[0]["verbatim"] == 'too "dear",\r\nreally' and rows[0]["barriers"] == "price;shipping"


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_has_its_header_and_its_columns_only(database: Database, kind: str) -> None:
    text = "".join([line async for line in export_lines(database, kind, "csv")])
    header, *rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows and all(len(row) == len(header) for row in rows)
    assert header == [name for name in (await lines(database, kind))[0] if name != "facts"], "nothing is declared here"


async def test_since_leaves_out_what_did_not_change(database: Database) -> None:
    since = NOW - timedelta(hours=1)
    assert len(await lines(database, "messages", since=since)) == 1
    assert await lines(database, "grants", since=NOW + timedelta(seconds=1)) == []


async def test_pages_join_without_a_gap(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PAGE", 1)
    seen: list[int] = []
    found = await lines(database, "messages", progress=seen.append)
    assert [row["kind"] for row in found] == ["question", "offer"] and seen[-1] == 2
