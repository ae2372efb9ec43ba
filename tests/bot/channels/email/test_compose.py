"""What a mail says, and under which headers."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.email import compose
from bot.channels.email.compose import write_mail
from bot.runtime.ports import Outgoing
from flows.messages import Button, Message, Prompt
from flows.names import addressed_name
from tests.bot.channels.email.samples import LINKS, NOW, SHOP, TEXTS, offer, outgoing, question, say, staff
from tests.edge.smtp import html, links
from tests.edge.smtp import text as crlf_text


def sent(out: Outgoing, now: datetime | None = None) -> EmailMessage:
    """The mail as its reader gets it: over the wire and back."""
    data = write_mail(out, SHOP, TEXTS, now).data
    data.decode("ascii")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    return message_from_bytes(data, policy=default)


def text(mail: EmailMessage) -> str:
    """The plain part with the line ends of this machine."""
    return crlf_text(mail).replace("\r\n", "\n")


def test_a_mail_has_honest_headers() -> None:
    mail = sent(outgoing())
    assert str(mail["From"]) == "Hill Coffee <hello@hill.example>"
    assert str(mail["To"]) == "anna@example.com"
    assert str(mail["Subject"]) == "What held you back from Copper Kettle?"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(str(mail["Date"])) == NOW
    assert mail["MIME-Version"] == "1.0"
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Content-Language"] == "en"


@pytest.mark.parametrize("message", [question(), offer(), staff()], ids=lambda message: message.kind)
def test_every_kind_of_mail_can_be_unsubscribed_from_with_one_click(message: Message) -> None:
    mail = sent(outgoing(message))
    assert mail["List-Unsubscribe"] == f"<{LINKS['preferences']}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert LINKS["preferences"] in text(mail)
    assert SHOP.postal_address in text(mail)
    assert SHOP.postal_address in html(mail)


def test_the_unsubscribe_link_comes_before_the_preferences_link() -> None:
    mail = sent(outgoing(links={**LINKS, "unsubscribe": "https://ask.hill.example/u/TOKEN?stop"}))
    assert mail["List-Unsubscribe"] == "<https://ask.hill.example/u/TOKEN?stop>"
    assert {"https://ask.hill.example/u/TOKEN?stop", LINKS["preferences"]} <= set(links(mail))


def test_a_long_unsubscribe_link_stays_one_line() -> None:
    long = "https://ask.hill.example/u/" + "x" * 300
    data = compose(outgoing(links={**LINKS, "unsubscribe": long}), SHOP, TEXTS).as_bytes()
    assert f"\r\nList-Unsubscribe: <{long}>\r\n".encode() in data


def test_the_message_id_is_the_same_for_the_same_row_and_differs_between_rows_and_shops() -> None:
    def first(out: Outgoing) -> str:
        return str(compose(out, SHOP, TEXTS)["Message-ID"])

    assert first(outgoing()) == first(outgoing())
    assert first(outgoing()).startswith("<hb-7-")
    assert first(outgoing()).endswith("@hill.example>")
    assert first(outgoing()) != first(outgoing(id=8))
    elsewhere = replace(SHOP, base_url="https://other.example")
    assert first(outgoing()) != str(compose(outgoing(), elsewhere, TEXTS)["Message-ID"])


def test_the_same_row_makes_the_same_bytes() -> None:
    assert compose(outgoing(), SHOP, TEXTS).as_bytes() == compose(outgoing(), SHOP, TEXTS).as_bytes()


def test_a_mail_is_dated_when_it_is_sent() -> None:
    later = NOW + timedelta(hours=12)
    assert parsedate_to_datetime(str(sent(outgoing(), later)["Date"])) == later


def test_each_answer_has_its_own_link_in_both_forms() -> None:
    mail = sent(outgoing())
    for option in ("price", "reviews", "other"):
        link = f"{LINKS['survey']}?a={option}&v=4"
        assert link in text(mail)
        assert link in links(mail)
    assert text(mail).index("The price\nhttps://") < text(mail).index("Answer in my own words\nhttps://")


def test_the_engines_own_options_stand_aside_and_stop_leads_to_the_unsubscribe_page() -> None:
    mail = sent(outgoing())
    assert f"{say('en', 'button-person')}\n{LINKS['survey']}?a=%21person&v=4" in text(mail)
    assert f"{say('en', 'button-stop')}\n{LINKS['preferences']}" in text(mail)
    assert "a=%21stop" not in text(mail) + html(mail)


def test_own_options_are_the_answers_when_there_are_no_others() -> None:
    prompt = Prompt("!confirm-stop", 9, (Button("!stop", "Yes, stop"), Button("!go-on", "No, go on")))
    mail = sent(outgoing(Message("reply", "en", ("Shall I stop writing to you?",), prompt)))
    assert f"Yes, stop\n{LINKS['preferences']}" in text(mail)
    assert f"No, go on\n{LINKS['survey']}?a=%21go-on&v=9" in text(mail)


def test_an_answer_link_goes_on_after_a_query() -> None:
    mail = sent(outgoing(links={**LINKS, "survey": "https://ask.hill.example/s?t=1"}))
    assert "https://ask.hill.example/s?t=1&a=price&v=4" in links(mail)


def test_every_link_is_a_plain_web_address() -> None:
    for message in (question(), offer(), staff()):
        assert all(link.startswith("https://") for link in links(sent(outgoing(message))))


def test_a_message_that_greets_by_itself_is_not_greeted_twice() -> None:
    assert text(sent(outgoing())).startswith("Hello Anna, this is Hill Coffee.")
    assert text(sent(outgoing(name=None))).startswith("Hello, this is Hill Coffee.")


def test_any_other_message_gets_a_greeting_with_the_name() -> None:
    assert text(sent(outgoing(offer()))).startswith("Hello Anna,\n\n10% off")
    assert text(sent(outgoing(offer(), name=None))).startswith("Hello,\n\n10% off")


def test_a_greeting_in_japanese_calls_by_the_whole_name() -> None:
    name = addressed_name("美咲", "佐藤", "ja")
    assert text(sent(outgoing(question("ja"), name=name))).startswith("佐藤 美咲 様")


def test_a_persons_letter_is_never_reworded() -> None:
    assert text(sent(outgoing(staff("Hello, this is Maria.")))).startswith("Hello, this is Maria.")
    assert text(sent(outgoing(staff("Dear Anna, yes.")))).startswith("Dear Anna, yes.")


@pytest.mark.parametrize("name", ["see https://evil.example", "<b>Anna</b>", "a@b.example", "x" * 41, "An\x00na"])
def test_what_cannot_be_a_name_is_not_called_one(name: str) -> None:
    mail = sent(outgoing(offer(), name=name))
    assert text(mail).startswith("Hello,\n")
    assert "evil" not in html(mail)


def test_the_consent_and_its_day_are_named() -> None:
    assert "agreed on November 17, 2026" in text(sent(outgoing()))
    assert "2026年11月17日" in text(sent(outgoing(question("ja"))))
    without = text(sent(outgoing(consent_at=None)))
    assert say("en", "email-why-nodate") in without


def test_without_a_subject_the_page_title_is_the_subject() -> None:
    assert str(sent(outgoing(staff()))["Subject"]) == "A question from Hill Coffee"


def test_a_very_long_subject_is_cut_with_a_mark() -> None:
    subject = str(sent(outgoing(question(product="Kettle " * 100)))["Subject"])
    assert len(subject) == 200
    assert subject.endswith("…")


def test_links_inside_a_paragraph_lead_to_the_prospects_own_pages() -> None:
    message = Message("reply", "en", ("See and change what we know: link:preferences",))
    mail = sent(outgoing(message))
    assert f"what we know: {LINKS['preferences']}" in text(mail)
    assert f'<a href="{LINKS["preferences"]}">' in html(mail)


def test_an_offer_shows_its_code_and_its_link() -> None:
    mail = sent(outgoing(offer()))
    assert "KETTLE-7Q4M" in text(mail)
    assert "Read the reviews\nhttps://hill.example/reviews" in text(mail)


def test_a_code_that_no_paragraph_names_still_stands_in_the_plain_text() -> None:
    message = replace(offer(), paragraphs=("Here is your code.", "Does this help you?"))
    assert "\n\nKETTLE-7Q4M\n\n" in text(sent(outgoing(message)))


def test_a_persons_letter_can_be_answered_on_the_page_or_in_telegram() -> None:
    mail = sent(outgoing(staff()))
    assert {LINKS["survey"], LINKS["telegram"]} <= set(links(mail))


def test_a_last_word_asks_for_nothing() -> None:
    mail = sent(outgoing(Message("closing", "en", ("Thank you, all the best.",))))
    assert LINKS["survey"] not in html(mail) + text(mail)
    assert LINKS["telegram"] not in html(mail) + text(mail)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"address": "anna@example.com\r\nBcc: b@example.com"}, "email address"),
        ({"address": "anna@example.com,b@example.com"}, "name@example.com"),
        ({"address": "Anna <anna@example.com>"}, "name@example.com"),
        ({"address": "anna"}, "name@example.com"),
        ({"address": "anna@exa mple.com"}, "name@example.com"),
        ({"address": "@example.com"}, "name@example.com"),
        ({"links": {}}, "no link"),
        ({"links": {**LINKS, "survey": "javascript:alert(1)"}}, "no web address"),
        ({"links": {**LINKS, "preferences": "https://x.example/\r\nBcc:a"}}, "no web address"),
        ({"kind": "edit"}, "edited"),
        ({"message": replace(question(), subject="Hi\nBcc: b@example.com")}, "Subject"),
        ({"message": replace(offer(), url="javascript:alert(1)")}, "no web address"),
    ],
)
def test_what_cannot_be_sent_safely_is_refused_without_repeating_it(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        compose(outgoing(**changes), SHOP, TEXTS)
    assert "anna" not in str(refused.value)
    assert "Bcc" not in str(refused.value)


@pytest.mark.parametrize("separator", ["\r", "\n", "\r\n", "\0", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1c"])
def test_no_line_separator_of_any_kind_gets_into_a_header(separator: str) -> None:
    evil = f"Hi{separator}Bcc: b@example.com"
    for out, shop in (
        (outgoing(replace(question(), subject=evil)), SHOP),
        (outgoing(), replace(SHOP, name=evil)),
        (outgoing(), replace(SHOP, mail_from=f"hello@hill.example{separator}Bcc: b@example.com")),
        (outgoing(address=f"anna@example.com{separator}Bcc: b@example.com"), SHOP),
    ):
        with pytest.raises(ValueError, match=r"control character|name@example"):
            compose(out, shop, TEXTS)


HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]


@given(subject=st.text(min_size=1), shop_name=st.text(min_size=1), address=st.emails(), name=st.none() | st.text())
def test_no_text_adds_a_header_or_changes_one(subject: str, shop_name: str, address: str, name: str | None) -> None:
    out = outgoing(replace(question(), subject=subject), address=address, name=name)
    try:
        data = write_mail(out, replace(SHOP, name=shop_name), TEXTS).data
    except ValueError:
        return
    read = message_from_bytes(data, policy=default)
    assert read.keys() == HEADERS
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert str(read["To"]).casefold() == address.casefold()


def header_lines(mail: EmailMessage, name: str) -> list[str]:
    """The lines of one header as they go over the wire."""
    head = mail.as_bytes(policy=mail.policy).partition(b"\r\n\r\n")[0].decode("ascii")
    whole = next(field for field in re.split(r"\r\n(?! )", head) if field.startswith(f"{name}: "))
    return whole.split("\r\n")


WORDS = st.text(st.sampled_from('abc éű丘قهوة😀 ,."():;@<>\\?=_'), min_size=1, max_size=80)


@given(name=WORDS)
@example("é" * 80)
@example("=?utf-8?q?a=0D=0ABcc:b?=")
@example('Müller & Söhne "Kávé", s.r.o.')
@example("Hill, Coffee (Ltd) <x@evil.example>")
def test_a_shop_name_in_any_script_arrives_as_it_is(name: str) -> None:
    mail = compose(outgoing(), replace(SHOP, name=name), TEXTS)
    lines = header_lines(mail, "From")
    assert max(map(len, lines)) <= 78 or len(lines) == 1
    shown, address = parseaddr("".join(lines).removeprefix("From: "))
    assert str(make_header(decode_header(shown))) == name or shown == name
    assert address == "hello@hill.example"


@given(subject=WORDS)
@example("قهوة التل " * 12)
@example("=?utf-8?q?a=0D=0ABcc:b?=")
def test_a_subject_in_any_script_arrives_as_it_is(subject: str) -> None:
    lines = header_lines(compose(outgoing(replace(question(), subject=subject)), SHOP, TEXTS), "Subject")
    assert max(map(len, lines)) <= 76 or len(lines) == 1
    assert str(make_header(decode_header("".join(lines).removeprefix("Subject: ")))) == subject


def test_a_domain_in_any_script_is_written_in_ascii() -> None:
    assert str(sent(outgoing(address="anna@bücher.example"))["To"]) == "anna@xn--bcher-kva.example"


def test_the_from_setting_may_hold_a_name() -> None:
    mail = compose(outgoing(), replace(SHOP, mail_from="Somebody <post@hill.example>"), TEXTS)
    assert str(mail["From"]) == "Hill Coffee <post@hill.example>"


def test_a_mail_names_the_one_before_so_that_programs_show_them_together() -> None:
    first = sent(outgoing())
    assert first["In-Reply-To"] is None and first["References"] is None
    second = sent(outgoing(id=8, follows=str(first["Message-ID"])))
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
