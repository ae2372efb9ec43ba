"""Staff put right what an answer was understood as: everything that counts follows, and nothing is lost."""

import json
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import select

from bot.data.corrections import correction_lines
from bot.house import House
from bot.runtime.flowshelf import FlowShelf
from flows.codec import decode_state
from storage import conversations
from storage.database import Record, Tx
from storage.recounting import BARRIERS, STEPS, write_afresh
from storage.tables import answers, audit, journal
from storage.tables import outbox as messages
from tests.bot.console.asking import FORM, csrf_of, send, sign_in
from tests.bot.console.sample import Street

DESK = "/console/conversations"
WORDS = "It is far too expensive for me. Tom, 447 946"


async def said(street: Street, text: str = WORDS) -> tuple[str, str]:
    """Somebody answers the first question in these words; returns their address and the conversation."""
    email = await street.cart(7)
    await street.wander(timedelta(hours=2))
    await street.act(email, None, text)
    return email, await street.uid(email)


async def first_answer(house: House, uid: str) -> Record:
    async with house.database.read() as tx:
        row = await conversations.by_uid(tx, uid)
        assert row is not None
        query = select(answers).where(answers.c.conversation_id == row.id).order_by(answers.c.id)
        return (await tx.execute(query)).first()  # type: ignore[return-value]  # there is one


async def state_of(house: House, uid: str) -> tuple[Record, tuple[str, ...]]:
    """The conversation's row, and the barriers that its state names."""
    async with house.database.read() as tx:
        row = await conversations.by_uid(tx, uid)
    assert row is not None
    return row, decode_state(row.state).barriers


async def counts_are_exact(house: House) -> None:
    async def work(tx: Tx) -> None:
        for kept in (BARRIERS, STEPS):
            query = select(kept.table).where(kept.table.c.n != 0).order_by(*kept.table.primary_key)
            before = (await tx.execute(query)).all()
            await write_afresh(tx, kept)
            assert before and before == (await tx.execute(query)).all()

    await house.database.transact(work)


async def test_an_answer_is_put_right_and_everything_that_counts_follows(
    house: House, app: FastAPI, street: Street
) -> None:
    email, uid = await said(street)
    before = await first_answer(house, uid)
    path = f"{DESK}/{uid}/answers/{before.visit}"
    async with house.database.read() as tx:
        told = len((await tx.execute(select(messages.c.id))).all())
    async with sign_in(house, app, "agent") as client:
        assert path in (await client.get(f"{DESK}/{uid}")).text
        assert path in (await client.get("/console/answers")).text
        page = await client.get(path)
        assert "Put an answer right" in page.text and "far too expensive" in page.text and "<script>" not in page.text
        fields = {"csrf_token": csrf_of(page), "main": "shipping", "also": ["trust", "fit"], "form": "form-number-1"}
        for _ in range(2):
            sent = await client.post(f"{path}?back=/console/answers", data=fields, headers=FORM)
            assert (sent.status_code, sent.headers["location"]) == (303, "/console/answers")
        listed = (await client.get("/console/answers")).text
        assert "Understood as Price, put right by agent@nordlys.example" in listed
        talk = (await client.get(f"{DESK}/{uid}")).text
        assert "agent@nordlys.example put right what an answer names" in talk and "Understood as Price" in talk
        assert "Understood as" in (await client.get(path)).text
    after = await first_answer(house, uid)
    assert (before.barriers, after.barriers) == (["price"], ["shipping", "trust", "fit"])
    assert (after.verbatim, after.value, after.answered_at) == (before.verbatim, before.value, before.answered_at)
    row, named = await state_of(house, uid)
    assert row.barrier == "shipping" and named == ("shipping", "trust", "fit")
    async with house.database.read() as tx:
        assert len((await tx.execute(select(messages.c.id))).all()) == told, "nothing is said because of it"
        (fact,) = (await tx.execute(select(journal).where(journal.c.event == "StaffCorrected"))).all()
        acts = list((await tx.execute(select(audit.c.subject).where(audit.c.action == "put right"))).scalars())
    assert (fact.actor, fact.data["former"], fact.data["barriers"]) == (
        "agent@nordlys.example", ["price"], ["shipping", "trust", "fit"],
    )  # fmt: skip
    assert acts[0] == f"{uid} {before.step} {before.visit}: price -> shipping, trust, fit"
    await counts_are_exact(house)
    await street.act(email, (await street.options(email))[0])
    row, named = await state_of(house, uid)
    assert row.barrier == "shipping" and named[:3] == ("shipping", "trust", "fit"), "a later turn does not undo it"
    await counts_are_exact(house)


