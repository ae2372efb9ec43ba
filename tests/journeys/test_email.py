"""By email: a mail with the answers in it, a page that opens, one tap that records, and on to the offer."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from storage.tables import outbox
from tests.journeys.pages import mail_links, open_page
from tests.journeys.people import LANGUAGES, TOO_DEAR, flow_of, row_of
from tests.journeys.rig import SHOP, Rig

MONTH = timedelta(days=30)


class Words:
    """What must be said in a language."""

    def __init__(self, rig: Rig, flow: object, language: str) -> None:
        self._rig, self._flow, self._language = rig, flow, language

    def flow(self, message_id: str, attribute: str | None = None) -> str:
        facts = {"shop": SHOP, "product": "Copper Kettle", "known": "yes", "name": ""}
        return spaced(self._flow.texts.say(self._language, message_id, attribute, **facts))  # type: ignore[attr-defined]

    def page(self, message_id: str, attribute: str | None = None) -> str:
        return spaced(self._rig.house.texts.say(self._language, message_id, attribute, shop=SHOP))


REST = [language for language in LANGUAGES if language not in ("en", "ar", "ja")]
"""The languages whose way through `make sweep` goes."""


def spaced(text: str) -> str:
    """With plain spaces, as the words of a page are read."""
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["en", "ar", "ja", *(pytest.param(one, marks=pytest.mark.slow) for one in REST)])
async def test_from_the_mail_to_the_offer(rig: Rig, language: str) -> None:
    words = Words(rig, await flow_of(rig), language)
    await rig.import_prospects(row_of("ann", language, telegram=False))
    await rig.start_campaign()
    (mail,) = rig.mailbox.to("ann@mail.example")
    assert spaced(mail["Subject"]) == words.flow("subject")
    answer = mail_links(mail)[words.flow("barrier", "price")]

    page = await open_page(rig.http, answer)
    await open_page(rig.http, answer)
    assert page.response.status_code == 200 and page.reader.language == language
    assert page.reader.direction == ("rtl" if language == "ar" else "ltr")
    assert await rig.export("answers") == [], "looking changes nothing, whoever looks"

    page = await page.press(words.page("web-confirm-button"))
    assert [line["value"] for line in await rig.export("answers")] == ["price"]
    assert words.flow("price") in page.text
    page = await page.press(words.flow("price", "up_to_10"))
    (grant,) = await rig.export("grants")
    assert grant["code"] in page.text and words.flow("solved") in page.text
    page = await page.press(words.flow("solved", "yes"))
    assert words.flow("end-helped") in page.text
    assert (await rig.conversation("ann"))["outcome"] == "helped"
    answers = await rig.export("answers")
    assert [line["channel"] for line in answers] == ["email", "web", "web"]
    sent = rig.sent()
    await rig.advance(MONTH)
    assert rig.sent() == sent


@pytest.mark.parametrize("language", ["en", "ar", *(pytest.param(one, marks=pytest.mark.slow) for one in REST)])
async def test_on_the_web_from_the_link_to_the_offer(rig: Rig, language: str) -> None:
    """The survey page of somebody whom nobody has written to yet."""
    words = Words(rig, await flow_of(rig), language)
    await rig.import_prospects(row_of("ann", language, telegram=False))
    address = (await rig.links("ann"))["survey"]
    page = await open_page(rig.http, address)
    assert words.flow("barrier") in page.text
    assert await rig.export("conversations") == [], "looking begins nothing"
    page = await page.write(TOO_DEAR[language])
    if words.flow("price") not in page.text:
        page = await page.press(words.flow("barrier", "price"))
    page = await page.press(words.flow("price", "up_to_10"))
    (grant,) = await rig.export("grants")
    assert grant["code"] in page.text
    answers = await rig.export("answers")
    said = [spaced(line["verbatim"]) for line in answers]
    assert said == [TOO_DEAR[language], words.flow("price", "up_to_10")]
    assert {line["channel"] for line in answers} == {"web"}
    await rig.advance(MONTH)
    assert rig.sent() == 0, "who answers on the page is not written to"


async def test_a_form_posted_twice_is_one_answer(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "en", telegram=False))
    page = await open_page(rig.http, (await rig.links("ann"))["survey"])
    for _ in range(3):
        await page.press("The price")
    assert [line["value"] for line in await rig.export("answers", every=True)] == ["price"]


async def test_an_answer_by_the_link_of_a_mail_of_unknown_fate_proves_that_it_came(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "en", telegram=False), row_of("bo", "en", telegram=False))
    await rig.start_campaign()
    (mail,) = rig.mailbox.to("ann@mail.example")
    fate = "SELECT state FROM outbox WHERE channel = 'email' ORDER BY prospect_id"
    lost = update(outbox).values(state="unknown", remote_id=None, sent_at=None)
    await rig.house.database.transact(lambda tx: tx.execute(lost))
    page = await open_page(rig.http, mail_links(mail)["The price"])
    assert await rig.rows(fate) == [("unknown",), ("unknown",)], "looking proves nothing: programs look, too"
    await page.press("Send this answer")
    assert await rig.rows(fate) == [("sent",), ("unknown",)], "and of no other mail"


async def test_the_conversation_goes_on_in_telegram(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "en"))
    page = await open_page(rig.http, (await rig.links("ann"))["survey"])
    await page.press("The price")
    user = rig.user()
    await rig.arrive(user, "ann")
    assert user.last.text.endswith("What price would feel right to you?")
    await rig.click(user, "A little less")
    assert (await rig.export("grants"))[0]["code"] in user.last.text
    page = await open_page(rig.http, (await rig.links("ann"))["survey"])
    assert (await rig.export("grants"))[0]["code"] in page.text, "one conversation, two faces"


async def test_one_click_unsubscribes(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "fr", telegram=False))
    await rig.start_campaign()
    (mail,) = rig.mailbox.to("ann@mail.example")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = next(part.strip(" <>") for part in mail["List-Unsubscribe"].split(",") if "http" in part)
    await open_page(rig.http, address)
    assert (await rig.export("prospects"))[0]["consent_email"] is True, "looking changes nothing"
    response = await rig.http.post(address, data={"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert (await rig.export("prospects"))[0]["consent_email"] is False
    assert (await rig.conversation("ann"))["outcome"] == "stopped"
    await rig.advance(MONTH)
    assert len(rig.mailbox.mails) == 1 and await rig.waiting() == 0


async def test_a_link_of_an_answered_question_records_nothing_more(rig: Rig) -> None:
    await rig.import_prospects(row_of("ann", "en", telegram=False))
    await rig.start_campaign()
    links = mail_links(rig.mailbox.to("ann@mail.example")[0])
    await (await open_page(rig.http, links["The price"])).press("Send this answer")
    late = await open_page(rig.http, links["Unsure about quality"])
    assert "already answered" in late.text and "Send this answer" not in late.labels
    assert [line["value"] for line in await rig.export("answers", every=True)] == ["price"]
