"""A shop in its second year, made by the database itself: half as many people as answers, all that they did and said.

No import could make a million answers in the time of a coffee. Everything is spread evenly over the year before NOW.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import text

from storage import journeys, recounting
from storage.database import Database, Tx

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
FIRST = "2025-03-13 00:00:00"
SECONDS = 364 * 86400

BARRIERS = ("price", "shipping", "reviews", "trust", "fit", "timing", "other", "quality")
OFFERS = ("discount_10", "free_shipping", "guarantee")
LANGUAGES = ("en", "es", "fr", "ja", "ar", "hu", "cs")
CHANNELS = ("web", "email", "telegram")
STEPS = ("barrier", "price", "solved", "contact")
"""The questions of a conversation, in the order in which they were asked."""


class Words:
    """How one database writes moments, JSON and the like."""

    def __init__(self, *, sqlite: bool, answers: int) -> None:
        """So many answers: half as many people, a quarter as many conversations with four answers each."""
        self._sqlite, self.answers = sqlite, answers
        self.people, self.talks = answers // 2, answers // 4
        self.no, self.json = ("0", "") if sqlite else ("false", "::jsonb")

    def series(self, count: int) -> str:
        """A query with a column n, from 1 on."""
        if self._sqlite:
            return (
                f"(WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {count}) SELECT n FROM k)"
            )
        return f"(SELECT generate_series(1::bigint, {count}) AS n)"

    def at(self, seconds: str) -> str:
        """The moment so many whole seconds after the first."""
        if self._sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S', '{FIRST}', '+' || ({seconds}) || ' seconds') || '.000000'"
        return f"(timestamptz '{FIRST}+00' + ({seconds}) * interval '1 second')"

    def came(self, number: str, later: str = "0") -> str:
        """The moment `later` seconds after the person with this number came."""
        return self.at(f"({number}) * {SECONDS // 60} / {self.people} * 60 + ({later})")

    @staticmethod
    def one_of(values: tuple[str, ...], number: str) -> str:
        """The text at this place, round and round."""
        arms = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
        return f"CASE ({number}) % {len(values)} {arms} END"


def _people(w: Words) -> list[str]:
    n, at = w.people, w.came("n")
    stages = (("informed", 1, 0), ("lead", 2, 7200), ("qualified", 5, 90000), ("customer", 10, 260000))
    return [
        f"""INSERT INTO prospects (id, uid, created_at, updated_at, language, country, city, source, medium, campaign,
              first_name, last_name, cart_value, currency, product_id, product_name, tags, company, attributes,
              provenance, awaiting)
            SELECT n, 'prospect-' || n, {at}, {at}, {w.one_of(LANGUAGES, "n")}, 'FR', 'City ' || (n % 997),
              'source ' || (n * 7 % 11), 'medium ' || (n % 3), 'push ' || (n % 5), 'Ann', 'Somebody ' || n,
              (n % 300) * 1000, 'EUR', 'p' || (n % 40), 'Product ' || (n % 40), '[]'{w.json}, '{{}}'{w.json},
              '{{}}'{w.json}, '{{}}'{w.json}, {w.no} FROM {w.series(n)} s""",
        f"""INSERT INTO identities (prospect_id, kind, value, created_at, via)
            SELECT n, 'external', 'C-' || n, {at}, 'import' FROM {w.series(n)} s""",
        f"""INSERT INTO profiles (prospect_id, computed_at, kind, fit, grade, engagement, engaged_at, engagement_log,
              stage, qualification, learning_segment, barrier)
            SELECT n, {at}, 'person', n % 100, {w.one_of(("A", "B", "C", "D"), "n")}, 40, {at}, 1460 + n % 8,
              CASE WHEN n % 10 = 0 THEN 'customer' WHEN n % 5 = 0 THEN 'qualified' WHEN n % 2 = 0 THEN 'lead'
              ELSE 'informed' END, {w.one_of(("hot", "later", "nurture", "blocked"), "n")},
              {w.one_of(("b2b", "returning", "new_big_cart", "new_other"), "n")}, NULL FROM {w.series(n)} s""",
        f"""INSERT INTO profile_reasons (prospect_id, reasons)
            SELECT n, '{{"fit": ["ships to FR: +30", "language fr: +10"]}}'{w.json} FROM {w.series(n)} s""",
        f"""INSERT INTO shop_events (prospect_id, kind, at, data) SELECT n, 'cart_abandoned', {at}, '{{}}'{w.json}
            FROM {w.series(n)} s""",
        *(
            f"""INSERT INTO stage_changes (prospect_id, stage, at, recorded_at, because, segment, source, product)
            SELECT n * {each}, '{stage}', {w.came(f"n * {each}", str(later))}, {w.came(f"n * {each}", str(later))},
              'told', {w.one_of(("b2b", "returning", "new_big_cart", "new_other"), f"n * {each}")},
              'source ' || (n * {each} * 7 % 11), 'Product ' || (n * {each} % 40) FROM {w.series(n // each)} s"""
            for stage, each, later in stages
        ),
        f"""INSERT INTO purchases (prospect_id, order_id, bought_at, recorded_at, amount, currency, conversation_id)
            SELECT n * 5, 'order-' || n, {w.came("n * 5", "260000")}, {w.came("n * 5", "260000")}, 120000 + n % 90000,
              'EUR', NULL FROM {w.series(n // 5)} s""",
    ]  # fmt: skip