async def test_what_cannot_be_named_is_said_and_nothing_changes(house: House, app: FastAPI, street: Street) -> None:
    _, uid = await said(street)
    before = await first_answer(house, uid)
    path = f"{DESK}/{uid}/answers/{before.visit}"
    async with sign_in(house, app, "agent") as client:
        none = await send(client, path, main="", also="fit")
        assert none.status_code == 422 and "Choose what holds them back most" in none.text
        made_up = await send(client, path, main="the weather")
        assert made_up.status_code == 422
        alone = await send(client, path, main="fit", sub_code="other:checkout_problem")
        assert alone.status_code == 422 and "belongs to a barrier that is not chosen" in alone.text
        for wrong in (f"{DESK}/{uid}/answers/99", f"{DESK}/{uid}/answers/x", f"{DESK}/nobody/answers/1"):
            assert (await client.get(wrong)).status_code == 404
        assert await first_answer(house, uid) == before
        await send(client, path, main="other", sub_code="other:checkout_problem")
    after = await first_answer(house, uid)
    assert (after.barriers, after.sub_code) == (["other"], "checkout_problem")
    await counts_are_exact(house)


async def test_only_who_talks_to_prospects_may_put_an_answer_right(house: House, app: FastAPI, street: Street) -> None:
    _, uid = await said(street)
    before = await first_answer(house, uid)
    path = f"{DESK}/{uid}/answers/{before.visit}"
    async with sign_in(house, app, "viewer") as client:
        assert path not in (await client.get("/console/answers")).text
        assert (await client.get(path)).status_code == 403
        token = csrf_of(await client.get(f"{DESK}/{uid}"))
        refused = await client.post(path, data={"csrf_token": token, "main": "fit"}, headers=FORM)
        assert refused.status_code == 403
    assert await first_answer(house, uid) == before


async def test_what_ended_stays_ended_when_it_did(house: House, app: FastAPI, street: Street) -> None:
    email, uid = await said(street)
    await street.report("purchase", email, order_id="o-1", amount="89.00", currency="EUR")
    ended = (await state_of(house, uid))[0].ended_at
    street.clock.advance(timedelta(days=3))
    answer = await first_answer(house, uid)
    async with sign_in(house, app, "agent") as client:
        await send(client, f"{DESK}/{uid}/answers/{answer.visit}", main="fit")
    row, named = await state_of(house, uid)
    assert named == ("fit",) and ended is not None and row.ended_at == ended


async def test_a_correction_is_a_training_row_without_what_tells_who_wrote_it(
    house: House, app: FastAPI, street: Street
) -> None:
    _, uid = await said(street)
    answer = await first_answer(house, uid)
    path = f"{DESK}/{uid}/answers/{answer.visit}"

    async def rows() -> list[dict[str, object]]:
        return [json.loads(line) async for line in correction_lines(house.database, FlowShelf().get)]

    assert await rows() == []
    async with sign_in(house, app, "agent") as client:
        await send(client, path, main="shipping")
        (row,) = await rows()
        assert (row["labels"], row["intent"], row["lang"]) == (["shipping"], "answer", answer.language)
        text = str(row["text"])
        assert "far too expensive" in text and "Tom" not in text and not any(sign.isdigit() for sign in text)
        await send(client, path, main="price")
    assert await rows() == [], "put back as it had been, there is nothing to learn"
