"""Who cannot or must not be reached is not written to: blocked bots, quiet hours, paused and stopped campaigns."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import prospects
from storage.database import Tx
from tests.edge.telegram import FakeUser
from tests.journeys.people import row_of, travellers
from tests.journeys.rig import Rig, open_rig

HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)


async def bind(rig: Rig, reference: str, user: FakeUser) -> None:
    """Let this prospect be known in Telegram without having been asked."""
    user.started = True

    async def work(tx: Tx) -> None:
        prospect_id = await prospects.resolve(tx, reference)
        assert prospect_id is not None
        await prospects.bind(tx, prospect_id, "telegram", str(user.id), via="start", now=rig.clock.now())

    await rig.house.database.transact(work)


async def test_a_bot_that_was_blocked_falls_back_to_email_only_with_consent(rig: Rig) -> None:
    await rig.import_prospects(row_of("both", "en"), row_of("only", "en", email=False))
    for reference in ("both", "only"):
        user = rig.user()
        await bind(rig, reference, user)
        user.blocked = True
    await rig.start_campaign()
    assert not rig.telegram.sent
    assert [mail["To"] for mail in rig.mailbox.messages] == ["both@mail.example"]
    assert (await rig.conversation("only"))["outcome"] == "unreachable"
    assert (await rig.conversation("both"))["status"] == "asking"
    await rig.advance(MONTH)
    assert not rig.telegram.sent


async def test_blocking_between_questions(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    (bob,) = await travellers(rig, ("bob", "en"), email=False)
    for person in (ann, bob):
        await person.arrive()
    await rig.quiet()
    for person in (ann, bob):
        await person.user.block()
    await rig.quiet()
    assert len(rig.mailbox.to("ann@mail.example")) == 1, "the open question goes on by email"
    assert (await bob.conversation())["outcome"] == "unreachable"
    telegram = len(rig.telegram.sent)
    await rig.advance(MONTH)
    assert len(rig.telegram.sent) == telegram
    agreed = {line["external_id"]: line["consent_telegram"] for line in await rig.export("prospects")}
    assert agreed == {"ann": False, "bob": False}


async def test_letting_the_bot_in_again_is_no_consent_but_start_is(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"), email=False)
    await ann.arrive()
    await rig.quiet()
    await ann.user.block()
    await rig.quiet()
    await ann.user.unblock()
    await rig.quiet()
    assert len(ann.bot_messages) == 1
    await ann.user.start("")
    await rig.quiet()
    assert len(ann.bot_messages) == 2, "who presses Start is answered"


async def test_an_address_that_is_gone_is_never_written_to_again(rig: Rig) -> None:
    rig.mailbox.refuse("RCPT", "550 5.1.1 no such user")
    await rig.import_prospects(row_of("ann", "en", telegram=False))
    await rig.start_campaign()
    assert not rig.mailbox.mails
    assert (await rig.conversation("ann"))["outcome"] == "unreachable"
    assert [row.reason for row in await rig.rows("SELECT reason FROM suppressions")] == ["refused"]
    await rig.advance(MONTH)
    assert not rig.mailbox.mails


async def test_quiet_hours_are_those_of_the_prospect(published_url: str, tmp_path: Path) -> None:
    night_in_tokyo = datetime(2026, 3, 2, 12, tzinfo=UTC)  # 21:00 in Tokyo, 13:00 in Budapest
    async with open_rig(published_url, tmp_path, start=night_in_tokyo, quiet_hours="20:00-09:00") as rig:
        await rig.import_prospects(
            row_of("tokyo", "ja", telegram=False, timezone="Asia/Tokyo"),
            row_of("pecs", "hu", telegram=False, timezone="Europe/Budapest"),
        )
        await rig.start_campaign()
        assert [mail["To"] for mail in rig.mailbox.messages] == ["pecs@mail.example"]
        await rig.advance(12 * HOUR - timedelta(minutes=1))
        assert len(rig.mailbox.mails) == 1
        await rig.advance(timedelta(minutes=1))
        assert len(rig.mailbox.to("tokyo@mail.example")) == 1, "nine in the morning in Tokyo"


async def test_quiet_hours_are_looked_at_again_before_sending(published_url: str, tmp_path: Path) -> None:
    """A message that was ready by day and could not go out waits for the next morning."""
    just_before_eight = datetime(2026, 3, 2, 19, 59, tzinfo=UTC)
    async with open_rig(published_url, tmp_path, start=just_before_eight, quiet_hours="20:00-09:00") as rig:
        rig.mailbox.refuse("MAIL", "421 4.3.2 come back later")
        await rig.import_prospects(row_of("ann", "en", telegram=False))
        await rig.start_campaign()
        assert not rig.mailbox.mails and await rig.waiting() == 1
        await rig.advance(12 * HOUR)
        assert not rig.mailbox.mails
        await rig.advance(2 * HOUR)
        assert len(rig.mailbox.mails) == 1


async def test_a_paused_campaign_writes_to_nobody_first_but_answers(rig: Rig) -> None:
    ann, bob = await travellers(rig, ("ann", "en"), ("bob", "en"))
    for person in (ann, bob):
        await person.arrive()
    await rig.quiet()
    await rig.advance(23 * HOUR + timedelta(minutes=50))
    await rig.house.campaigns.pause("barriers")
    await rig.advance(HOUR)
    assert len(ann.bot_messages) == 1, "no reminder while it is paused"
    await rig.click(bob.user, bob.barrier())
    assert bob.user.last.text.endswith(bob.text("price")), "who answers is answered"
    await rig.house.campaigns.start("barriers")
    await rig.advance(timedelta(minutes=10))
    assert len(ann.bot_messages) == 2


async def test_a_stopped_campaign_ends_every_conversation_without_a_word(rig: Rig) -> None:
    (ann,) = await travellers(rig, ("ann", "en"))
    await rig.import_prospects(row_of("waiting", "en", telegram=False))
    await rig.house.campaigns.start("barriers")
    await ann.arrive()
    await rig.quiet()
    sent = rig.sent()
    await rig.house.campaigns.stop("barriers")
    await rig.quiet()
    assert {line["outcome"] for line in await rig.export("conversations")} == {"cancelled"}
    assert not ann.user.last.buttons
    await rig.advance(MONTH)
    assert rig.sent() == sent
