"""The mailbox for when there is no mail server."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.email import LocalMailbox
from bot.runtime.clock import VirtualClock
from bot.runtime.ports import Deferred, Delivered, Refused
from tests.bot.channels.email.samples import LINKS, NOW, SHOP, TEXTS, offer, outgoing, question


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def box(tmp_path: Path, clock: VirtualClock) -> LocalMailbox:
    return LocalMailbox(tmp_path / "home" / "mailbox", SHOP, TEXTS, clock)


async def test_an_empty_mailbox_is_empty(box: LocalMailbox) -> None:
    assert box.list() == ()
    assert box.read(1) is None


async def test_a_mail_can_be_read_back_whole(box: LocalMailbox) -> None:
    receipt = await box.send(outgoing())
    mail = box.read(7)
    assert mail is not None
    assert receipt == Delivered(mail.message_id)
    assert (mail.id, mail.to, mail.date) == (7, "anna@example.com", NOW)
    assert mail.subject == "What held you back from Copper Kettle?"
    assert mail.text.startswith("Hello Anna, this is Hill Coffee.")
    assert "\r" not in mail.text
    assert f"{LINKS['survey']}?a=price&v=4" in mail.links
    assert "<html" in mail.html


async def test_the_newest_mail_is_first(box: LocalMailbox, clock: VirtualClock) -> None:
    for number in (9, 10, 100):
        clock.advance(timedelta(minutes=1))
        await box.send(outgoing(question("ar"), id=number))
    assert [summary.id for summary in box.list()] == [100, 10, 9]
    assert [summary.id for summary in box.list(limit=1)] == [100]
    assert box.list()[0].subject == question("ar").subject
    assert box.list()[0].date == NOW + timedelta(minutes=3)


async def test_the_same_row_twice_is_one_mail(box: LocalMailbox) -> None:
    assert await box.send(outgoing()) == await box.send(outgoing())
    assert len(box.list()) == 1


async def test_only_this_user_may_read_the_mails(box: LocalMailbox, tmp_path: Path) -> None:
    await box.send(outgoing(offer()))
    folder = tmp_path / "home" / "mailbox"
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == ["7.eml"]
    assert (folder / "7.eml").stat().st_mode & 0o077 == 0


async def test_what_cannot_be_a_mail_is_refused(box: LocalMailbox) -> None:
    assert isinstance(await box.send(outgoing(address="a@b.example\nBcc: c@d.example")), Refused)
    assert isinstance(await box.send(outgoing(kind="edit")), Refused)
    assert isinstance(await box.send(outgoing(name="\udc80")), Delivered)
    assert [summary.id for summary in box.list()] == [7]


async def test_a_folder_that_cannot_be_written_puts_mail_off(tmp_path: Path, clock: VirtualClock) -> None:
    (tmp_path / "mailbox").write_text("a file is in the way", encoding="utf-8")
    box = LocalMailbox(tmp_path / "mailbox", SHOP, TEXTS, clock)
    receipt = await box.send(outgoing())
    assert isinstance(receipt, Deferred)
    assert receipt.scope == "channel"
    assert "HOLDBACK_HOME_DIR" in receipt.reason
    assert box.problem == receipt.reason


async def test_other_files_in_the_folder_are_no_mails(box: LocalMailbox, tmp_path: Path) -> None:
    await box.send(outgoing())
    folder = tmp_path / "home" / "mailbox"
    (folder / "notes.eml").write_text("hello", encoding="utf-8")
    (folder / "8.eml").write_bytes(b"\xff\x00 not a mail at all")
    assert [summary.id for summary in box.list()] == [8, 7]
    mail = box.read(8)
    assert mail is not None
    assert mail.links == ()
    assert mail.date is None
