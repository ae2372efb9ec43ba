"""Double opt-in: the first mail only asks to confirm the address, and nothing else goes there before."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest_asyncio

from bot.library import shipped_root
from storage import confirmations, prospects
from tests.journeys.pages import mail_links, open_page
from tests.journeys.people import row_of
from tests.journeys.rig import Rig, open_rig

BUTTON = "Yes, this is my address"
WEEK = timedelta(days=7)


@pytest_asyncio.fixture
async def rig(tmp_path: Path, sampled_database_url: str) -> AsyncIterator[Rig]:
    """A house whose campaign asks for confirmed addresses."""
    folder = tmp_path / "flows" / "barriers"
    folder.mkdir(parents=True)
    for path in (shipped_root() / "barriers").rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(shipped_root() / "barriers")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    campaign = (folder / "campaign.yaml").read_text("utf-8")
    (folder / "campaign.yaml").write_text(f"{campaign}\nconfirm_email: true\n", "utf-8")
    async with open_rig(sampled_database_url, tmp_path, flows_dir=tmp_path / "flows") as opened:
        await opened.import_codes()
        yield opened


async def asked(rig: Rig) -> str:
    """Somebody is imported and asked to confirm; the address of the mail's button."""
    await rig.import_prospects(row_of("ann", "en", telegram=False))
    await rig.start_campaign()
    (mail,) = rig.mailbox.to("ann@mail.example")
    assert str(mail["Subject"]) == "Please confirm your email address"
    found = mail_links(mail)
    assert set(found) == {BUTTON, "Unsubscribe", "Preferences", "Why do you write to me?", "Kettle & Co"}
    return found[BUTTON]


async def test_once_confirmed_the_question_comes_and_its_reminder_stays_a_day_behind_it(rig: Rig) -> None:
    page = await open_page(rig.http, await asked(rig))
    await open_page(rig.http, str(page.response.url))
    said = await rig.rows("SELECT count(*) AS n FROM consents WHERE way = 'confirmed by mail'")
    assert said[0].n == 0, "looking confirms nothing, whoever looks"
    await rig.advance(timedelta(hours=30))
    page = await page.press("Yes, you may ask me")
    assert "What held you back?" in page.text
    await rig.advance(timedelta(hours=2))
    subjects = [str(mail["Subject"]) for mail in rig.mailbox.to("ann@mail.example")]
    assert len(subjects) == 2 and subjects[1].startswith("What held you back"), "and no reminder in the same hour"
    await rig.advance(timedelta(hours=21))
    assert len(rig.mailbox.to("ann@mail.example")) == 2
    await rig.advance(timedelta(hours=3))
    _, question, reminder = rig.mailbox.to("ann@mail.example")
    assert reminder["In-Reply-To"] == question["Message-ID"] and question["In-Reply-To"] is None
    (consent,) = await rig.rows("SELECT text, proof FROM consents WHERE way = 'confirmed by mail'")
    assert "Kettle & Co" in consent.text and "ann@" not in consent.proof
    async with rig.house.database.read() as tx:
        who = await prospects.resolve(tx, "ann")
        assert who is not None
        assert await confirmations.confirmed(tx, rig.house.secret, {who: "ann@mail.example"}) == {who}
        assert await confirmations.confirmed(tx, rig.house.secret, {who: "other@mail.example"}) == set()


async def test_who_answers_on_the_page_gets_no_mail_that_asks_again(rig: Rig) -> None:
    page = await open_page(rig.http, await asked(rig))
    page = await page.press("Yes, you may ask me")
    await page.press("I no longer want it")
    await rig.advance(WEEK)
    assert len(rig.mailbox.to("ann@mail.example")) == 1


async def test_who_does_not_confirm_is_left_in_peace(rig: Rig) -> None:
    button = await asked(rig)
    question, asks = await rig.export("messages")
    assert (question["kind"], question["state"]) == ("question", "ready")
    assert (asks["kind"], asks["state"]) == ("confirm", "sent") and "please confirm it" in asks["text"]
    await rig.advance(4 * WEEK)
    assert len(rig.mailbox.to("ann@mail.example")) == 1
    assert await rig.waiting() == 0
    late = await rig.http.get(urlsplit(button).path)
    assert late.status_code == 404, "after fourteen days it can no longer be confirmed"
