"""Migrations make exactly the tables, can be killed half way and run again, and the connections are set as promised."""

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, insert, select
from sqlalchemy.exc import IntegrityError

from storage import inbox, step_counts, unsure
from storage.database import Database, Tx, ensure_schema, upgrade
from storage.errors import DatabaseUrlInvalid, SchemaOutdated
from storage.recounting import BARRIERS, STEPS, write_afresh
from storage.schema import newest_version
from storage.tables import answer_counts, conversations, metadata
from storage.upgrading import config
from tests.storage.world import NOW, open_conversations, shipped_flow

ROOT = Path(__file__).parents[2]

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "journal_size_limit": 64 * 1024 * 1024,
    "busy_timeout": 5000,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "cache_size": -16384,
}
"""DELIVERY: what the writing connection must have, read back."""


async def test_migrations_make_exactly_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with database.read() as tx:
        assert await tx.run_sync(differences) == []
    await database.check()


def test_the_newest_version_is_known_without_alembic() -> None:
    assert newest_version() == ScriptDirectory.from_config(config()).get_current_head()


async def test_a_fresh_database_gets_its_tables_and_a_second_time_changes_nothing(empty_database_url: str) -> None:
    await ensure_schema(empty_database_url)
    await ensure_schema(empty_database_url)
    await upgrade(empty_database_url)
    database = Database(empty_database_url)
    await database.check()
    await database.close()


async def test_a_database_of_another_version_is_refused_with_the_cure(database: Database) -> None:
    await database.transact(lambda tx: tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaOutdated, match="holdback db upgrade"):
        await database.check()
    with pytest.raises(SchemaOutdated):
        await ensure_schema(database.url.render_as_string(hide_password=False))


KILLED_HALF_WAY = """
import asyncio, os, signal, sys
from alembic.operations import Operations
from storage.database import upgrade
left = int(sys.argv[2])
create = Operations.create_table
def counting(*args, **more):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return create(*args, **more)
Operations.create_table = counting
import alembic.op
alembic.op.create_table = lambda *args, **more: alembic.op._proxy.create_table(*args, **more)
asyncio.run(upgrade(sys.argv[1]))
"""


