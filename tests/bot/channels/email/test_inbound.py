"""What a mail is taken for: an answer, a report about a mail of ours, a complaint, or nothing to answer."""

import random
from pathlib import Path

import pytest

from bot.channels.email.inbound import concerns_us, raw_input, read_mail
from bot.runtime.mail_arrivals import MailComplained, MailReported, MailSetAside, WroteBack
from bot.runtime.tokens import MailToken
from tests.bot.channels.email import reports
from tests.bot.channels.email.reports import TOKEN, complaint, in_words, standard

OURS = MailToken(7, "0123456789abcdef0123")
MAILS = Path(__file__).parent / "mails"
COPY = "\n" + reports.OURS


def answer(words: str = "Too dear.", subject: str = "Re: What held you back?", **more: str) -> bytes:
    headers = {
        "From": "Anna <anna@mail.example>",
        "To": "Hill Coffee <hello@hill.example>",
        "Subject": subject,
        "Message-ID": "<1@mail.example>",
        "In-Reply-To": f"<{TOKEN}@hill.example>",
    } | {name.replace("_", "-"): value for name, value in more.items()}
    top = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return (top + "\r\n" + words + "\r\n").encode()


def read(raw: bytes) -> object:
    return read_mail(raw_input(raw).payload)


@pytest.mark.parametrize(
    ("raw", "severity", "status"),
    [
        (standard("failed", "5.1.1", "550 5.1.1 <anna@mail.example> User unknown"), "hard", "5.1.1"),
        (standard("failed", "5.0.0", "550-5.1.1 The email account does not exist"), "hard", "5.1.1"),
        (standard("failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"), "hard", "5.1.10"),
        (standard("failed", "5.4.4", "Host or domain name not found"), "hard", "5.4.4"),
        (standard("failed", "5.2.1", "mailbox disabled, not accepting messages"), "hard", "5.2.1"),
        (standard("failed", "5.0.0", "550 Requested action not taken: mailbox unavailable"), "hard", "5.0.0"),
        (standard("failed", "5.2.2", "552 5.2.2 mailbox full"), "soft", "5.2.2"),
        (standard("failed", "4.4.7", "delivery time expired"), "soft", "4.4.7"),
        (standard("failed", "5.0.0", "554 something went wrong"), "soft", "5.0.0"),
        (standard("failed", "5.3.4", "message too big"), "soft", "5.3.4"),
        (standard("failed", "5.7.1", "550 5.7.1 client host [192.0.2.1] blocked"), "block", "5.7.1"),
        (standard("failed", "5.7.26", "550-5.7.26 This mail is unauthenticated (SPF, DKIM)"), "block", "5.7.26"),
        (standard("failed", "5.0.0", "554 Message rejected as spam by policy"), "block", "5.0.0"),
        (standard("failed", "4.7.0", "421 4.7.0 temporarily rate limited due to IP reputation"), "block", "4.7.0"),
        (standard("failed", "5.1.8", "sender address rejected: domain not found"), "block", "5.1.8"),
        (standard("delayed", "4.4.1", "connection timed out"), "delayed", "4.4.1"),
        (standard("delivered", "2.1.5"), "delivered", "2.1.5"),
        (standard("relayed", "2.0.0"), "delivered", "2.0.0"),
        (standard("failed", "", words="The mailbox is full."), "soft", None),
        (in_words(reports.EXCHANGE + COPY, "Undeliverable: What?", "System <postmaster@x>"), "hard", "5.1.1"),
        (in_words(reports.QMAIL + COPY), "hard", "5.0.0"),
        (in_words(reports.YAHOO_JAPAN + COPY, "Delivery failure"), "hard", None),
        (in_words(reports.EXIM_FULL + COPY, "Oh", top="X-Failed-Recipients: a@x\n"), "soft", None),
        (in_words(reports.SENDMAIL_WARNING + COPY, "Warning: could not send message, delayed"), "delayed", "4.4.1"),
        (in_words("Mensaje no entregado.\n" + COPY, "No se puede entregar: x"), "soft", None),
    ],
)  # fmt: skip
def test_reports_are_read_and_matched_by_our_own_message_id(raw: bytes, severity: str, status: str | None) -> None:
    found = read(raw)
    assert isinstance(found, MailReported)
    assert (found.tokens, found.severity, found.status) == ((OURS,), severity, status)


