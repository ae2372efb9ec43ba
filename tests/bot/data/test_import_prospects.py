"""Importing prospects: what is kept, what is refused and how it is said, and that a second time changes nothing."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.data.errors import FileRefused
from bot.data.imports import Job, import_prospects
from bot.data.summary import Summary
from bot.library import Library
from storage import consents, prospects, suppressions
from storage.database import Database
from storage.reads import record
from storage.tables import consents as consent_table
from storage.tables import conversations, identities
from storage.tables import prospects as prospect_table

KEY = b"k" * 32
KNOWN = Library().attributes()
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def database_url(sampled_database_url: str) -> str:
    """PostgreSQL in the sweep only."""
    return sampled_database_url


async def take(database: Database, path: Path, **options: object) -> Summary:
    job = Job(path, **options)  # type: ignore[arg-type]  # a test names what it needs
    return await import_prospects(database, job, key=KEY, zone="Europe/Budapest", now=NOW, attributes=KNOWN)


def written(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "prospects.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


async def shown(database: Database, reference: str) -> dict[str, object]:
    async with database.read() as tx:
        prospect_id = await prospects.resolve(tx, reference)
        assert prospect_id is not None
        found = await record.show(tx, prospect_id)
    assert found is not None
    facts = {name: one["value"] for name, one in found["facts"].items()}
    return {**found, "facts": facts, "said": found["facts"]}


async def how_many(database: Database) -> int:
    async with database.read() as tx:
        return (await tx.execute(select(func.count()).select_from(prospect_table))).scalar_one()


FULL = (
    "external_id,email,phone,first_name,last_name,language,timezone,country,city,source,medium,campaign,tags,"
    "consent_email,consent_telegram,consent_text,consent_at,product_id,product_name,product_url,price,cart_value,"
    "currency,interest,company_name,company_size,shoe size\r\n"
    'c-1,Anna@Example.com,+36 30 123 4567,Anna,Kiss,hu,Europe/Budapest,hu,Pécs,google,cpc,autumn,"vip; new",igen,no,'
    'I agree,2026-11-01,p1,Desk lamp,https://shop.example/p1,"12 990,50",25981,huf,lamps,Kiss Kft,10-49,38\r\n'
)


async def test_every_column_of_the_contract_finds_its_place(database: Database, tmp_path: Path) -> None:
    summary = await take(database, written(tmp_path, FULL))
    assert (summary.read, summary.created, summary.refused, summary.not_contactable) == (1, 1, 0, 0)
    assert not summary.warnings
    found = await shown(database, "anna@example.com")
    facts = found["facts"]
    assert isinstance(facts, dict)
    assert str(facts["price"]) == "12990.50" and facts["currency"] == "HUF" and facts["country"] == "HU"
    assert facts["tags"] == ("vip", "new")
    assert (facts["company.name"], facts["company.size"]) == ("Kiss Kft", "10-49")
    assert found["attributes"] == {"shoe size": "38"} and facts["language"] == "hu"
    known = {(row["kind"], row["value"]) for row in found["identities"]}  # type: ignore[attr-defined]
    assert known == {("external", "c-1"), ("email", "anna@example.com"), ("phone", "+36301234567")}
    said = {row["channel"]: row for row in found["consents"]}  # type: ignore[attr-defined]
    assert said["email"]["granted"] is True and said["telegram"]["granted"] is False
    assert said["email"]["text"] == "I agree" and said["email"]["way"] == "import"
    assert said["email"]["at"] == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert said["email"]["proof"].startswith("file ") and said["email"]["proof"].endswith(" line 2")


async def test_a_second_import_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, FULL + "c-2,b@example.com\r\n".replace("\r\n", "," * 25 + "\r\n"))
    first = await take(database, path)
    before = await shown(database, "c-1")
    second = await take(database, path)
    assert (first.created, second.created, second.updated, second.unchanged) == (2, 0, 0, 2)
    assert await shown(database, "c-1") == before


async def test_new_facts_are_an_update_and_empty_cells_erase_nothing(database: Database, tmp_path: Path) -> None:
    await take(database, written(tmp_path, "external_id,first_name,city\nc-1,Anna,Pécs\n"))
    summary = await take(database, written(tmp_path, "external_id,first_name,city\nc-1,Anne,\n"))
    assert (summary.updated, summary.unchanged) == (1, 0)
    facts = (await shown(database, "c-1"))["facts"]
    assert isinstance(facts, dict)
    assert (facts["first_name"], facts["city"]) == ("Anne", "Pécs")


async def test_without_a_consent_column_a_prospect_is_imported_and_not_contacted(
    database: Database, tmp_path: Path
) -> None:
    summary = await take(database, written(tmp_path, "email\na@example.com\n"))
    assert (summary.created, summary.not_contactable) == (1, 1)
    assert "no consent column" in summary.warnings[0]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("email", "a@b", "is not one email address"),
        ("email", '"a@example.com\r\nBcc: x@example.com"', "is not one email address"),
        ("email", '"a@example.com,b@example.com"', "is not one email address"),
        ("phone", "3.36E+10", "turned into a number"),
        ("phone", "call me", "is not a phone number"),
        ("price", '"1,234"', "may mean 1234 or 1.234"),
        ("price", "-5", "is not an amount"),
        ("price", "1e400", "is not an amount"),
        ("price", "NaN", "is not an amount"),
        ("currency", "EURO", "is not a currency"),
        ("consent_email", "maybe", "says neither yes nor no"),
        ("consent_at", "2126-01-01", "is in the future"),
        ("consent_at", "yesterday", "is not a date"),
        ("timezone", "Budapest", "is not a time zone"),
        ("language", "Hungarian language", "is not a language"),
        ("product_url", "javascript:alert(1)", "is not a web address"),
        ("first_name", "A\x07B", "control character"),
    ],
)
async def test_a_refused_row_is_named_by_line_column_and_reason(
    database: Database, tmp_path: Path, column: str, value: str, reason: str
) -> None:
    text = f"external_id,{column}\nc-1,\n\nc-2,{value}\n"
    summary = await take(database, written(tmp_path, text))
    assert (summary.read, summary.created, summary.refused) == (2, 1, 1)
    refusal = summary.refusals[0]
    assert (refusal.line, refusal.column) == (4, column) and reason in refusal.reason
    assert refusal.sentence("prospects.csv").startswith(f"prospects.csv: line 4, column {column}: ")


async def test_the_error_file_can_be_mended_and_imported(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, "external_id;email;first_name\nc-1;nonsense;=cmd()\nc-2;b@example.com;Béla\n")
    summary = await take(database, path)
    errors = tmp_path / "prospects.csv.errors.csv"
    assert summary.error_file == str(errors) and errors.stat().st_mode & 0o777 == 0o600
    with errors.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert rows[0]["error_line"] == "2" and rows[0]["error_column"] == "email" and rows[0]["first_name"] == "'=cmd()"
    errors.write_text(errors.read_text(encoding="utf-8-sig").replace("nonsense", "a@example.com"), encoding="utf-8")
    mended = await take(database, errors)
    assert (mended.created, mended.refused) == (1, 0)
    found = await shown(database, "c-1")
    assert found["facts"] == {"first_name": "=cmd()"} and found["attributes"] == {}


async def test_declared_columns_become_facts_and_a_bad_value_is_a_refused_row(
    database: Database, tmp_path: Path
) -> None:
    text = "external_id,Referrals,audience size,hat,company_kind\nc-1,3,1500,6,GmbH\nc-2,many,,,\n"
    path = written(tmp_path, text)
    summary = await take(database, path)
    assert [refused.sentence("p.csv") for refused in summary.refusals] == [
        "p.csv: line 3, column Referrals: is not a number; write it in figures, such as 12 or 12.5"
    ]
    found = await shown(database, "c-1")
    facts = {"company.kind": "GmbH", "audience_size": "1000-9999", "referrals": 3}
    assert found["facts"] == facts and found["attributes"] == {"hat": "6"}
    said = found["said"]["referrals"]  # type: ignore[index]
    assert said["source"] == "csv" and said["proof"].endswith(" line 2") and said["at"] <= NOW
    assert (await take(database, path)).unchanged == 1


async def test_a_dry_run_counts_and_keeps_nothing(database: Database, tmp_path: Path) -> None:
    summary = await take(database, written(tmp_path, FULL), dry_run=True)
    assert (summary.created, summary.dry_run) == (1, True)
    assert await how_many(database) == 0


async def test_rows_that_share_an_identity_become_one_prospect(database: Database, tmp_path: Path) -> None:
    text = "external_id,email,phone,city\nc-1,a@example.com,,Pécs\n,A@EXAMPLE.COM,0036301234567,\n,,+36301234567,Győr\n"
    summary = await take(database, written(tmp_path, text))
    assert (summary.created, summary.updated, await how_many(database)) == (1, 2, 1)
    facts = (await shown(database, "phone:+36301234567"))["facts"]
    assert isinstance(facts, dict) and facts["city"] == "Győr"


async def test_a_row_that_names_two_prospects_joins_them(database: Database, tmp_path: Path) -> None:
    await take(database, written(tmp_path, "external_id,city,interest\nc-1,Pécs,\nc-2,Győr,lamps\n"))
    await take(database, written(tmp_path, "email,consent_email\na@example.com,yes\n"))
    summary = await take(database, written(tmp_path, "external_id,email\nc-2,a@example.com\nc-1,a@example.com\n"))
    assert (summary.updated, summary.not_contactable, await how_many(database)) == (2, 0, 1)
    found = await shown(database, "a@example.com")
    facts = found["facts"]
    assert isinstance(facts, dict) and (facts["city"], facts["interest"]) == ("Pécs", "lamps")
    assert len(found["identities"]) == 3  # type: ignore[arg-type]


async def test_a_yes_does_not_undo_a_later_no_but_a_newer_yes_does(database: Database, tmp_path: Path) -> None:
    undated = written(tmp_path, "email,consent_email\na@example.com,yes\n")
    await take(database, undated)
    async with database.read() as tx:
        prospect_id = await prospects.resolve(tx, "a@example.com")
    assert prospect_id is not None
    await database.transact(
        lambda tx: consents.record(tx, prospect_id, "email", granted=False, way="stop word", now=NOW)
    )
    assert (await take(database, undated)).not_contactable == 1
    older = written(tmp_path, "email,consent_email,consent_at\na@example.com,yes,2026-11-20\n")
    assert (await take(database, older)).not_contactable == 1
    later = datetime(2026, 11, 21, 12, tzinfo=UTC) - timedelta(seconds=1)
    await database.transact(lambda tx: _backdate(tx, prospect_id, later - timedelta(days=5)))
    assert (await take(database, older)).not_contactable == 0


async def _backdate(tx: object, prospect_id: int, at: datetime) -> None:
    await tx.execute(  # type: ignore[attr-defined]
        update(consent_table).where(consent_table.c.prospect_id == prospect_id).values(at=at)
    )


async def test_an_undated_no_counts_once_per_file(database: Database, tmp_path: Path) -> None:
    await take(database, written(tmp_path, "email,consent_email\na@example.com,yes\n"))
    refusing = written(tmp_path, "email,consent_email\na@example.com,no\n", name="no.csv")
    assert (await take(database, refusing)).not_contactable == 1
    async with database.read() as tx:
        prospect_id = await prospects.resolve(tx, "a@example.com")
    assert prospect_id is not None
    await database.transact(lambda tx: consents.record(tx, prospect_id, "email", granted=True, way="survey", now=NOW))
    again = await take(database, refusing)
    assert (again.unchanged, again.not_contactable) == (1, 0)


async def test_a_suppressed_address_is_imported_without_consent(database: Database, tmp_path: Path) -> None:
    await database.transact(
        lambda tx: suppressions.add(tx, KEY, [("email", "a@example.com")], reason="erased", now=NOW)
    )
    summary = await take(database, written(tmp_path, "email,consent_email\nA@example.com,yes\n"))
    assert (summary.created, summary.not_contactable) == (1, 1)
    assert (await shown(database, "a@example.com"))["consents"] == []


async def test_an_address_that_bounced_stays_closed(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, "email,consent_email\na@example.com,yes\n")
    await take(database, path)
    await database.transact(lambda tx: prospects.close(tx, "email", "a@example.com", reason="bounced", now=NOW))
    assert (await take(database, path)).not_contactable == 1
    async with database.read() as tx:
        closed = (await tx.execute(select(identities.c.closed_reason))).scalar_one()
    assert closed == "bounced"


async def test_a_language_chosen_in_the_chat_is_kept(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, "external_id,language\nc-1,hu\n")
    await take(database, path)
    await database.transact(_talk_in_french)
    assert (await take(database, path)).unchanged == 1


async def _talk_in_french(tx: object) -> None:
    person = (await tx.execute(select(prospect_table.c.id))).scalar_one()  # type: ignore[attr-defined]
    await tx.execute(update(prospect_table).values(language="fr"))  # type: ignore[attr-defined]
    row = {"uid": "u" * 22, "prospect_id": person, "campaign": "c", "flow": "f", "flow_version": 1, "state": "{}"}
    more = {"status": "ended", "turn": 1, "language": "fr", "created_at": NOW, "updated_at": NOW, "unread": False}
    await tx.execute(conversations.insert().values(**row, **more, ended_at=NOW))  # type: ignore[attr-defined]


async def test_new_prospects_wait_for_a_campaign(database: Database, tmp_path: Path) -> None:
    await take(database, written(tmp_path, FULL))
    async with database.read() as tx:
        assert (await tx.execute(select(prospect_table.c.awaiting))).scalar_one() is True


async def test_many_rows_go_in_batches(database: Database, tmp_path: Path) -> None:
    lines = [f"c-{number},a{number}@example.com,yes" for number in range(1203)]
    seen: list[tuple[int, int]] = []
    path = written(tmp_path, "external_id,email,consent_email\n" + "\n".join(lines))
    summary = await take(database, path, progress=lambda done, all_: seen.append((done, all_)))
    assert summary.created == 1203 == await how_many(database)
    assert seen == [(500, 1203), (1000, 1203), (1203, 1203)]


async def test_a_damaged_file_is_refused_whole(database: Database, tmp_path: Path) -> None:
    path = written(tmp_path, 'external_id,city\nc-1,Pécs\nc-2,"Győr\n')
    with pytest.raises(FileRefused, match=r"prospects.csv: line 3: a quoted cell does not end"):
        await take(database, path)
    assert await how_many(database) == 0


async def test_who_agrees_in_a_later_file_is_looked_at_by_campaigns_again(database: Database, tmp_path: Path) -> None:
    async def awaiting() -> bool:
        async with database.read() as tx:
            return bool((await tx.execute(select(prospect_table.c.awaiting))).scalar_one())

    await take(database, written(tmp_path, "external_id,email,consent_email\nc-1,a@example.com,\n"))
    await database.transact(lambda tx: tx.execute(update(prospect_table).values(awaiting=False)))
    again = written(tmp_path, "external_id,first_name\nc-1,Ann\n")
    await take(database, again)
    assert not await awaiting()
    await take(database, written(tmp_path, "external_id,email,consent_email\nc-1,a@example.com,yes\n"))
    assert await awaiting()
