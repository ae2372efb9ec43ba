"""Out through a real Postfix: what is sent arrives whole and once, whatever the server does in between."""

import asyncio
from collections import Counter
from datetime import timedelta

import dkim
import pytest

from bot.channels.email.signing import Signer
from tests.bot.channels.email.test_signing import make_key
from tests.edge.cut import Cut
from tests.edge.postfix import Door, Postfix
from tests.edge.smtp import Certificate, html, text
from tests.journeys.people import TOO_DEAR, row_of
from tests.journeys.rig import Rig
from tests.journeys.town import MAILS, Town, ask, fate, until

CROWD = 80
EACH = 6
"""So many mails arrive between two deaths of the server."""
HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)


def believed(rig: Rig, raw: bytes) -> bool:
    """Whether the signature of a mail is good after all that servers have written above and into it."""
    signer = Signer.from_settings(rig.settings)
    assert signer is not None
    return bool(dkim.verify(raw, dnsfunc=lambda *_, **__: signer.record.encode(), minkey=1024))


async def test_a_mail_arrives_whole_and_one_to_nobody_comes_back(town: Town) -> None:
    async with town.shop() as rig:
        await ask(rig, "ann", "nobody")
        (mail,) = await town.came("ann")
        (row, _) = await rig.rows("SELECT remote_id FROM outbox ORDER BY id")
        assert mail["Message-ID"] == row.remote_id and mail["Subject"] == "What held you back from Copper Kettle?"
        assert "The price" in text(mail) and "The price" in html(mail)
        assert str(mail["Return-Path"]).startswith("<bounces+hb-1-") and mail["To"] == "ann@mail.example"
        await rig.until("SELECT count(*) FROM conversations WHERE outcome = 'unreachable'")
        assert await fate(rig) == [("sent", None), ("failed", "returned: hard 5.1.1")]
        assert len(await rig.rows("SELECT * FROM suppressions")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("door", ["relay", "old"])
@pytest.mark.parametrize(
    ("language", "shop"),
    [("ja", "銅のやかん工房 株式会社"), ("ar", "متجر غلايات النحاس"), ("hu", "Öt hűtlen hőmérő Kft.")],
)
async def test_every_script_arrives_as_it_was_signed(town: Town, language: str, shop: str, door: Door) -> None:
    key = make_key(town.folder / "dkim.pem", "rsa")
    settings = {"dkim_selector": "mail", "dkim_key_file": key, "shop_name": shop}
    async with town.shop(door, **settings) as rig:
        await rig.import_prospects(row_of("ann", language, telegram=False, product_name="銅のケトル «Ť»"))
        await rig.start_campaign()
        (mail,) = await town.came("ann")
        (raw,) = town.postfix.raw("ann")
        assert believed(rig, raw) and not believed(
            rig, raw.replace(b"List-Unsubscribe: <http", b"List-Unsubscribe: <x")
        )
        assert shop in str(mail["From"]) and "銅のケトル «Ť»" in str(mail["Subject"]) + text(mail)
        assert shop in text(mail) and shop in html(mail)


@pytest.mark.slow
@pytest.mark.parametrize("door", ["relay", "old"])
async def test_an_address_in_another_script_is_reached_where_servers_can(town: Town, door: Door) -> None:
    async with town.shop(door) as rig:
        await ask(rig, "józsef")
        if door == "relay":
            (mail,) = await town.came("józsef")
            assert mail["To"] == "józsef@mail.example" and await fate(rig) == [("sent", None)]
        else:
            ((state, reason),) = await fate(rig)
            assert state == "failed" and "letters outside ASCII" in str(reason)


@pytest.mark.slow
async def test_a_greylist_costs_time_and_nothing_else(town: Town) -> None:
    town.postfix.rule("ann@mail.example", "450 4.2.0 Greylisted, come again in five minutes")
    async with town.shop() as rig:
        await ask(rig, "ann", "bob")
        await town.came("bob")
        assert await fate(rig) == [("ready", "RCPT answered 450 4.2.0"), ("sent", None)]
        town.postfix.policy.clear()
        await rig.advance(HOUR)
        assert await fate(rig) == [("sent", None)] * 2
        (mail,) = await town.came("ann")
        town.write_back(mail, "stop")
        await rig.until("SELECT count(*) FROM conversations WHERE outcome = 'stopped'")


@pytest.mark.slow
async def test_a_server_that_is_away_for_an_hour_gets_each_mail_once(town: Town) -> None:
    async with town.shop() as rig:
        await ask(rig, "ann")
        await town.came("ann")
        town.postfix.stop()
        try:
            await ask(rig, "bob", "eve")
            states = await fate(rig)
            assert [state for state, _ in states] == ["sent", "ready", "ready"]
        finally:
            town.postfix.start()
        await rig.advance(HOUR)
        assert await fate(rig) == [("sent", None)] * 3
        for name in ("ann", "bob", "eve"):
            await town.came(name)


@pytest.mark.slow
async def test_a_server_that_dies_with_the_mail_in_its_hands_leaves_it_unknown(town: Town) -> None:
    town.postfix.rule("ann@mail.example", "HOLD", at="END-OF-MESSAGE")

    async def dies() -> None:
        await until(town.postfix.policy.held.is_set, "the mail did not come")
        assert town.postfix.kill("smtpd")

    async with town.shop() as rig:
        await asyncio.gather(ask(rig, "ann"), dies())
        assert await fate(rig) == [("unknown", "body was cut off")]
        town.postfix.policy.clear()
        await rig.advance(MONTH)
        first, *_ = await rig.rows("SELECT state, remote_id FROM outbox ORDER BY id")
        assert first.state == "unknown"
        assert not [mail for mail in town.postfix.mails("ann") if "hb-1-" in str(mail["Message-ID"])]


@pytest.mark.slow
async def test_a_mail_whose_receipt_is_lost_is_not_doubled_and_known_by_its_answer(town: Town) -> None:
    async with Cut(town.postfix.port()) as wire, town.shop(smtp_url=wire.url) as rig:
        await ask(rig, "ann")
        assert await fate(rig) == [("unknown", "body was cut off")] and wire.lost == 1
        (mail,) = await town.came("ann")
        await rig.advance(HOUR)
        await town.came("ann")
        town.write_back(mail, TOO_DEAR["en"])
        await rig.until("SELECT count(*) FROM outbox WHERE id = 1 AND state = 'sent'")
        _, second = await town.came("ann", 2)
        assert second["In-Reply-To"] == mail["Message-ID"] != second["Message-ID"]
        assert len(await rig.export("answers", every=True)) == 1


async def sends_all(rig: Rig, over: asyncio.Event) -> None:
    """Time goes by as soon as nothing is on its way: the channel rests whenever the server is gone."""
    await rig.house.campaigns.start("barriers", now=True)
    states: Counter[str] = Counter()
    while states["sent"] + states["unknown"] < CROWD:
        states = Counter(state for state, _ in await fate(rig))
        if not states["sending"]:
            rig.clock.advance(timedelta(minutes=1))
            rig.house.bells.ring()
        await asyncio.sleep(0.02)
    over.set()


async def keeps_dying(postfix: Postfix, over: asyncio.Event) -> int:
    """Kill what talks to us whenever a few more mails have arrived; returns how often something died."""
    killed, next_death = 0, 1
    while not over.is_set():
        if len(postfix.raw("ann")) >= next_death:
            killed += postfix.kill("smtpd")
            next_death = len(postfix.raw("ann")) + EACH
        await asyncio.sleep(0.005)
    return killed


@pytest.mark.slow
async def test_a_crowd_gets_each_mail_once_while_the_server_keeps_dying(town: Town) -> None:
    crowd = [{**row_of(f"p{one}", "en", telegram=False), "email": f"ann+{one}@mail.example"} for one in range(CROWD)]
    over = asyncio.Event()
    async with town.shop(mail_per_minute=0) as rig:
        await rig.import_prospects(*crowd)
        async with asyncio.timeout(100):
            _, killed = await asyncio.gather(sends_all(rig, over), keeps_dying(town.postfix, over))
        rows = await rig.rows(MAILS)
    await until(lambda: not town.postfix.waiting(), "the queue does not empty itself")
    states = Counter(row.state for row in rows)
    sent = {row.remote_id for row in rows if row.state == "sent"}
    came = Counter(str(mail["Message-ID"]) for mail in town.postfix.mails("ann"))
    assert killed > 5 and states.total() == CROWD, (killed, states)
    assert max(came.values()) == 1, "nobody gets a mail twice"
    assert sent <= set(came), "what is called sent has arrived"
    assert len(came) - len(sent) <= states["unknown"], "what arrived besides was not called lost"


@pytest.mark.slow
async def test_a_mail_that_is_too_large_fails_and_the_address_stays(town: Town) -> None:
    async with town.shop("small") as rig:
        await ask(rig, "ann")
        assert await fate(rig) == [("failed", "MAIL answered 552 5.3.4")]
        assert await rig.rows("SELECT * FROM suppressions") == []
        assert (await rig.conversation("ann"))["status"] == "asking"


@pytest.mark.slow
async def test_over_tls_with_a_login_and_never_without(
    town: Town, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town.shop("login") as rig:
        await ask(rig, "ann")
        ((state, reason),) = await fate(rig)
        assert state == "ready" and not town.postfix.raw("ann")
        (said,) = await rig.rows("SELECT reason FROM paces WHERE reason IS NOT NULL")
        assert "certificate of the mail server" in said.reason, reason
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
        await rig.advance(HOUR)
        (mail,) = await town.came("ann")
        assert "with ESMTPSA" in str(mail["Received"])
