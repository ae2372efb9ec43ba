"""Where answers go: to an address that names the mail, when the shop has one, and known by it again."""

from dataclasses import replace

import pytest
from pydantic import SecretStr, ValidationError

from bot.channels.email.compose import compose
from bot.runtime.tokens import find_tokens
from bot.settings import Settings
from tests.bot.channels.email.samples import SHOP, TEXTS, outgoing

TOKEN = "hb-7-0123456789abcdef0123"


@pytest.mark.parametrize(
    ("pattern", "token", "address"),
    [
        ("", TOKEN, None),
        ("answers@hill.example", TOKEN, "answers@hill.example"),
        ("answers+{token}@hill.example", TOKEN, f"answers+{TOKEN}@hill.example"),
        ("{token}@in.hill.example", TOKEN, f"{TOKEN}@in.hill.example"),
        ("answers+{token}@hill.example", None, "answers@hill.example"),
    ],
)
def test_a_mail_says_where_its_answer_goes(pattern: str, token: str | None, address: str | None) -> None:
    mail = compose(outgoing(token=token), replace(SHOP, reply_to=pattern), TEXTS)
    assert mail["Reply-To"] == address
    assert bool(find_tokens(str(mail["Message-ID"]))) and (token is None or token in str(mail["Message-ID"]))


@pytest.mark.parametrize("wrong", ["answers", "a{token}b{token}@x", "answers@{token}.example", "a b@x.example"])
def test_an_address_for_answers_that_cannot_be_one_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match=r"answers\+\{token\}@shop.example"):
        Settings(mail_reply_to=wrong)


@pytest.mark.parametrize("wrong", ["imaps://host/INBOX", "https://ann:canary@host", "imaps://ann@canary@host:x y"])
def test_a_mailbox_that_cannot_be_one_is_refused_without_repeating_it(wrong: str) -> None:
    with pytest.raises(ValidationError, match="imaps://user:password@host/INBOX") as refused:
        Settings(imap_url=SecretStr(wrong))
    assert "canary" not in "\n".join(str(one["msg"]) for one in refused.value.errors(include_input=False))