def _talks(w: Words) -> list[str]:
    n, who = w.talks, "n * 2"
    begun = w.came(who, "3600")
    arm = "CASE WHEN n % 10 = 0 THEN 'never' WHEN n % 10 < 3 THEN 'control' ELSE 'offer' END"
    barrier = w.one_of(BARRIERS, "n")
    return [
        f"""INSERT INTO conversations (id, uid, prospect_id, campaign, flow, flow_version, state, status, outcome, turn,
              language, channel, barrier, product, source, created_at, updated_at, first_contact_at, ended_at, unread,
              arm, segment, lot, goal_at)
            SELECT n, 'conversation-' || n, {who}, 'barriers', 'barriers', 1, '', 'ended',
              CASE n % 3 WHEN 0 THEN 'helped' WHEN 1 THEN 'not_helped' ELSE 'silent' END, 5,
              {w.one_of(LANGUAGES, "n")}, {w.one_of(CHANNELS, "n")}, CASE WHEN n % 10 = 0 THEN NULL ELSE {barrier} END,
              'Product ' || (n * 2 % 40), 'source ' || (n * 14 % 11), {begun}, {w.came(who, "90000")},
              CASE WHEN n % 10 = 0 THEN NULL ELSE {begun} END, {w.came(who, "90000")}, {w.no}, {arm},
              {w.one_of(("b2b", "returning", "new_big_cart", "new_other"), "n")}, '10/20',
              CASE WHEN n % 7 = 0 THEN {w.came(who, "90000")} END FROM {w.series(n)} s""",
        *(
            f"""INSERT INTO answers (prospect_id, conversation_id, campaign, flow, flow_version, step, visit, value,
              barriers, verbatim, language, channel, product, source, asked_at, answered_at)
            SELECT prospect_id, id, campaign, flow, 1, {_step(step)}, {visit}, {_value(step)}, {_named(w, step)},
              'words ' || id, language, channel, product, source, {w.came("prospect_id", str(3600 * visit))},
              {w.came("prospect_id", str(3600 * visit + 300))} FROM conversations WHERE arm <> 'never'"""
            for visit, step in enumerate(STEPS, start=1)
        ),
        *(
            f"""INSERT INTO journal (prospect_id, conversation_id, turn, at, event, channel, said, note, data)
            SELECT prospect_id, id, {visit}, {w.came("prospect_id", str(3600 * visit + 300))}, 'Tapped', channel,
              'words ' || id, '', '{{}}'{w.json} FROM conversations WHERE arm <> 'never'"""
            for visit, _ in enumerate(STEPS, start=1)
        ),
        *(
            f"""INSERT INTO outbox (prospect_id, conversation_id, lane, channel, kind, message, visit, proactive,
              dedupe_key, state, attempts, not_before, fence, created_at, sent_at)
            SELECT prospect_id, id, 'prospect:' || prospect_id, channel, 'question',
              '{{"kind": "question", "language": "en", "lines": ["Which?"], "prompt": {{"step": "{step}"}}}}',
              {visit}, {w.no}, id || '-{visit}', CASE WHEN id % 5000 = 0 THEN 'failed' ELSE 'sent' END, 1, created_at,
              0, created_at, {w.came("prospect_id", str(3600 * visit))} FROM conversations WHERE arm <> 'never'"""
            for visit, step in enumerate(STEPS, start=1)
        ),
    ]  # fmt: skip


def _step(step: str) -> str:
    """Who says "something else" is asked once more, and that is a barrier too: as in the shipped flow."""
    return "CASE barrier WHEN 'other' THEN 'other' ELSE 'price' END" if step == "price" else f"'{step}'"


def _named(w: Words, step: str) -> str:
    if step == "barrier":
        return f"('[\"' || barrier || '\"]'){w.json}"
    if step == "price":
        return f"(CASE barrier WHEN 'other' THEN '[\"other\"]' ELSE '[]' END){w.json}"
    return f"'[]'{w.json}"


