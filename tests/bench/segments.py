"""How long it takes to count a segment over a million prospects: `python -m tests.bench.segments [N] [sqlite]`.

The people are made by the database itself (no import could make a million in the time of a coffee). Goal (SPEED.md):
under two seconds on SQLite, under one on PostgreSQL.
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from flows.audience.conditions import parse_condition
from flows.audience.fields import declared_field
from storage import segments
from storage.database import Database, upgrade
from tests.edge.databases import sqlite_url_of
from tests.edge.postgres import Postgres

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AT = "'2026-02-20 10:00:00.000000'"
LATER = "'2026-03-01 10:00:00.000000'"
SOON = "'2026-03-09 10:00:00.000000'"
DECLARED = {"pets": declared_field("pets", "number")}

SEGMENTS = {
    "everybody": {},
    "big carts": {"cart_value": {"at_least": 200}},
    "two countries, big carts": {"country": ["HU", "CZ"], "cart_value": {"at_least": 200}},
    "companies": {"learning_segment": "b2b"},
    "hot leads": {"qualification": "hot", "grade": ["A", "B"], "engagement": {"at_least": 30}},
    "not customers": {"not": {"stage": "customer"}},
    "blocked by the price": {"latest_barrier": "price", "bought": "never"},
    "named a barrier": {"barrier": ["price", "shipping"]},
    "returning": {"bought": {"at_least": 2, "within": "365d"}},
    "spent much": {"bought": {"total_at_least": 200}},
    "looked often lately": {"did": {"event": "viewed", "at_least": 2, "within": "7d"}},
    "no event": {"did": {"event": "viewed", "exactly": 0}},
    "tagged": {"tag": "vip"},
    "can be reached": {"reach": ["telegram", "email"]},
    "engaged": {"engagement_level": [1, 2]},
    "free attribute": {"attribute.shoe": "42"},
    "declared attribute": {"pets": {"at_least": 3}},
    "any of three": {"any": [{"stage": "qualified"}, {"tag": "vip"}, {"answered": {"barrier": "fit"}}]},
}


def statements(people: int, series: str) -> list[str]:
    """What makes so many people and what they did. `series` is a query with a column n, from 1 on."""
    return [
        f"""INSERT INTO prospects (id, uid, created_at, updated_at, language, country, city, source, first_name,
              last_name, cart_value, currency, product_id, product_name, tags, company, attributes, provenance,
              awaiting)
            SELECT n, 'prospect-' || n, {AT}, {AT}, 'en', CASE n % 5 WHEN 0 THEN 'HU' WHEN 1 THEN 'CZ' ELSE 'FR' END,
              'City ' || (n % 997), 'source ' || (n % 7), 'Ann', 'Somebody ' || n, (n % 3000) * 100, 'EUR',
              'p' || (n % 50), 'Product ' || (n % 50), CASE n % 20 WHEN 0 THEN '["vip"]' ELSE '[]' END {{json}},
              '{{{{}}}}' {{json}},
              CASE n % 4 WHEN 0 THEN '{{{{"shoe": "42"}}}}' ELSE '{{{{}}}}' END {{json}}, '{{{{}}}}' {{json}}, {{no}}
            FROM ({series}) s""",
        f"""INSERT INTO profiles (prospect_id, computed_at, fit, grade, engagement, engaged_at, engagement_log,
              level_2_until, stage, qualification, learning_segment, barrier)
            SELECT n, {AT}, n % 100, CASE n % 4 WHEN 0 THEN 'A' WHEN 1 THEN 'B' ELSE 'D' END, 40, {AT}, 1460 + n % 8,
              CASE n % 5 WHEN 0 THEN {SOON} END,
              CASE n % 10 WHEN 0 THEN 'customer' WHEN 1 THEN 'qualified' ELSE 'lead' END,
              CASE n % 50 WHEN 0 THEN 'hot' ELSE 'nurture' END, CASE n % 9 WHEN 0 THEN 'b2b' ELSE 'new_other' END, NULL
            FROM ({series}) s""",
        f"""INSERT INTO conversations (id, uid, prospect_id, campaign, flow, flow_version, state, status, turn,
              language, created_at, updated_at, unread)
            SELECT n, 'conversation-' || n, n * 4, 'barriers', 'barriers', 1, '{{{{}}}}', 'ended', 1, 'en', {AT}, {AT},
              {{no}}
            FROM ({series}) s WHERE n <= {people // 4}""",
        f"""INSERT INTO answers (prospect_id, conversation_id, campaign, flow, flow_version, step, visit, value,
              barriers, verbatim, language, channel, asked_at, answered_at)
            SELECT n * 4, n, 'barriers', 'barriers', 1, 'why', 0, 'price',
              CASE n % 3 WHEN 0 THEN '["price"]' WHEN 1 THEN '["shipping"]' ELSE '["fit"]' END {{json}}, 'x', 'en',
              'web', {AT}, {LATER} FROM ({series}) s WHERE n <= {people // 4}""",
        f"""INSERT INTO identities (prospect_id, kind, value, created_at, via)
            SELECT n, 'email', n || '@example.com', {AT}, 'import' FROM ({series}) s WHERE n <= {people // 2}""",
        f"""INSERT INTO consents (prospect_id, channel, purpose, granted, at, way)
            SELECT n * 2, 'email', 'follow_up', {{yes}}, {AT}, 'import' FROM ({series}) s
            WHERE n <= {people // 2}""",
        f"""INSERT INTO walk_ins (uid, prospect_id, barrier, staff, at)
            SELECT 'walk-in-' || n, n * 100, 'price', 'anna', {AT} FROM ({series}) s WHERE n <= {people // 100}""",
        f"""INSERT INTO shop_events (prospect_id, kind, at, data) SELECT 1 + (n * 7) % {people // 3},
              CASE n % 2 WHEN 0 THEN 'viewed' ELSE 'cart_abandoned' END, {LATER}, '{{{{}}}}' {{json}}
            FROM ({series}) s""",
        f"""INSERT INTO purchases (prospect_id, order_id, bought_at, recorded_at, amount, currency)
            SELECT 1 + n % {people // 10}, 'order-' || n, {AT}, {AT}, 120000, 'EUR' FROM ({series}) s
            WHERE n <= {people // 5}""",
        f"""INSERT INTO prospect_facts (prospect_id, name, text, number, source, at, recorded_at)
            SELECT n, 'pets', '' || (n % 5), n % 5, 'csv', {AT}, {AT} FROM ({series}) s WHERE n <= {people // 3}""",
        "INSERT INTO facts (name, value) VALUES ('currency', 'EUR')",
    ]  # fmt: skip


