"""The three ledgers of a run, read where each is kept."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, Final

from flows.codec import decode_message
from tests.crash.ledgers import Given, Got, Kept, Ledgers, Said
from tests.crash.world import World

_WHO: Final = """coalesce(
    (SELECT max(value) FROM identities WHERE prospect_id = p.id AND kind = 'external'), p.first_name, 'nobody')"""
FACTS: Final = {
    "answers": f"""SELECT {_WHO} || ' ' || a.step || '=' || a.value
        || CASE WHEN a.superseded_at IS NULL THEN '' ELSE ' (before)' END
        FROM answers a JOIN prospects p ON p.id = a.prospect_id""",
    "offers": f"SELECT {_WHO} || ' ' || g.offer FROM grants g LEFT JOIN prospects p ON p.id = g.prospect_id",
    "talks": f"""SELECT {_WHO} || ' ' || c.status || coalesce(' ' || c.outcome, '') || ' v' || c.flow_version
        FROM conversations c JOIN prospects p ON p.id = c.prospect_id""",
    "agreed": f"""SELECT {_WHO} || ' ' || c.channel || CASE WHEN c.granted THEN ' yes' ELSE ' no' END
        FROM consents c JOIN prospects p ON p.id = c.prospect_id
        WHERE c.id = (SELECT max(id) FROM consents o WHERE o.prospect_id = c.prospect_id AND o.channel = c.channel)""",
    "purchases": "SELECT order_id || CASE WHEN prospect_id IS NULL THEN '' ELSE ' known' END FROM purchases",
    "tasks": f"SELECT {_WHO} || ' ' || t.kind || ' ' || t.state FROM tasks t JOIN prospects p ON p.id = t.prospect_id",
    "timers": "SELECT name FROM timers",
    "campaigns": "SELECT name || ' ' || state FROM campaigns",
    "webhooks": "SELECT event || ' ' || state FROM deliveries",
    "checkouts": "SELECT key || ' ' || state FROM checkouts",
    "edits": """SELECT e.state FROM outbox e JOIN outbox m ON m.id = e.edits
        WHERE e.state <> 'sent' AND m.remote_id IS NOT NULL""",
}
"""What must be so at the end of a run, in words."""

_ANSWERS: Final = "SELECT conversation_id, step, visit FROM answers"
_SAID: Final = """SELECT o.id, o.channel, o.message, o.state, o.remote_id, o.created_at, i.value AS address
    FROM outbox o JOIN identities i ON i.prospect_id = o.prospect_id AND i.kind = o.channel
    WHERE o.kind <> 'edit' AND o.channel <> 'web' ORDER BY o.id"""


async def facts(world: World, *names: str) -> dict[str, list[str]]:
    """These facts, each sorted."""
    return {name: sorted(row[0] for row in await world.rows(FACTS[name])) for name in names}


async def read(world: World, should: Mapping[str, Sequence[str]], *, repeats: bool = False) -> Ledgers:
    """All of them, at the end of a run; `should`: the facts of this scenario."""
    updates = [one for one in (*world.telegram.confirmed, *world.telegram.pending) if _sender(one) not in world.erased]
    erased = {str(one) for one in world.erased}
    mails = [(to, mail.message) for mail in world.box.mails for to in mail.recipients]
    got = [Got("telegram", str(one.chat_id), str(one.message_id), one.text) for one in world.telegram.sent]
    got += [Got("email", to, str(mail["Message-ID"]).strip(), _plain(mail)) for to, mail in mails]
    return Ledgers(
        received={"telegram": [str(one["update_id"]) for one in updates], **_posted(world)},
        kept=_kept(world, await world.rows("SELECT source, payload, state FROM inbox ORDER BY id")),
        answers=[(row.conversation_id, row.step, row.visit) for row in await world.rows(_ANSWERS)],
        given=[
            Given(str(row.prospect_id or f"gone {row.id}"), row.offer, row.code)
            for row in await world.rows("SELECT id, prospect_id, offer, code FROM grants")
        ],
        codes_used=await world.value("SELECT count(*) FROM codes WHERE used_at IS NOT NULL"),
        said=[_said(row) for row in await world.rows(_SAID)],
        got=[one for one in got if one.to not in erased and not one.to.startswith("gone")],
        death=world.death,
        ends=world.ends,
        waited_in_vain=world.waited_in_vain,
        repeats=repeats,
        facts=await facts(world, *should),
        should=should,
    )


def _posted(world: World) -> dict[str, list[str]]:
    """What was posted over HTTP: the wire has no numbers there, so the rows of a source are counted on."""
    return {source: [str(number) for number in range(times)] for source, times in world.posted.items()}


def _kept(world: World, rows: Sequence[Any]) -> list[Kept]:
    seen: Counter[str] = Counter()
    kept = []
    for row in rows:
        if row.source == "telegram":
            kept.append(Kept(row.source, str(json.loads(row.payload)["update_id"]), row.state))
        elif row.source in world.posted:
            kept.append(Kept(row.source, str(seen[row.source]), row.state))
            seen[row.source] += 1
    return kept


def _sender(update: dict[str, Any]) -> int:
    found: Any = next(value for name, value in update.items() if name != "update_id")
    return int(found["from"]["id"])


def _said(row: Any) -> Said:
    # The first one may greet by name, which is put in when it is sent.
    words = decode_message(row.message).paragraphs[-1]
    return Said(row.id, row.channel, row.address, words, row.state, row.remote_id, _utc(row.created_at))


def _utc(moment: str | datetime) -> datetime:
    """A moment as SQLite keeps it, or as PostgreSQL gives it."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC) if isinstance(moment, str) else moment


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return part.get_content() if part is not None else ""
