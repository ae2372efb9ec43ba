"""What holds people back over a million answers: read from the sums that turns keep, and what keeping them costs."""

import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import flows
from flows.answers import Answer
from flows.definition.flow import Flow
from flows.effects import Record
from flows.turn import Turn
from storage import answer_counts, conversations, prospects, recounting, saving, turns
from storage.conversations import Opening
from storage.database import Database, Tx, ensure_schema
from storage.reads import barriers
from storage.reads.barriers import Asked
from storage.reads.common import Window
from tests.bench.engine import shipped

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
TONIGHT = NOW.replace(hour=0) + timedelta(days=1)
YEAR = Window(TONIGHT - timedelta(days=365), TONIGHT)
"""Whole days, as the page asks for them."""

PEOPLE = """
INSERT INTO prospects (uid, created_at, updated_at, source, medium, product_name, tags, company, attributes)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count),
  known AS (SELECT i, strftime('%Y-%m-%d %H:%M:%f', :since + i * :step, 'unixepoch') || '000' AS at FROM n)
SELECT 'p' || i, at, at, 'source ' || (i % 7), 'medium ' || (i % 3), 'product ' || (i * 7 % 20), '[]', '{}', '{}'
FROM known
"""
TALKS = """
INSERT INTO conversations (uid, prospect_id, campaign, flow, flow_version, state, status, turn, language, product,
  source, barrier, created_at, updated_at, first_contact_at, ended_at, unread)
SELECT 'c' || id, id, 'barriers', 'barriers', 1, '', 'ended', 3, 'en', product_name,
  source, CASE WHEN id % 3 THEN 'price' END, created_at, created_at, created_at, created_at, 0 FROM prospects
"""
ANSWERS = """
INSERT INTO answers (prospect_id, conversation_id, campaign, flow, flow_version, step, visit, barriers, verbatim,
  language, channel, product, source, asked_at, answered_at)
SELECT prospect_id, id, 'barriers', 'barriers', 1, 'barrier', 1,
  json_array(json_extract('["price","shipping","reviews","trust","fit","timing"]', '$[' || (id * 11 % 6) || ']')),
  'words', substr('enesfrjaarhucs', 1 + id % 7 * 2, 2),
  json_extract('["web","email","telegram"]', '$[' || (id % 3) || ']'), product, source, created_at, created_at
FROM conversations
"""
COVER = """
CREATE TABLE bench_cover AS
  SELECT answered_at, json_extract(barriers, '$[0]') AS barrier FROM answers WHERE superseded_at IS NULL;
CREATE INDEX bench_covering ON bench_cover (barrier, answered_at);
"""
"""What a covering index at its best would have: nothing but the barrier and the moment."""
GROUPED = "SELECT barrier, count(*) FROM bench_cover WHERE answered_at >= ? AND answered_at < ? GROUP BY barrier"


async def built(folder: Path, count: int) -> Path:
    """A database with so many people, each with a conversation and an answer, spread over a year."""
    file = folder / "sums.db"
    await ensure_schema(f"sqlite:///{file}")
    since = (NOW - timedelta(days=365)).timestamp()
    connection = sqlite3.connect(file)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
    connection.execute(PEOPLE, {"count": count, "since": since, "step": 364 * 86400 / count})
    connection.execute(TALKS)
    connection.execute(ANSWERS)
    connection.commit()
    connection.executescript(COVER)
    connection.close()
    database = Database(f"sqlite:///{file}")
    await database.transact(lambda tx: recounting.write_afresh(tx, recounting.BARRIERS))
    await database.close()
    return file


async def spent(work: Callable[[], Awaitable[object]], times: int = 5) -> float:
    """Seconds that the work takes, the median."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return median(taken)


async def reading(file: Path) -> tuple[float, float]:
    """Times a second that the bars of a year are counted: from the sums, and by a covering index."""
    database = Database(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    ends = [at.strftime("%Y-%m-%d %H:%M:%S.%f") for at in (YEAR.since, YEAR.until)]
    try:
        ours = await spent(lambda: barriers.looked_up(database, Asked(YEAR)))

        async def grouped() -> object:
            return connection.execute(GROUPED, ends).fetchall()

        return 1 / ours, 1 / await spent(grouped, 3)
    finally:
        connection.close()
        await database.close()


async def keeping(file: Path, group: int) -> float:
    """The share that keeping the sums has in writing a group of turns that each record an answer."""
    database = Database(f"sqlite:///{file}")
    flow = shipped()
    noted = 0.0

    async def work(tx: Tx) -> None:
        nonlocal noted
        taken = [await _turn(tx, flow, number) for number in range(group)]
        started = time.perf_counter()
        await saving.save(tx, taken, NOW)
        whole.append(time.perf_counter() - started)
        started = time.perf_counter()
        await answer_counts.add(tx, answer_counts.changes(taken))
        noted = time.perf_counter() - started

    whole: list[float] = []
    try:
        await database.transact(work)
        return noted / whole[0]
    finally:
        await database.close()


async def _turn(tx: Tx, flow: Flow, number: int) -> turns.Taken:
    """Somebody new who answers."""
    person = await prospects.create(tx, NOW)
    state = flows.begin(flow, language="en", seed=1)
    talk = await conversations.open_new(tx, Opening(person, "barriers", state), NOW)
    answer = Answer("barrier", 1, "price", ("price",), "words", "en", "web", NOW, NOW)
    loaded = turns.Loaded(
        talk, person, "barriers", "running", state, None, f"product {number % 20}", f"source {number % 7}",  # type: ignore[arg-type]  # nothing here looks at the scene
    )  # fmt: skip
    turn = Turn(replace(state, answers=(answer,), turn=1), (Record(answer),), "bench")
    return turns.Taken(loaded, flow, turn, "Tapped", "web")