async def fill(database: Database, people: int) -> None:
    """Make the people and let the database look at what it has."""
    if database.is_sqlite:
        series = f"WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {people}) SELECT n FROM k"
        words = {"json": "", "no": "0", "yes": "1"}
    else:
        series, words = f"SELECT generate_series(1, {people}) AS n", {"json": "::jsonb", "no": "false", "yes": "true"}
    for statement in statements(people, series):
        written = statement.format(**words)
        if not database.is_sqlite:
            for moment in (AT, LATER, SOON):
                written = written.replace(moment, f"{moment}::timestamptz")
        await database.transact(lambda tx, sql=written: _unhurried(tx, sql))  # type: ignore[misc]
    if database.is_sqlite:
        await database.transact(lambda tx: tx.execute(text("ANALYZE")))
    else:
        await _tidied(database.url)


async def _tidied(url: URL) -> None:
    """What PostgreSQL does by itself within minutes, where it is not switched off as on a server of tests."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.exec_driver_sql("VACUUM ANALYZE")
    await engine.dispose()


async def _unhurried(tx, sql: str) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - a transaction
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SET LOCAL statement_timeout = 0"))
        await (await tx.get_raw_connection()).driver_connection.execute(sql, timeout=900)
    else:
        await tx.exec_driver_sql(sql)


async def measure(url: str, people: int) -> dict[str, tuple[int, float]]:
    """Segment -> (members, the quicker of two counts in milliseconds)."""
    database = Database(url)
    try:
        await fill(database, people)
        found: dict[str, tuple[int, float]] = {}
        for name, document in SEGMENTS.items():
            condition = parse_condition(document, name, DECLARED)
            took, number = [], 0
            for _ in range(2):
                started = time.perf_counter()
                async with database.read() as tx:
                    number = await segments.count(tx, condition, NOW)
                took.append((time.perf_counter() - started) * 1000)
            found[name] = (number, min(took))
            print(f"  {name:28}{number:10,}{min(took):10,.0f} ms", flush=True)
        return found
    finally:
        await database.close()


def roomy() -> Postgres:
    """The server that is given; else our own with the memory that its manual advises for so many people.

    (PostgreSQL manual, 20.4.1: a quarter of the machine's memory. The tests' own server has next to none, so that it
    reads each page from the system anew.)
    """
    server = Postgres.given_or_own("bench")
    if server.is_own:
        server.execute("ALTER SYSTEM SET shared_buffers = '512MB'")
        server.crash()  # it starts again by itself, as it is set now
    return server


def main(arguments: list[str]) -> None:
    """Measure on both databases, or on the one that is named."""
    people = next((int(one) for one in arguments if one.isdigit()), 1_000_000)
    if "postgresql" not in arguments:
        with tempfile.TemporaryDirectory(prefix="holdback-bench-") as folder:
            url = sqlite_url_of(Path(folder) / "bench.sqlite3")
            asyncio.run(upgrade(url))
            print(f"SQLite, {people:,} prospects")
            asyncio.run(measure(url, people))
    if "sqlite" not in arguments:
        server = roomy()
        url = server.create_migrated(upgrade)
        print(f"PostgreSQL, {people:,} prospects")
        try:
            asyncio.run(measure(url, people))
        finally:
            server.drop(url)
            server.close()


if __name__ == "__main__":
    main(sys.argv[1:])
