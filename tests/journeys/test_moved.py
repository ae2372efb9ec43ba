"""A shop that moves to PostgreSQL in the middle of a conversation: it goes on there, at its step."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import running
from storage.relocation import relocate
from tests.edge.smtp import Mailbox
from tests.edge.telegram import FakeTelegram
from tests.journeys.rig import make_settings


@pytest.mark.postgres
@pytest.mark.slow
async def test_a_conversation_goes_on_where_it_was(published_url: str, postgres_url: str, tmp_path: Path) -> None:
    async with FakeTelegram() as telegram:
        with Mailbox() as box:
            user = telegram.user()
            async with running(make_settings(published_url, tmp_path, telegram, box)):
                await user.start("")
                await user.wait_for("held you back")
                await user.tap("The price")
                await user.wait_for("What price would feel right")
            said = len(telegram.sent)
            await user.tap("A little less")  # while nobody listens
            await relocate(published_url, postgres_url)
            async with running(make_settings(postgres_url, tmp_path, telegram, box)) as house:
                await telegram.until(lambda: len(telegram.sent) > said and not telegram.pending)
                async with house.database.read() as tx:
                    answers = (await tx.execute(text("SELECT step, value FROM answers ORDER BY id"))).all()
            assert answers == [("barrier", "price"), ("price", "up_to_10")]
            texts = [one.text for one in telegram.sent]
            assert len(set(texts)) == len(texts), "nothing is said twice"