async def test_an_upgrade_that_was_killed_half_way_runs_again(empty_database_url: str) -> None:
    arguments = [sys.executable, "-c", KILLED_HALF_WAY, empty_database_url, "9"]
    ended = await asyncio.to_thread(subprocess.run, arguments, capture_output=True, check=False, cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    await ensure_schema(empty_database_url)
    database = Database(empty_database_url)
    await database.check()
    await database.close()


async def test_answers_from_before_are_counted_as_new_ones_are(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    async def before(tx: Tx) -> None:
        await tx.run_sync(lambda connection: command.upgrade(config(connection), "0001"))
        await tx.exec_driver_sql(PERSON)
        for talk in (1, 2):
            await tx.exec_driver_sql(TALK.format(id=talk))
        # The first names price on two days and shipping on one, and took something back; the second says nothing.
        for visit, (named, day, superseded) in enumerate(SAID):
            await tx.exec_driver_sql(ANSWER.format(visit=visit, named=named, day=day, superseded=superseded))
        await tx.exec_driver_sql(IN_HAND)

    await database.transact(before)
    await upgrade(empty_database_url)

    async def recounted(tx: Tx) -> None:
        query = select(answer_counts).order_by(*answer_counts.primary_key)
        found = (await tx.execute(query)).all()
        await write_afresh(tx, BARRIERS)
        assert found == (await tx.execute(query)).all() and {row.former for row in found} == {"", "2026-03-01"}
        counted = await step_counts.answered(tx, ["barriers"])
        assert counted == {("barriers", "barriers", "why"): 1, ("barriers", "", ""): 1}
        await write_afresh(tx, STEPS)
        assert counted == await step_counts.answered(tx, ["barriers"])
        # Who had a row in hand then is nobody that is known: it is handed out when its lease is over.
        assert await inbox.claim(tx, datetime(2026, 3, 1, 9, tzinfo=UTC), 9) == []
        (taken,) = await inbox.claim(tx, datetime(2026, 3, 1, 10, tzinfo=UTC), 9)
        assert (taken.payload, taken.attempts, taken.worker) == ("said", 2, None)

    await database.transact(recounted)
    await database.close()


async def test_what_waits_from_before_goes_by_the_rank_that_it_would_have_now(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    async def before(tx: Tx) -> None:
        await tx.run_sync(lambda connection: command.upgrade(config(connection), "0004"))
        await tx.exec_driver_sql(PERSON)
        for talk in (1, 2):
            await tx.exec_driver_sql(TALK.format(id=talk))
        for number, (talk, state, proactive) in enumerate(WAITED):
            await tx.exec_driver_sql(MESSAGE.format(number=number, talk=talk, state=state, proactive=proactive))

    await database.transact(before)
    await upgrade(empty_database_url)
    async with database.read() as tx:
        ranks = (await tx.exec_driver_sql("SELECT rank FROM outbox ORDER BY id")).scalars().all()
    assert list(ranks) == [0, 1, 0, 2]
    await database.close()


async def test_nothing_of_unknown_fate_from_before_is_sent_again_by_itself(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    async def before(tx: Tx) -> None:
        await tx.run_sync(lambda connection: command.upgrade(config(connection), "0005"))
        await tx.exec_driver_sql(PERSON)
        await tx.exec_driver_sql(TALK.format(id=1))
        await tx.exec_driver_sql(MESSAGE.format(number=1, talk=1, state="unknown", proactive="true"))

    await database.transact(before)
    await upgrade(empty_database_url)
    at = datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert await database.transact(lambda tx: unsure.send_once_more(tx, at)) == 0
    async with database.read() as tx:
        assert (await tx.exec_driver_sql("SELECT state FROM outbox")).scalars().all() == ["unknown"]
    await database.close()


AT = "'2026-03-01 10:00:00.000000'"
PERSON = f"""INSERT INTO prospects (id, uid, created_at, updated_at, awaiting, tags, company, attributes)
VALUES (1, 'p', {AT}, {AT}, false, '[]', '{{}}', '{{}}')"""
TALK = f"""INSERT INTO conversations (id, uid, prospect_id, campaign, flow, flow_version, state, status, turn, language,
  created_at, updated_at, ended_at, unread)
VALUES ({{id}}, 'c{{id}}', 1, 'barriers', 'barriers', 1, '', 'ended', 3, 'en', {AT}, {AT}, {AT}, false)"""
ANSWER = f"""INSERT INTO answers (prospect_id, conversation_id, campaign, flow, flow_version, step, visit, barriers,
  sub_code, verbatim, language, channel, product, asked_at, answered_at, superseded_at)
VALUES (1, 1, 'barriers', 'barriers', 1, 'why', {{visit}}, '{{named}}', 'size', 'x', 'en', 'web', 'lamp', {AT},
  '{{day}} 11:00:00.000000', {{superseded}})"""
IN_HAND = f"""INSERT INTO inbox (source, natural_key, lane, payload, state, attempts, received_at, lease_until)
VALUES ('page', 'k', 'l', 'said', 'new', 1, {AT}, {AT})"""
MESSAGE = f"""INSERT INTO outbox (prospect_id, conversation_id, lane, channel, kind, message, proactive, dedupe_key,
  state, attempts, not_before, fence, created_at)
VALUES (1, {{talk}}, 'prospect:1', 'email', 'question', '', {{proactive}}, 'k{{number}}', '{{state}}', 0, {AT}, 0,
  {AT})"""
WAITED = ((1, "sent", "true"), (1, "ready", "true"), (1, "ready", "false"), (2, "leased", "true"))
SAID = (
    ('["price"]', "2026-03-01", "NULL"),
    ('["price"]', "2026-03-01", "NULL"),
    ('["price", "fit"]', "2026-03-03", "NULL"),
    ('["shipping"]', "2026-03-03", "NULL"),
    ('["trust"]', "2026-03-04", AT),
    ("[]", "2026-03-05", "NULL"),
)


async def test_the_pragmas_are_as_promised(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert {name: await database.pragma(name) for name in PRAGMAS} == PRAGMAS
    async with database.read() as tx:
        assert (await tx.exec_driver_sql("PRAGMA query_only")).scalar_one() == 1
        assert (await tx.exec_driver_sql("PRAGMA wal_autocheckpoint")).scalar_one() == 0
    await database.close()


@pytest.mark.postgres
async def test_postgresql_is_set_as_promised(postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.read() as tx:
        shown = {
            name: (await tx.exec_driver_sql(f"SHOW {name}")).scalar_one()
            for name in ("synchronous_commit", "lock_timeout", "statement_timeout", "transaction_isolation")
        }
    await database.close()
    assert shown == {
        "synchronous_commit": "on",
        "lock_timeout": "5s",
        "statement_timeout": "15s",
        "transaction_isolation": "read committed",
    }


@pytest.mark.postgres
async def test_changing_the_schema_of_postgresql_may_take_as_long_as_it_takes(empty_postgres_url: str) -> None:
    seen: set[tuple[str, str]] = set()

    def look(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE prospects" in statement:
            for name in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
                seen.add((name, connection.exec_driver_sql(f"SHOW {name}").scalar_one()))

    event.listen(Engine, "before_cursor_execute", look)
    await upgrade(empty_postgres_url)
    event.remove(Engine, "before_cursor_execute", look)
    limits = {("statement_timeout", "0"), ("idle_in_transaction_session_timeout", "0"), ("lock_timeout", "5s")}
    assert seen == limits


SETTINGS = "SELECT relname, reloptions FROM pg_class WHERE relkind = 'r' AND reloptions IS NOT NULL"


@pytest.mark.postgres
async def test_queues_are_set_as_their_tables_say_however_old_the_database_is(empty_postgres_url: str) -> None:
    database = Database(empty_postgres_url)
    await database.transact(lambda tx: tx.run_sync(lambda connection: command.upgrade(config(connection), "0007")))
    await upgrade(empty_postgres_url)
    wanted = {table.name: table.dialect_options["postgresql"]["with"] for table in metadata.sorted_tables}
    async with database.read() as tx:
        found = {row.relname: row.reloptions for row in await tx.exec_driver_sql(SETTINGS)}
    assert found == {name: [f"{key}={value}" for key, value in set_.items()] for name, set_ in wanted.items() if set_}
    assert set(found) == {"inbox", "outbox", "timers", "deliveries"}
    await database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", ""])
def test_a_database_that_cannot_be_used_is_refused_with_the_cure(url: str) -> None:
    with pytest.raises(DatabaseUrlInvalid, match="HOLDBACK_DATABASE_URL"):
        Database(url)


async def test_a_prospect_has_one_live_conversation(database: Database) -> None:
    ((prospect_id, _),) = await open_conversations(database, 1, shipped_flow())
    second = {
        "uid": "u" * 22, "prospect_id": prospect_id, "campaign": "barriers", "flow": "barriers", "flow_version": 1,
        "state": "{}", "status": "waiting", "turn": 0, "language": "en", "created_at": NOW, "updated_at": NOW,
        "unread": False,
    }  # fmt: skip
    with pytest.raises(IntegrityError):
        await database.transact(lambda tx: tx.execute(insert(conversations).values(**second)))
    over = {**second, "ended_at": NOW}
    await database.transact(lambda tx: tx.execute(insert(conversations).values(**over)))