def test_a_complaint_is_one_and_its_opposite_is_none() -> None:
    found = read(complaint())
    assert isinstance(found, MailComplained) and found.tokens == (OURS,)
    assert isinstance(read(complaint("not-spam")), MailSetAside)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (answer(Auto_Submitted="auto-replied"), "auto-reply"),
        (answer(Auto_Submitted="auto-generated; type=x"), "auto-reply"),
        (answer(X_Auto_Response_Suppress="All"), "auto-reply"),
        (answer(X_Autoreply="yes"), "auto-reply"),
        (answer(Precedence="auto_reply"), "auto-reply"),
        (answer(Return_Path="<>"), "auto-reply"),
        (answer(From="postmaster@mail.example"), "auto-reply"),
        (answer(From="no-reply@mail.example"), "auto-reply"),
        (answer(Precedence="bulk"), "list"),
        (answer(List_Id="<people.lists.example>"), "list"),
        (answer(subject="Out of office: back on Monday"), "out of office"),
        (answer(subject="Automatic reply: What held you back?"), "out of office"),
        (answer(subject="Respuesta automática: ¿Qué?"), "out of office"),
        (answer(subject="Réponse automatique : absence"), "out of office"),
        (answer(subject="自動応答: ご購入"), "out of office"),
        (answer(subject="رد تلقائي: ما الذي"), "out of office"),
        (answer(subject="Automatikus válasz: Mi tartotta vissza?"), "out of office"),
        (answer(subject="Automatická odpověď: Co vás odradilo?"), "out of office"),
        (answer(Message_ID=f"<{TOKEN}@hill.example>"), "own mail"),
        (answer("> What held you back?"), "no words"),
        (answer(In_Reply_To="<someone@else.example>"), "not ours"),
        (answer(In_Reply_To="", Subject=f"about {TOKEN}"), "not ours"),
        (
            standard("displayed", "2.0.0").replace(b"delivery-status", b"disposition-notification"),
            "receipt",
        ),
    ],
)
def test_what_no_person_wrote_to_us_is_set_aside_with_the_reason(raw: bytes, why: str) -> None:
    found = read(raw)
    assert isinstance(found, MailSetAside) and found.why == why


@pytest.mark.parametrize(
    "more",
    [
        {"Auto_Submitted": "no"},
        {"X_Auto_Response_Suppress": "None"},
        {"In_Reply_To": "", "References": f"<other@x> <{TOKEN}@hill.example>"},
        {"In_Reply_To": "", "To": f"answers+{TOKEN.upper()}@hill.example"},
        {"In_Reply_To": "", "Delivered_To": f"answers+{TOKEN}@hill.example"},
        {"From": "somebody@else.example"},
        {"From": ""},
    ],
)
def test_an_answer_is_known_by_our_token_whoever_it_says_it_is_from(more: dict[str, str]) -> None:
    found = read(answer(**more))
    assert isinstance(found, WroteBack) and found.tokens == (OURS,) and found.text == found.whole == "Too dear."


def test_the_nearest_mail_is_tried_first() -> None:
    later = TOKEN.replace("hb-7", "hb-9")
    found = read(answer(References=f"<{TOKEN}@x> <{later}@x>", In_Reply_To=f"<{later}@x>"))
    assert isinstance(found, WroteBack) and [token.row for token in found.tokens] == [9, 7]


def test_a_stop_in_a_subject_of_their_own_is_heard_and_our_own_subject_is_not() -> None:
    found = read(answer("", "STOP"))
    assert isinstance(found, WroteBack) and found.text == "STOP"
    assert isinstance(read(answer("", "Re: stop")), MailSetAside)


def test_the_same_mail_is_kept_once_and_another_of_the_same_message_id_is_not_lost() -> None:
    first = raw_input(answer())
    again = raw_input(b"Received: by another way\r\n" + answer())
    other = raw_input(answer("Something else."))
    assert first.natural_key == again.natural_key != other.natural_key
    assert first.lane == "email:anna@mail.example" and first.source == "mail"


def test_other_peoples_mail_in_the_folder_is_known_as_theirs() -> None:
    assert concerns_us(answer()) and concerns_us(standard("failed", "5.1.1")) and concerns_us(complaint())
    assert not concerns_us(answer(In_Reply_To=""))


def test_nothing_that_comes_raises() -> None:
    dice = random.Random(3)
    for path in sorted(MAILS.glob("*.eml"))[::12]:
        raw = bytearray(path.read_bytes())
        for _ in range(4):
            broken = raw.copy()
            for _ in range(dice.randint(1, 30)):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
            cut = dice.randrange(len(broken))
            for some in (bytes(broken), bytes(broken[:cut]), bytes(broken[cut:])):
                kept = raw_input(some)
                assert len(kept.natural_key) == 32
                read_mail(kept.payload)
    for odd in (b"", b"\0" * 5000, b"\xff" * 5000, b"From:\r\n" * 3000, b"Content-Type: multipart/report\r\n\r\n"):
        assert isinstance(read(odd), MailSetAside)
