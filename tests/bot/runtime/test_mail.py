"""Mail that comes in, through the inbox: whose it is, what it leads to, and that nobody else is touched by it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import text

from bot.app import make_dispatcher
from bot.channels.email.inbound import raw_input
from bot.house import House, open_house
from bot.runtime.clock import VirtualClock
from bot.runtime.intake import RawInput
from bot.runtime.supervisor import Supervisor
from bot.settings import Settings
from storage import consents, conversations, erasure, mail, prospects, suppressions
from storage.database import Tx
from tests.bot.channels.email.reports import TOKEN, complaint, standard
from tests.storage.world import NOW

NUMBERS = count(1)


@dataclass
class Post:
    """A house that writes to people by mail, into its own mailbox."""

    house: House
    folder: Path

    async def ask(self, *names: str) -> list[EmailMessage]:
        """These people get their first question."""

        async def work(tx: Tx) -> None:
            for name in names:
                prospect_id = await prospects.create(tx, NOW, language="en", first_name=name, awaiting=True)
                await prospects.bind(tx, prospect_id, "email", address(name), via="import", now=NOW)
                await consents.record(tx, prospect_id, "email", granted=True, way="import", now=NOW)

        await self.house.database.transact(work)
        await self.house.campaigns.start("barriers", now=True)
        await self.settle()
        return [(await self.mails(name))[-1] for name in names]

    async def settle(self) -> None:
        """Take every turn, and send everything."""
        dispatcher = make_dispatcher(self.house, None, Supervisor(self.house.clock))
        await self.house.settle()
        while await dispatcher.send_waiting():
            await self.house.settle()

    async def mails(self, name: str) -> list[EmailMessage]:
        """The mails somebody got."""
        files = sorted(self.folder.glob("mailbox/*.eml"), key=lambda file: int(file.stem))
        found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [one for one in found if one["To"] == address(name)]

    async def comes(self, *mails: bytes) -> list[str]:
        """These mails come in; returns what each came to."""
        rows = await self.house.intake.put_many([raw_input(one) for one in mails])
        await self.settle()
        notes = {row.id: row.note for row in await self.rows("SELECT id, note FROM inbox")}
        return [notes.get(row, "gone") for row in rows]

    async def rows(self, query: str) -> list[Any]:
        async with self.house.database.read() as tx:
            return list((await tx.execute(text(query))).all())

    async def change(self, statement: str) -> None:
        await self.house.database.transact(lambda tx: tx.exec_driver_sql(statement))

    async def outcome(self, name: str) -> str | None:
        """How the conversation of somebody ended."""
        async with self.house.database.read() as tx:
            (prospect_id,) = await prospects.find(tx, {"email": address(name)})
            row = await conversations.newest(tx, prospect_id)
        assert row is not None
        return row.outcome if isinstance(row.outcome, str) else None

    async def is_suppressed(self, name: str) -> bool:
        async with self.house.database.read() as tx:
            return bool(await suppressions.find(tx, self.house.secret, [("email", address(name))]))


@pytest_asyncio.fixture
async def post(sampled_database_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    settings = Settings(
        home_dir=tmp_path, database_url=SecretStr(sampled_database_url), mail_from="shop@hill.example", quiet_hours=""
    )
    async with open_house(settings, server=True, clock=VirtualClock(NOW)) as house:
        yield Post(house, tmp_path)


def address(name: str) -> str:
    return f"{name}@mail.example"


def token_of(sent: EmailMessage) -> str:
    return str(sent["Message-ID"]).strip("<> ").partition("@")[0]


def answer(sent: EmailMessage, words: str, sender: str = "ann@mail.example", **more: str) -> bytes:
    headers = {"From": sender, "Message-ID": f"<{next(NUMBERS)}@mail.example>", "Subject": "Re: hello"} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    top = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    quote = f"\r\n\r\nOn Mon, 2 Mar 2026 at 12:00 Our shop <shop@hill.example> wrote:\r\n> {sent['Subject']}\r\n"
    return f"{top}In-Reply-To: {sent['Message-ID']}\r\n\r\n{words}{quote}".encode()


def report(sent: EmailMessage, action: str, status: str) -> bytes:
    return standard(action, status).replace(TOKEN.encode(), token_of(sent).encode())


async def test_who_sent_it_says_nothing_and_the_token_everything(post: Post) -> None:
    ann, bob = await post.ask("ann", "bob")
    forged = answer(ann, "STOP").replace(token_of(ann).encode(), f"hb-{token_of(bob)[3]}{token_of(ann)[4:]}".encode())
    came = await post.comes(forged, answer(ann, "The price", sender="husband@else.example"))
    assert came == ["mail: not ours", "mail: answer"]
    (said,) = await post.rows("SELECT said, channel, data FROM journal WHERE event = 'Said'")
    assert (said.said, said.channel) == ("The price", "email") and "wrote:" in str(said.data)
    assert [len(await post.mails(name)) for name in ("ann", "bob", "husband")] == [2, 1, 0]


@pytest.mark.slow
async def test_the_same_mail_counts_once(post: Post) -> None:
    (ann,) = await post.ask("ann")
    same = answer(ann, "The price")
    for way in (b"", b"Received: by one way\r\n", b"Received: by another\r\n"):
        await post.comes(way + same)
    assert len(await post.rows("SELECT * FROM journal WHERE event = 'Said'")) == 1
    assert len(await post.mails("ann")) == 2


async def test_machines_are_not_answered_and_the_reason_is_kept(post: Post) -> None:
    (ann,) = await post.ask("ann")
    wish = "I do not want any more mail, stop."
    came = await post.comes(
        answer(ann, wish, Auto_Submitted="auto-replied"),
        answer(ann, wish, Subject="Out of office"),
        answer(ann, wish, List_Id="<x.example>"),
        answer(ann, ""),
        bytes(ann),
    )
    assert came == ["mail: auto-reply", "mail: out of office", "mail: list", "mail: no words", "mail: own mail"]
    assert await post.rows("SELECT * FROM journal WHERE event = 'Said'") == []
    assert await post.outcome("ann") is None and len(await post.mails("ann")) == 1


async def test_a_machine_that_hides_is_not_answered_for_ever_and_a_stop_is_still_heard(post: Post) -> None:
    (sent,) = await post.ask("ann")
    came = []
    for _ in range(4):
        came += await post.comes(answer(sent, "We have your request. Do you have a question? Call us."))
        sent = (await post.mails("ann"))[-1]
    assert came == ["mail: answer", "mail: answer", "mail: loop", "mail: loop"]
    tickets = [answer(sent, f"Ticket {one}?", sender=f"desk{one}@mail.example") for one in range(20)]
    assert await post.comes(*tickets[:18]) == ["mail: answer"] * 18
    assert await post.comes(*tickets[18:]) == ["mail: loop"] * 2
    assert await post.comes(answer(sent, "STOP")) == ["mail: answer"]
    assert await post.outcome("ann") == "stopped"


async def test_a_mail_that_came_back_for_good_closes_the_address_and_nobody_elses(post: Post) -> None:
    ann, _ = await post.ask("ann", "bob")
    assert await post.comes(report(ann, "failed", "5.1.1")) == ["mail: hard"]
    assert await post.outcome("ann") == "unreachable" and await post.outcome("bob") is None
    assert await post.is_suppressed("ann") and not await post.is_suppressed("bob")
    states = [tuple(row) for row in await post.rows("SELECT state, reason FROM outbox ORDER BY id")]
    assert states == [("failed", "returned: hard 5.1.1"), ("sent", None)]


@pytest.mark.slow
async def test_what_waits_for_a_lost_address_is_cancelled(post: Post) -> None:
    (ann,) = await post.ask("ann")
    await post.house.intake.put_many([raw_input(answer(ann, "What is this about?"))])
    await post.house.settle()
    await post.comes(report(ann, "failed", "5.1.1"))
    assert [row.state for row in await post.rows("SELECT state FROM outbox ORDER BY id")] == ["failed", "cancelled"]


async def test_a_report_about_an_old_address_says_nothing_about_the_new_one(post: Post) -> None:
    (ann,) = await post.ask("ann")
    later = NOW.replace(hour=13)

    async def moves(tx: Tx) -> None:
        (prospect_id,) = await prospects.find(tx, {"email": address("ann")})
        await prospects.bind(tx, prospect_id, "email", address("ann.new"), via="import", now=later)

    await post.house.database.transact(moves)
    await post.house.intake.put_many([raw_input(answer(ann, "What is this about?"))])
    await post.house.settle()
    await post.comes(report(ann, "failed", "5.1.1"))
    assert len(await post.mails("ann.new")) == 1, "what waits for the new address is sent"
    closed = await post.rows("SELECT value FROM identities WHERE closed_at IS NOT NULL")
    assert [row.value for row in closed] == [address("ann")] and await post.outcome("ann.new") is None


@pytest.mark.slow
async def test_what_may_be_good_again_is_given_up_after_three_in_a_month(post: Post) -> None:
    (sent,) = await post.ask("ann")
    for number in range(3):
        assert await post.outcome("ann") is None
        await post.comes(report(sent, "failed", "5.2.2"), report(sent, "delayed", "4.4.1"))
        if number < 2:
            await post.comes(answer(sent, f"What is this about, {number}?"))
            sent = (await post.mails("ann"))[-1]
    assert await post.outcome("ann") == "unreachable" and not await post.is_suppressed("ann")


async def test_where_our_mail_is_not_wanted_nothing_is_said_about_the_person(post: Post) -> None:
    (ann,) = await post.ask("ann")
    assert await post.comes(report(ann, "failed", "5.7.1")) == ["mail: block"]
    assert await post.outcome("ann") is None and not await post.is_suppressed("ann")
    async with post.house.database.read() as tx:
        assert await mail.last_block(tx) == mail.Blocked(NOW, "5.7.1")


async def test_a_complaint_ends_mail_without_a_word(post: Post) -> None:
    (ann,) = await post.ask("ann")
    assert await post.comes(complaint().replace(TOKEN.encode(), token_of(ann).encode())) == ["mail: complaint"]
    assert await post.outcome("ann") == "stopped" and await post.is_suppressed("ann")
    assert len(await post.mails("ann")) == 1
    (consent,) = await post.rows("SELECT granted FROM consents WHERE way = 'complaint'")
    assert not consent.granted


async def test_what_comes_back_closes_what_nobody_could_know(post: Post) -> None:
    ann, bob, eve, joe = await post.ask("ann", "bob", "eve", "joe")
    await post.change("UPDATE outbox SET state = 'unknown', remote_id = NULL")
    await post.comes(
        answer(ann, "The price"),
        report(bob, "delivered", "2.0.0"),
        answer(eve, "I am away.", sender="eve@mail.example", Subject="Out of office"),
        report(joe, "failed", "5.1.1"),
    )
    rows = await post.rows("SELECT state FROM outbox ORDER BY id LIMIT 4")
    assert [row.state for row in rows] == ["sent", "sent", "sent", "failed"]


@pytest.mark.slow
async def test_a_mail_that_nobody_can_read_is_put_aside_and_the_next_is_read(post: Post) -> None:
    (ann,) = await post.ask("ann")
    await post.house.intake.put_many([RawInput("mail", "poison", "email:x", "no mail")])
    clock = post.house.clock
    assert isinstance(clock, VirtualClock)
    for second in range(1, 9):
        await post.house.settle()
        clock.set(NOW.replace(second=second))
    assert await post.comes(answer(ann, "The price")) == ["mail: answer"]
    (poison,) = await post.rows("SELECT state, note, payload FROM inbox WHERE natural_key = 'poison'")
    assert (poison.state, poison.payload) == ("quarantined", "no mail") and "no mail" not in poison.note


async def test_who_is_forgotten_takes_their_mail_along_wherever_it_came_from(post: Post) -> None:
    (ann,) = await post.ask("ann")
    await post.comes(answer(ann, "The price", sender="husband@else.example"))

    async def forget(tx: Tx) -> None:
        (prospect_id,) = await prospects.find(tx, {"email": address("ann")})
        await erasure.erase(tx, prospect_id, NOW, post.house.secret)

    await post.house.database.transact(forget)
    assert await post.rows("SELECT * FROM inbox WHERE source = 'mail'") == []
    assert await post.comes(answer(ann, "And one more thing")) == ["mail: not ours"]