def _value(step: str) -> str:
    return "CASE WHEN id % 4 = 0 THEN NULL ELSE barrier END" if step == "barrier" else "'x'"


def _rest(w: Words) -> list[str]:
    desk = w.at(f"n * {SECONDS // 20000}")
    offer = w.one_of(OFFERS, "id")
    given = w.came("prospect_id", "20000")
    return [
        f"""INSERT INTO grants (prospect_id, conversation_id, campaign, offer, kind, barrier, code, value, currency,
              granted_at, redeemed_at)
            SELECT prospect_id, id, campaign, {offer}, 'discount', barrier, 'CODE-' || id, 5000, 'EUR', {given},
              CASE WHEN id % 4 = 0 THEN {given} END FROM conversations WHERE arm = 'offer'""",
        f"""INSERT INTO choices (prospect_id, conversation_id, campaign, at, arm, barrier, segment, eligible, refused,
              chosen, share)
            SELECT prospect_id, id, campaign, {given}, arm, barrier, segment, '["discount_10"]'{w.json},
              '{{}}'{w.json}, CASE arm WHEN 'offer' THEN {offer} END, 1 FROM conversations WHERE arm <> 'never'""",
        f"""INSERT INTO codes (offer, code, imported_at, used_at) SELECT {w.one_of(OFFERS, "n")}, 'CODE-' || n, {desk},
              CASE WHEN n % 3 < 2 THEN {desk} END FROM {w.series(w.talks // 2)} s""",
        f"""INSERT INTO tasks (uid, prospect_id, kind, contact, state, dedupe_key, created_by, created_at, due_at)
            SELECT 'task-' || n, n, 'callback', '{{}}'{w.json}, CASE WHEN n % 20 = 0 THEN 'open' ELSE 'done' END,
              'task-' || n, 'bot', {desk}, {desk} FROM {w.series(min(20000, w.people))} s""",
        f"""INSERT INTO walk_ins (uid, product, barrier, staff, at) SELECT 'in-' || n, 'Product ' || (n % 40), 'price',
              'anna', {desk} FROM {w.series(20000)} s""",
        f"""INSERT INTO inbox (source, natural_key, lane, payload, state, attempts, received_at, done_at)
            SELECT 'telegram', 'key-' || n, 'chat:' || n, '{{}}', 'done', 1, {desk}, {desk} FROM {w.series(20000)} s""",
        f"""INSERT INTO spend (source, from_day, to_day, amount, currency, recorded_by, recorded_at)
            SELECT 'source ' || (n % 11), {_day(w)}, {_day(w)}, 100000, 'EUR', 'anna', {w.at("86400 * (n / 11)")}
            FROM {w.series(11 * 52)} s""",
        "UPDATE conversations SET needs_person = 'asked', needs_since = updated_at WHERE id % 1000 = 1",
        """INSERT INTO offer_ledger (offer, granted, promised)
            SELECT offer, count(*), sum(value) FROM grants GROUP BY offer""",
        "UPDATE purchases SET conversation_id = prospect_id / 2 WHERE prospect_id % 2 = 0",
    ]  # fmt: skip


def _day(w: Words) -> str:
    moment = w.at("86400 * 7 * (n / 11)")
    return f"substr(CAST({moment} AS TEXT), 1, 10)"


async def fill(database: Database, answers: int, told: Callable[[str], None] = lambda _: None) -> None:
    """Make it all, and let the database look at what it has. `told` hears what is being made."""
    words = Words(sqlite=database.is_sqlite, answers=answers)
    for statement in (*_people(words), *_talks(words), *_rest(words)):
        told(" ".join(statement.split()[:3]))
        await database.transact(lambda tx, sql=statement: unhurried(tx, sql))  # type: ignore[misc]
    told("counts")
    await database.transact(_count)
    await database.transact(lambda tx: tx.execute(text("ANALYZE")))


async def _count(tx: Tx) -> None:
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SET LOCAL statement_timeout = 0"))
    await recounting.write_afresh(tx, recounting.BARRIERS)
    await recounting.write_afresh(tx, recounting.STAGES)
    await journeys.rebuild(tx, "EUR")
    await recounting.write_afresh(tx, recounting.JOURNEYS)


async def unhurried(tx: Tx, sql: str) -> None:
    """A statement that may take its time, as it is written."""
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SET LOCAL statement_timeout = 0"))
        driver = (await tx.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute(sql, timeout=900)
    else:
        await tx.exec_driver_sql(sql)
